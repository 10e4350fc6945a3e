#!/bin/sh
# Plays a stream in real time at blocks of 64, 128, 256 and 1024 samples beside busy neighbours;
# tests/soak/real_time.cc says how long calls took and who was to blame for each late block.
#
#   tools/real_time.sh [SECONDS [MODEL]]     default: 900 seconds of each block size, dfn3
set -eu
cd "$(dirname "$0")/.."
tools/build.sh -DDEEPFILTER_TESTS=ON > /dev/null
model=${2:-$(tools/fetch_models.sh --where dfn3)}
[ -n "$model" ] || { echo "real_time: dfn3 is not in the cache (tools/fetch_models.sh dfn3)" >&2; exit 1; }
exec build/tests/real_time_run "${1:-900}" "$model"
