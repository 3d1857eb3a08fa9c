#!/usr/bin/env bash
# Runs 'brandkit check' and tells the job what came of it. Every input is an environment variable and stays one
# word: none is run, split or expanded, whatever a brand, a branch or a file is called. It keeps to what bash 3.2
# knows, which macOS has.
set -euo pipefail

reports="$RUNNER_TEMP/brandkit-report"
most_summary_bytes=1000000 # GitHub shows at most 1 MiB of a step's summary.

say() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

finish() { # verdict, exit status
  say verdict "$1"
  say exit-code "$2"
  exit 0 # The last step of the action fails the job, once all reports are where people look.
}

refuse() {
  printf 'brandkit action: %s\n' "$1" | tee -a "$GITHUB_STEP_SUMMARY" >&2
  finish error 2
}

# The lines of a text that are not empty, without the space around them, into LINES.
read_lines() {
  local line
  LINES=()
  while IFS= read -r line; do
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    if [[ -n "$line" ]]; then LINES+=("$line"); fi
  done <<<"$1"
}

# What a file holds with a NUL behind each, into LINES.
read_names() {
  local name
  LINES=()
  while IFS= read -r -d '' name; do LINES+=("$name"); done <"$1"
}

# The one brand file that git tracks, into BRAND.
find_brand() {
  local list="$RUNNER_TEMP/brandkit-brands"
  git ls-files -z -- '*.brand.yml' '*.brand.yaml' '_brand.yml' '*/_brand.yml' >"$list"
  read_names "$list"
  if ((${#LINES[@]} != 1)); then
    refuse "the repository has ${#LINES[@]} brand files; say by 'brand' which one judges"
  fi
  BRAND="${LINES[0]}"
}

# What of WANTED the pull request adds or changes, and is picture or video, into WANTED.
keep_changed() {
  local base list="$RUNNER_TEMP/brandkit-changed"
  # Of a pull request GitHub checks out the merge; its first parent is what it is merged into.
  read_lines "$(git cat-file -p HEAD | sed -n '/^$/q; s/^parent //p')"
  if ((${#LINES[@]} > 1)); then base="${LINES[0]}"; else base="${BASE:-}"; fi
  if [[ ! "$base" =~ ^[0-9a-f]{40,64}$ ]]; then
    refuse "changed-only is for pull requests; leave it out for other events"
  fi
  if ! git cat-file -e "$base^{commit}" 2>/dev/null; then
    git fetch --quiet --no-tags --depth=1 origin "$base"
  fi
  git diff -z --name-only --no-renames --diff-filter=d "$base" HEAD -- "${WANTED[@]/#/:(glob)}" |
    "$(dirname "$BRANDKIT")/python" -c '
import os, sys
from brandkit.media.inputs import ENDINGS
for name in sys.stdin.buffer.read().split(b"\0"):
    if os.fsdecode(os.path.splitext(name)[1]).lower() in ENDINGS:
        sys.stdout.buffer.write(name + b"\0")
' >"$list"
  read_names "$list"
  WANTED=(${LINES[@]+"${LINES[@]}"})
}

read_lines "${FILES:-}"
WANTED=(${LINES[@]+"${LINES[@]}"})
if ((${#WANTED[@]} == 0)); then refuse "'files' names nothing; give files, folders or globs, one a line"; fi
case "${CHANGED_ONLY:-false}" in
  true) keep_changed ;;
  false) ;;
  *) refuse "changed-only is 'true' or 'false'" ;;
esac
if ((${#WANTED[@]} == 0)); then
  echo "brandkit: no picture or video was changed, so nothing was checked" | tee -a "$GITHUB_STEP_SUMMARY"
  finish skipped 0
fi
if [[ -z "${BRAND:-}" ]]; then find_brand; fi

asked=(--brand "$BRAND" --review-as "${REVIEW_AS:-review}")
read_lines "${FAIL_ON:-}"
for one in ${LINES[@]+"${LINES[@]}"}; do asked+=(--fail-on "$one"); done
if [[ -n "${BASELINE:-}" ]]; then asked+=(--baseline "$BASELINE"); fi
if [[ -n "${WAIVERS:-}" ]]; then asked+=(--waivers "$WAIVERS"); fi
read_lines "${ARGS:-}"
asked+=(${LINES[@]+"${LINES[@]}"})
rm -rf "$reports"
mkdir -p "$reports"
for ending in html json sarif xml md; do asked+=(--also "$reports/report.$ending"); done

# What is printed holds names of files: GitHub is told to take no commands from it.
quiet="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
echo "::stop-commands::$quiet"
status=0
"$BRANDKIT" check "${asked[@]}" -- "${WANTED[@]}" 2>&1 || status=$?
echo "::$quiet::"

if [[ -s "$reports/report.json" ]]; then
  head -c "$most_summary_bytes" "$reports/report.md" >>"$GITHUB_STEP_SUMMARY"
  say reports "$reports"
  for pair in html:html json:json sarif:sarif junit:xml; do
    say "${pair%%:*}" "$reports/report.${pair##*:}"
  done
fi
case "$status" in
  0) finish passed 0 ;;
  1) finish failed 1 ;;
  3) finish needs_review 3 ;;
  *)
    if [[ ! -s "$reports/report.json" ]]; then
      echo "brandkit: nothing was judged; the log of the step says why" >>"$GITHUB_STEP_SUMMARY"
    fi
    finish error "$status"
    ;;
esac
