#!/bin/sh
# Makes a Python environment with ONNX Runtime for the interop tests, in build/interop, and prints the
# path of its interpreter. Nothing is done when it is there already.
set -eu
cd "$(dirname "$0")/.."

folder=build/interop
wanted=tests/interop/requirements.txt
if ! cmp -s "$wanted" "$folder/requirements.txt"; then
  mkdir -p build
  rm -rf "$folder"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  echo "interop: installing ONNX Runtime from PyPI" >&2
  if ! { python3 -m venv "$folder" && "$folder/bin/python" -m pip install --quiet \
    --disable-pip-version-check --timeout 20 --retries 2 --requirement "$wanted"; } > "$log" 2>&1; then
    tail -n 3 "$log" >&2
    echo "interop: the packages of $wanted could not be installed" >&2
    exit 1
  fi
  cp "$wanted" "$folder/requirements.txt"
fi
echo "$PWD/$folder/bin/python"
