#!/bin/sh
# Changes the code of kernels, dsp and stream in small ways, one at a time, and runs their tests: which
# change does no test notice? tests/mutants/README.md says more.
#
#   tools/mutants.sh [COUNT [SEED [OPTION]...]]     default: 300 mutants of seed 1
set -eu
cd "$(dirname "$0")/.."
count=${1:-300}
seed=${2:-1}
[ $# -lt 2 ] || shift
[ $# -lt 1 ] || shift
exec nice -n 19 python3 tests/mutants/run.py --count "$count" --seed "$seed" "$@"
