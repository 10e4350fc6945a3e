#!/bin/sh
# Compares random networks: native, under ONNX Runtime, on every instruction set, cut into calls, and
# lifted from changed graphs. tests/differential/differential.cc says what must hold.
#
#   tools/differential.sh [CASES [SEED]]     default 1000, from the clock
set -eu
cd "$(dirname "$0")/.."
python=$(tools/interop_python.sh)
tools/build.sh -DDEEPFILTER_TESTS=ON "-DDEEPFILTER_INTEROP_PYTHON=$python" > /dev/null
VIRTUAL_ENV=$(dirname "$(dirname "$python")") exec build/tests/differential_run \
  --cases "${1:-1000}" ${2:+--seed "$2"}
