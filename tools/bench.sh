#!/bin/sh
# Builds, gets the models and the peers, measures all of them side by side and writes
# bench/RESULTS.md and its picture. Arguments go to bench/run.py.
set -eu
cd "$(dirname "$0")/.."

tools/setup.sh build test
tools/fetch_models.sh dfn3 dfn3_ll
tools/build.sh -DDEEPFILTER_TESTS=OFF
cmake --build build --target bench_deepfilter bench_libdf ${JOBS:+--parallel "$JOBS"}
python3 bench/run.py "$@"
exec tools/plot_tables.py
