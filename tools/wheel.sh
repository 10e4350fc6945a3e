#!/bin/sh
# Makes the wheel of the Python package for this machine, from a clone alone, and checks it. Its path is
# the last line; it lies in build-wheel/dist. docs/decisions/0016-python-by-ctypes.md tells why it is
# made this way.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
# The dfn3 archive is 8 MB of it.
most_bytes=12000000

say() { echo "wheel: $*" >&2; }

tools/setup.sh build wheel >&2
tools/fetch_models.sh dfn3 >&2
model=$(tools/fetch_models.sh --where dfn3)

build=$root/build-wheel
wanted=python/wheel_requirements.txt
python=$build/tools/bin/python
if ! cmp -s "$wanted" "$build/tools/requirements.txt"; then
  mkdir -p "$build"
  rm -rf "$build/tools"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  say "installing hatchling and auditwheel from PyPI"
  if ! { python3 -m venv "$build/tools" && "$python" -m pip install --quiet \
    --disable-pip-version-check --timeout 20 --retries 2 --require-hashes --requirement "$wanted"; } > "$log" 2>&1; then
    tail -n 3 "$log" >&2
    say "the packages of $wanted could not be installed"
    exit 1
  fi
  cp "$wanted" "$build/tools/requirements.txt"
fi

if command -v ccache > /dev/null; then
  export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
  set -- "$@" -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
cmake --preset wheel --log-level=WARNING "$@" > /dev/null
cmake --build build-wheel --target deepfilter ${JOBS:+--parallel "$JOBS"} >&2

# The native parts, each once: the name that programs load is the file itself.
parts=$build/parts
rm -rf "$parts" "$build/made" "$build/dist"
cmake --install build-wheel --strip --component runtime --prefix "$parts" > /dev/null
for library in "$parts"/_lib/libdeepfilter.so.?; do
  file=$(readlink -f "$library")
  mv "$file" "$library.file"
  mv "$library.file" "$library"
done
mkdir "$parts/_models"
cp "$model" "$parts/_models/"
"$python" tools/wheel_licenses.py "$parts/_lib" "$parts/_licenses"

quietly() { # COMMAND...: shows what it said only if it fails
  "$@" > "$build/wheel.log" 2>&1 || { tail -n 20 "$build/wheel.log" >&2; exit 1; }
}
(
  cd python
  DEEPFILTER_WHEEL_PARTS=$parts
  export DEEPFILTER_WHEEL_PARTS
  quietly "$python" -m hatchling build --target wheel --directory "$build/made"
)
# Copies the libraries that manylinux does not promise into the wheel. auditwheel calls patchelf.
PATH=$build/tools/bin:$PATH
export PATH
quietly auditwheel repair --zip-compression-level 9 --wheel-dir "$build/dist" "$build"/made/*.whl
wheel=$(echo "$build"/dist/*.whl)
quietly "$python" tools/pack_wheel.py "$wheel"
auditwheel show "$wheel" >&2
"$python" tools/check_wheel.py "$wheel" "$most_bytes" >&2
echo "$wheel"
