#!/bin/sh
# Builds the unit tests for another processor with Debian's cross compiler and runs them in an emulator
# (i386-linux: on this processor).
#
#   tools/debian_test.sh TARGET [PATTERN...]
#
#   TARGET    aarch64-linux, arm-linux, i386-linux or s390x-linux (big-endian)
#   PATTERN   a regular expression for names of test programs, as ctest has them; by default the rooms
#             that compute and those that read and write files
#
# DEEPFILTER_PACKED_MODEL is the file that `deepfilter pack dfn3` makes; without it the test of the
# whole network with official weights is the slower one, reference_test, alone.
#
# QEMU_CPU names the processor that qemu shows, for instance cortex-a53 (no dot products of bytes),
# cortex-a76 (SDOT) or max (SMMLA). DEEPFILTER_SIMD chooses the kernels, as everywhere; with
# DEEPFILTER_TEST_TARGET, tests of all of them run one. JOBS=N limits parallel compilers and tests.
# Exit status: 0 all passed, 1 one did not, 2 usage, 3 what is needed could not be had.
set -eu
cd "$(dirname "$0")/.."

say() { echo "debian_test: $*" >&2; }

target=${1:-}
case $target in
  aarch64-linux | arm-linux | i386-linux | s390x-linux) shift ;;
  *) say "name a target: aarch64-linux arm-linux i386-linux s390x-linux"; exit 2 ;;
esac
pattern='^(base|kernels|dsp|formats_.*|model|convert_.*|engine_native|stream_.*|tiny_network|reference|packed_reference)_test$'
if [ $# -gt 0 ]; then
  pattern=$1
  shift
  for more in "$@"; do pattern="$pattern|$more"; done
fi

tools/setup.sh build test || exit 3
root=$(tools/debian_sysroot.sh "$target") || exit 3
build=build-debian/$target
mkdir -p "$build"
if command -v ccache > /dev/null; then
  export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
  set -- -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
cmake --preset debian -B "$build" --log-level=WARNING "-DDFN_TARGET=$target" \
  "-DCMAKE_SYSROOT=$root" "$@" > "$build/configure.log" 2>&1 || {
  tail -n 30 "$build/configure.log" >&2
  exit 1
}
names=$(ctest --test-dir "$build" -N -R "$pattern" | sed -n 's/^ *Test *#[0-9]*: //p')
if [ -z "$names" ]; then
  say "no test program has a name like $pattern"
  exit 2
fi
# shellcheck disable=SC2086  # one word a program
cmake --build "$build" ${JOBS:+--parallel "$JOBS"} --target $names

# Official models are where this system has them.
# shellcheck source=tools/cache_folder.sh
. tools/cache_folder.sh
# shellcheck disable=SC2154  # set there
DEEPFILTER_CACHE=$cache exec ctest --test-dir "$build" -R "$pattern" --output-on-failure \
  --parallel "${JOBS:-$(nproc)}"
