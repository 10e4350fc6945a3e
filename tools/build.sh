#!/bin/sh
# Configures and builds into build/; further arguments go to CMake.
#
# The default model is built in, and live sound reaches every server, when dfn3 and miniaudio are in
# the cache.
set -eu
cd "$(dirname "$0")/.."

if ! command -v cmake > /dev/null; then
  echo "build: cmake is missing; tools/setup.sh build installs what the build needs" >&2
  exit 1
fi
set -- "$@" "-DDEEPFILTER_EMBED_MODEL=$(tools/fetch_models.sh --where dfn3)" \
  "-DDEEPFILTER_MINIAUDIO=$(tools/fetch_miniaudio.sh --where)"
if command -v ccache > /dev/null; then
  # One cache for all checkouts of the project.
  export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1
  # Without these it refuses precompiled headers.
  export CCACHE_SLOPPINESS=pch_defines,time_macros
  set -- "$@" -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
cmake --preset release --log-level=WARNING "$@" > /dev/null
exec cmake --build build ${JOBS:+--parallel "$JOBS"}
