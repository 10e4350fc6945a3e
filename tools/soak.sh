#!/bin/sh
# Runs hours of sound through the C API, LADSPA, LV2 and a pipe of the program, as fast as they go;
# tests/soak/soak.cc says what must hold.
#
#   tools/soak.sh [HOURS [MODEL [PART]...]]     default: 24 hours of dfn3 through api ladspa lv2 pipe
set -eu
cd "$(dirname "$0")/.."
tools/build.sh -DDEEPFILTER_TESTS=ON > /dev/null
hours=${1:-24}
model=${2:-$(tools/fetch_models.sh --where dfn3)}
[ -n "$model" ] || { echo "soak: dfn3 is not in the cache (tools/fetch_models.sh dfn3)" >&2; exit 1; }
[ $# -lt 2 ] || shift
[ $# -lt 1 ] || shift
exec build/tests/soak_run "$hours" "$model" "$PWD/build/bin/deepfilter" "$@"
