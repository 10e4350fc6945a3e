#!/bin/sh
# Builds the unit tests for another system and runs them here: Windows under Wine, ARM under qemu.
#
#   tools/cross_test.sh [--light] TARGET [PATTERN...]
#
#   TARGET    a name of tools/dist/zig.sh; macOS cannot be run here
#   PATTERN   a regular expression for names of test programs, as ctest has them; all of them together
#             by default
#   --light   installs, downloads and builds nothing but the tests: what they need is there already
#
# The last lines count programs and cases, and say why cases were skipped and programs left out.
# DEEPFILTER_SIMD chooses the kernels, as everywhere. JOBS=N limits parallel compilers and tests.
# Exit status: 0 all passed, 1 one did not, 2 usage, 3 what is needed could not be had, or is not there.
set -eu
cd "$(dirname "$0")/.."

say() { echo "cross-test: $*" >&2; }

light=no
if [ "${1:-}" = --light ]; then
  light=yes
  shift
fi
target=${1:-}
[ $# -eq 0 ] || shift
case $target in
  x86_64-windows) kind=wine runner=wine ;;
  aarch64-linux) kind=qemu runner=qemu-aarch64-static ;;
  x86_64-linux | x86_64-linux-musl) kind='' runner=sh ;;
  *)
    say "name a target whose programs run here: x86_64-windows aarch64-linux x86_64-linux x86_64-linux-musl"
    exit 2
    ;;
esac
if [ $light = no ]; then
  # shellcheck disable=SC2086  # none or one
  tools/setup.sh build test $kind || exit 3
  libraries=$(tools/dist/dependencies.sh "$target") || exit 3
else
  libraries=$(tools/dist/dependencies.sh --where "$target")
  if ! command -v "$runner" > /dev/null || [ ! -f "$libraries/complete" ]; then
    say "without $runner or the libraries for $target; make cross-test TARGET=$target gets both"
    exit 3
  fi
fi
jobs=${JOBS:-$(nproc)}

# The tests that need nothing but the library. Those of hosts, plugins and the real-time rules are about
# Linux; those of the commands are shell scripts.
pattern='^(base|os|os_process|kernels|dsp|formats_.*|model|convert_.*|engine_.*|stream_.*|ort|verify|store'
pattern="$pattern|api_.*|audio|bench|cli|cli_enhance|cli_live|device|live|screen|capi|libdf|tiny_network|layers|packed_models|reference"
pattern="$pattern|robustness|threads)_test\$|^capi[.]c11\$"
if [ $# -gt 0 ]; then
  pattern=$1
  shift
  for more in "$@"; do pattern="$pattern|$more"; done
fi

build=build-cross/$target
mkdir -p "$build"
. tools/wine.sh
emulator=
# Where programs find this system's root.
drive=
case $target in
  x86_64-windows)
    start_wine "$PWD/build-cross/wine"
    trap stop_wine EXIT
    trap 'exit 130' INT TERM
    emulator="-DCMAKE_CROSSCOMPILING_EMULATOR=$wine"
    drive=Z:
    ;;
  aarch64-linux)
    emulator="-DCMAKE_CROSSCOMPILING_EMULATOR=qemu-aarch64-static;-L;/usr/aarch64-linux-gnu"
    export DEEPFILTER_TEST_EMULATOR="qemu-aarch64-static -L /usr/aarch64-linux-gnu"
    ;;
esac

# As tools/dist/configure.sh, so that ccache serves both.
export CFLAGS=-g0 CXXFLAGS=-g0 ASMFLAGS=-g0
set -- "-DDFN_TARGET=$target" "-DCMAKE_PREFIX_PATH=$libraries" -DDEEPFILTER_TESTS=ON \
  "-DDEEPFILTER_MINIAUDIO=$(tools/fetch_miniaudio.sh --where)" \
  ${emulator:+"$emulator"}
cmake --preset dist -B "$build" --log-level=WARNING "$@" > "$build/configure.log" 2>&1 || {
  tail -n 30 "$build/configure.log" >&2
  exit 1
}
names=$(ctest --test-dir "$build" -N -R "$pattern" | sed -n 's/^ *Test *#[0-9]*: //p')
if [ -z "$names" ]; then
  say "no test program has a name like $pattern"
  exit 2
fi
# shellcheck disable=SC2046,SC2086  # one word a program
cmake --build "$build" --parallel "$jobs" --target $(echo $names | tr . _)

rm -rf "$build/reports"
mkdir -p "$build/reports"
# Official models are where this system has them.
. tools/cache_folder.sh
status=0
GTEST_OUTPUT="xml:$drive$PWD/$build/reports/" DEEPFILTER_CACHE=$cache \
  ctest --test-dir "$build" -R "$pattern" --output-on-failure --parallel "$jobs" || status=$?
python3 tools/cross_report.py "$target" "$build" || status=1
[ $status -eq 0 ] || exit 1
