#!/bin/sh
# Makes the Conan package in each of its forms, with its test package; then runs the test program on a
# model. Conan comes from PyPI into build-conan, and keeps its home there.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
out=$root/build-conan
requirements=packaging/conan/requirements.txt

say() { echo "conan-test: $*" >&2; }

tools/setup.sh build conan >&2
mkdir -p "$out"
if ! cmp -s "$requirements" "$out/requirements.txt"; then
  rm -rf "$out/venv"
  say "installing Conan from PyPI"
  python3 -m venv "$out/venv"
  "$out/venv/bin/pip" install --quiet --disable-pip-version-check --timeout 20 --retries 2 \
    --require-hashes --requirement "$requirements"
  cp "$requirements" "$out/requirements.txt"
fi
PATH=$out/venv/bin:$PATH
export PATH CONAN_HOME="$out/home"
if command -v ccache > /dev/null; then
  export CCACHE_BASEDIR="$CONAN_HOME" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
conan profile detect --force > "$out/log" 2>&1

rm -rf "$out/test"
for options in 'shared=False packed_only=False' 'shared=True packed_only=False' \
  'shared=False packed_only=True'; do
  rm -rf "$out/test"
  # shellcheck disable=SC2046,SC2086  # one word an option
  if ! conan create packaging/conan $(printf -- '-o &:%s ' $options) --build='deepfilter/*' \
    -c tools.cmake.cmake_layout:test_folder="$out/test" \
    -c tools.cmake.cmaketoolchain:generator=Ninja ${JOBS:+-c tools.build:jobs="$JOBS"} > "$out/log" 2>&1; then
    tail -n 40 "$out/log" >&2
    say "$options: conan create failed; the log is build-conan/log"
    exit 1
  fi
  grep 'deepfilter [0-9.]*: ' "$out/log" >&2
  say "$options: passed"
done
