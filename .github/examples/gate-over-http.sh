#!/usr/bin/env bash
# Has a picture or video judged by a gate ('brandkit serve') and prints the verdict. The exit status is that of
# 'brandkit check': 0 passed, 1 failed, 2 it could not be judged, 3 a person has to look.
#
#   export BRANDKIT_GATE=http://127.0.0.1:8600 BRANDKIT_KEY=…
#   gate-over-http.sh hero.png Acme
set -euo pipefail

picture="$1" brand="$2"
answer="$(mktemp)"
trap 'rm -f "$answer"' EXIT

# A header in a file, not among the arguments, where every process of the machine could read the key.
ask() {
  curl --silent --show-error --output "$answer" --write-out '%{http_code}' --retry 5 --retry-connrefused \
    --config <(printf 'header = "Authorization: Bearer %s"\n' "$BRANDKIT_KEY") "$@"
}
of_answer() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1]))
for key in sys.argv[2].split("."): d = d[key]
print(d)' "$answer" "$1"; }

# The same picture for the same brand has the same key: if the line breaks, the retry is given the same job.
key="$(python3 -c 'import hashlib, sys
print(hashlib.sha256(open(sys.argv[1], "rb").read() + repr(sys.argv[1:]).encode()).hexdigest())' "$picture" "$brand")"
name="${picture//\\/\\\\}" # curl takes a name in quotes as it is, but for these two
name="${name//\"/\\\"}"
code="$(ask --header "Idempotency-Key: $key" --form "file=@\"$name\"" --form-string "brand=$brand" "$BRANDKIT_GATE/v1/check")"

if [[ "$code" == 202 ]]; then # A long one is a job.
  job="$(of_answer id)"
  while code="$(ask "$BRANDKIT_GATE/v1/jobs/$job")" && [[ "$code" == 200 ]]; do
    case "$(of_answer state)" in
      queued | running | cancelling) sleep 2 ;;
      done) code="$(ask "$BRANDKIT_GATE/v1/reports/$(of_answer report)")" && break ;;
      *) code=422 && break ;;
    esac
  done
fi
if [[ "$code" != 200 ]]; then
  cat "$answer" >&2 # A problem (RFC 9457) says what is wrong.
  exit 2
fi
verdict="$(of_answer verdict)"
printf '%s\n' "$verdict"
case "$verdict" in
  passed) exit 0 ;;
  failed) exit 1 ;;
  *) exit 3 ;;
esac
