#!/bin/sh
# Runs the program with every system call and every allocation failing in turn; tests/faults/faults.py
# says what must hold. Before that, the C API with every allocation failing.
#
#   tools/faults.sh [OPTION...]     options of tests/faults/faults.py
#
# Takes hours without options: --cases and --memory bound the runs of each story.
set -eu
cd "$(dirname "$0")/.."
tools/build.sh -DDEEPFILTER_TESTS=ON > /dev/null
# Loading, creating streams and enhancing through the C API.
DEEPFILTER_EVERY_ALLOCATION=1 build/tests/capi_no_memory_test --gtest_brief=1
exec python3 tests/faults/faults.py build/bin/deepfilter build/tests/faults.so . \
  --archive "$(tools/fetch_models.sh --where dfn3)" "$@"
