#!/usr/bin/env bash
# Installs the brandkit that this action belongs to, apart from whatever Python the job has.
set -euo pipefail

if [[ ! "${EXTRAS:-}" =~ ^[a-z0-9,_-]*$ ]]; then
  echo "extras: write names with commas between them, such as style,heic" >&2
  exit 2
fi
root="$GITHUB_ACTION_PATH/../../.."
place="$RUNNER_TEMP/brandkit"
"$PYTHON" -m venv "$place"
if [[ -d "$place/Scripts" ]]; then bin="$place/Scripts"; else bin="$place/bin"; fi
if [[ -n "${TORCH_INDEX:-}" ]]; then
  # Some extras need torchvision, which has to be of the same make.
  "$bin/python" -m pip install --quiet torch torchvision --index-url "$TORCH_INDEX"
fi
(cd "$root" && "$bin/python" -m pip install --quiet ".${EXTRAS:+[$EXTRAS]}")
"$bin/brandkit" --version
printf 'brandkit=%s\n' "$bin/brandkit" >>"$GITHUB_OUTPUT" # Not on the path: the job's own Python stays first.
