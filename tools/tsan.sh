#!/bin/sh
# Builds the tests that use several threads with ThreadSanitizer and runs them.
#
#   tools/tsan.sh [BUILD]     BUILD is its build folder, by default build-tsan
set -eu
cd "$(dirname "$0")/.."
build=${1:-build-tsan}

launcher=
if command -v ccache > /dev/null; then launcher=-DCMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
cmake --preset release -B "$build" --log-level=WARNING -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DDEEPFILTER_SANITIZE=thread $launcher > /dev/null
cmake --build "$build" --target threads_test base_test stream_denoise_test ${JOBS:+--parallel "$JOBS"}
# Any report ends the run with a distinct status.
export TSAN_OPTIONS="halt_on_error=1 exitcode=66"
"$build/tests/base_test" --gtest_brief=1 --gtest_filter='*HelperThreads*'
"$build/tests/stream_denoise_test" --gtest_brief=1 --gtest_filter='*Threads*:*Pipeline*:*Mailbox*'
exec "$build/tests/threads_test" --gtest_brief=1
