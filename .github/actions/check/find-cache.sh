#!/usr/bin/env bash
# Says where pip keeps what it has fetched, and by which key to keep that from run to run.
set -euo pipefail

root="$GITHUB_ACTION_PATH/../../.."
needs="$("$PYTHON" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest()[:16])' \
  "$root/pyproject.toml")"
version="$("$PYTHON" -c 'import platform, sys; print(f"{sys.platform}-{platform.machine()}-{platform.python_version()}")')"
folder="$("$PYTHON" -m pip cache dir)"
printf 'folder=%s\nkey=brandkit-pip-%s-%s\n' "$folder" "$version" "$needs" >>"$GITHUB_OUTPUT"
