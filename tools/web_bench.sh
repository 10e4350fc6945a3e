#!/bin/sh
# Measures the npm package beside other noise suppressors for browsers (web/bench); arguments go to
# web/bench/bench.mjs, after "--" folders of sounds to clips.py.
#
#   tools/web_bench.sh [--seconds N] [--rounds N] [--clips N] [--json FILE] [-- SOUNDS...]
set -eu
cd "$(dirname "$0")/.."

options=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  options="$options $1"
  shift
done
[ $# -eq 0 ] || shift

tools/setup.sh build browser sample
tools/web.sh
python=$(tools/python_environment.sh build/quality-python bench/requirements.txt)
npm --prefix web/bench ci --no-audit --no-fund --loglevel=error
clips=build/web-bench
rm -rf "$clips"
"$python" web/bench/clips.py "$clips" "$@"
# shellcheck disable=SC2086  # words
exec node web/bench/bench.mjs "$PWD/$clips" "$python" $options
