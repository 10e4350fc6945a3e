#!/bin/sh
# Pins what is taken from PyPI: writes X.txt from each X.in, with every package that those in X.in
# need, on every system and every Python from the one that X.in names, and the sha256 of each file of
# each release. pip then installs nothing else (--require-hashes).
#
#   tools/lock_python.sh                 after a change of X.in; versions that fit stay
#   tools/lock_python.sh --upgrade       takes the newest versions
#
# The index is pip's. Exit status: 0 done, 1 failed, 2 usage.
set -eu
cd "$(dirname "$0")/.."

case ${1:-} in
  '' | --upgrade) ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
python=$(tools/python_environment.sh build/lock-python tools/lock_python_requirements.txt)
index=$(python3 -m pip config get global.index-url 2> /dev/null || true)
index=${PIP_INDEX_URL:-$index}
if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
if [ -n "${PIP_CERT:-}" ]; then export SSL_CERT_FILE="$PIP_CERT"; fi

git ls-files '*requirements*.in' | while read -r wanted; do
  oldest=$(sed -n 's/^# python: //p' "$wanted")
  "$(dirname "$python")/uv" pip compile --universal --generate-hashes --emit-build-options --no-annotate --quiet ${1:+"$1"} \
    --custom-compile-command tools/lock_python.sh --python-version "$oldest" --output-file "${wanted%.in}.txt" "$wanted" \
    > /dev/null
  echo "${wanted%.in}.txt: $(grep -c '^[A-Za-z0-9].*==' "${wanted%.in}.txt") releases"
done
