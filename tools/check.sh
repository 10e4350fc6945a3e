#!/bin/sh
# Runs the gates that a change must pass beside the tests of the release build, and says how long each
# took.
#
#   tools/check.sh [GATE...]     default: all, quick ones first
#
#   lint    clang-format, shellcheck, includes and type names
#   abi     the C API's exported names, declarations, struct layouts and values
#   debug   everything without optimisation and with assertions, and its tests
#   clang   everything with clang, each warning an error, no precompiled headers; then clang-tidy
#   lto     program, library, plugins and tests linked with -flto: a type name that is two types, or a
#           function declared in two ways, is an error
#   asan    everything with the address and undefined-behaviour sanitizers, and its tests
#   tsan    streams on many threads with the thread sanitizer
#
# Exit status: 0 all passed, 1 one did not, 2 usage. JOBS=N limits parallel compilers and tests.
set -eu
cd "$(dirname "$0")/.."
jobs=${JOBS:-$(nproc)}

if command -v ccache > /dev/null; then
  export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi

# PRESET [OPTION...]: configures a preset with the model that is built in, and builds all of it.
build() {
  preset=$1
  cmake --preset "$@" --log-level=WARNING \
    "-DDEEPFILTER_EMBED_MODEL=$(tools/fetch_models.sh --where dfn3)" > /dev/null &&
    cmake --build --preset "$preset" --parallel "$jobs"
}

run_tests() { # PRESET
  ctest --preset "$1" --parallel "$jobs"
}

gate_lint() {
  tools/check_format.sh &&
    git ls-files '*.sh' | xargs shellcheck -s sh -x -S warning &&
    python3 tools/check_includes.py
}

gate_abi() {
  cmake --preset release --log-level=WARNING > /dev/null &&
    cmake --build --preset release --parallel "$jobs" --target deepfilter_shared deepfilter_static &&
    python3 tests/capi/symbols.py build/lib/libdeepfilter.so build/lib/libdeepfilter.a include --release &&
    python3 tests/capi/abi.py include cc
}

gate_debug() { build debug && run_tests debug; }

gate_clang() {
  # These are the files that the build compiles, which excludes those for other systems.
  build clang -DDEEPFILTER_WERROR=ON -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON &&
    sed -n "s|^ *\"file\": \"$PWD/\(.*\.cc\)\",*|\1|p" build-clang/compile_commands.json |
    grep -E '^(src|plugins)/' | grep -vE '_test\.cc$|/testing/' | sort -u |
    xargs -n 4 -P "$jobs" clang-tidy-14 -p build-clang --quiet
}

gate_lto() { build lto; }

gate_asan() { build sanitize && run_tests sanitize; }

gate_tsan() { tools/tsan.sh; }

all="lint abi debug clang lto asan tsan"
# shellcheck disable=SC2086  # one word a gate
[ $# -gt 0 ] || set -- $all
for gate in "$@"; do
  case " $all " in
    *" $gate "*) ;;
    *) echo "check: \"$gate\" is not one of: $all" >&2; exit 2 ;;
  esac
done

tools/setup.sh build test check
tools/fetch_models.sh dfn3 dfn3_ll dfn2 dfn2_ll > /dev/null || true
status=0
report=
for gate in "$@"; do
  echo "check: $gate"
  begin=$(date +%s)
  if "gate_$gate"; then result=passed; else result=FAILED status=1; fi
  report="$report$(printf '%-6s %s  %d s' "$gate" $result $(($(date +%s) - begin)))
"
done
printf '%s' "$report"
exit $status
