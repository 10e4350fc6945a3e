#!/bin/sh
# Tests the HTML report in Chromium, on reports that the program makes here. Installs and builds what is needed first.
#
#   tools/report_browser_test.sh [--keep FOLDER]   leaves the reports in FOLDER, to look at
#   DEEPFILTER_PROGRAM   the program; by default the one that tools/build.sh makes
set -eu
cd "$(dirname "$0")/.."

folder=
case ${1:-} in
  '') ;;
  --keep) folder=${2:?a folder} ;;
  *) echo "usage: tools/report_browser_test.sh [--keep FOLDER]" >&2; exit 2 ;;
esac

if [ -z "${DEEPFILTER_PROGRAM:-}" ]; then
  tools/setup.sh build browser
  tools/fetch_models.sh dfn3
  tools/build.sh -DDEEPFILTER_TESTS=OFF
  DEEPFILTER_PROGRAM=$PWD/build/bin/deepfilter
fi
if [ ! -d web/node_modules/playwright-core ]; then
  npm --prefix web ci --no-audit --no-fund --loglevel=error
fi
if [ -z "$folder" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder/sounds"
# A click a second for 45 seconds, more than two pieces of a track; with -a 0 the output is the input.
python3 - "$folder/clicks.wav" << 'END'
import sys
import wave

with wave.open(sys.argv[1], "wb") as out:
    out.setnchannels(1)
    out.setsampwidth(2)
    out.setframerate(48000)
    frames = bytearray(2 * 48000 * 45)
    for second in range(45):
        for i in range(24):
            value = int(20000 * (1 - i / 24)) * (1 if i % 8 < 4 else -1)
            at = 2 * (48000 * second + i)
            frames[at : at + 2] = value.to_bytes(2, "little", signed=True)
    out.writeframes(bytes(frames))
END
cp examples/sample/noisy.flac "$folder/sounds/one.flac"
cp examples/sample/noisy.flac "$folder/sounds/two.flac"
echo "no sound" > "$folder/sounds/bad.wav"
"$DEEPFILTER_PROGRAM" enhance -f "$folder/clicks.wav" -a 0 -o "$folder/same.wav" --report "$folder/clicks.html"
"$DEEPFILTER_PROGRAM" enhance -f examples/sample/noisy.flac -o "$folder/clean.flac" --report "$folder/sample.html"
"$DEEPFILTER_PROGRAM" compare -f examples/sample/noisy.flac "$folder/clean.flac" --report "$folder/compare.html" > /dev/null
status=0
"$DEEPFILTER_PROGRAM" enhance -f "$folder/sounds" -o "$folder/clean/" --report "$folder/list.html" 2> /dev/null || status=$?
[ $status -eq 3 ] || { echo "report_browser_test: the list's run ended with $status, expected 3" >&2; exit 1; }
DEEPFILTER_REPORTS=$(cd "$folder" && pwd)
export DEEPFILTER_REPORTS
cd web
node --test --test-concurrency=1 --test-reporter=spec test/report/*.test.mjs
