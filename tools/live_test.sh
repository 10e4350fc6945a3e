#!/bin/sh
# Tests `deepfilter live` with PipeWire, JACK and PulseAudio that have null devices, on this machine and without a sound
# card. Installs and builds what is needed first.
#
#   tools/live_test.sh [--seconds N] [CASE...]   cases of tests/live/live_test.py (default: all); N seconds of the case
#                                                constant_delay
set -eu
cd "$(dirname "$0")/.."

tools/setup.sh build test
tools/fetch_models.sh dfn3 || true
tools/fetch_miniaudio.sh > /dev/null
tools/build.sh -DDEEPFILTER_TESTS=ON
exec python3 tests/live/live_test.py build/bin/deepfilter build/bin/jack_loop examples/sample/noisy.flac "$@"
