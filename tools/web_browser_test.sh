#!/bin/sh
# Tests the npm package in real browsers, in an empty project of its own, and an exported model under
# onnxruntime-web. Builds all that is needed first.
#
#   tools/web_browser_test.sh [--long]     --long: also ten minutes of live sound
#
# Exit status: 0 all passed, 1 one did not, 2 usage. What is not tested is said.
set -eu
cd "$(dirname "$0")/.."

long=
case ${1:-} in
  '') ;;
  --long) long=yes ;;
  *) echo "usage: tools/web_browser_test.sh [--long]" >&2; exit 2 ;;
esac

tools/setup.sh build browser
tools/fetch_models.sh dfn3
tools/build.sh -DDEEPFILTER_TESTS=OFF
tools/web.sh
npm --prefix web/test/onnx ci --no-audit --no-fund --loglevel=error
export DEEPFILTER_PROGRAM="$PWD/build/bin/deepfilter"
cd web
set -- test/browser/*.test.mjs test/package/*.test.mjs test/onnx/*.test.mjs
if [ -n "$long" ]; then set -- "$@" test/long/*.test.mjs; fi
# One file after the other: what is live needs the processor to itself.
exec node --test --test-concurrency=1 --test-reporter=spec "$@"
