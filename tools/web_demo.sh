#!/bin/sh
# Builds the demo page of web/demo and serves it on this machine, until it is ended with Ctrl-C.
#
#   tools/web_demo.sh [PORT]     PORT: 8080 by default; any free one if that is taken
#   tools/web_demo.sh --build    only builds it; the last line is the folder, which any static server can serve
#   tools/web_demo.sh --test     builds it and runs its tests in Chromium and Firefox
set -eu
cd "$(dirname "$0")/.."

page=web/demo/dist
if [ "${1:-}" = --test ]; then tools/setup.sh browser; fi
tools/web.sh
node web/demo/build.mjs
case ${1:-} in
  --build) echo "$PWD/$page" ;;
  --test)
    # One browser at a time: the live tests need the processor for themselves.
    cd web && exec node --test --test-concurrency=1 --test-reporter=spec test/demo/*.test.mjs
    ;;
  *)
    port=${1:-8080}
    echo "The demo page; Ctrl-C ends it:" >&2
    tools/serve_folder.py "$page" --port "$port" || exec tools/serve_folder.py "$page"
    ;;
esac
