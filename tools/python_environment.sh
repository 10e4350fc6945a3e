#!/bin/sh
# Makes a Python environment with the packages of a file and prints the path of its interpreter.
# Nothing is done when it is there already.
#
#   tools/python_environment.sh FOLDER REQUIREMENTS     FOLDER is below the project's folder; the file
#                                                       has sums (tools/lock_python.sh)
set -eu
cd "$(dirname "$0")/.."

folder=$1
wanted=$2
name=$(basename "$folder")
if ! cmp -s "$wanted" "$folder/requirements.txt"; then
  mkdir -p "$(dirname "$folder")"
  rm -rf "$folder"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  echo "$name: installing the packages of $wanted from PyPI" >&2
  if ! { python3 -m venv "$folder" && "$folder/bin/python" -m pip install --quiet \
    --disable-pip-version-check --timeout 20 --retries 2 --require-hashes \
    --requirement "$wanted"; } > "$log" 2>&1; then
    tail -n 3 "$log" >&2
    echo "$name: the packages of $wanted could not be installed" >&2
    exit 1
  fi
  cp "$wanted" "$folder/requirements.txt"
fi
echo "$PWD/$folder/bin/python"
