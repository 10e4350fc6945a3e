#!/bin/sh
# Builds the fuzz targets with libFuzzer and the sanitizers and runs each for some seconds.
#
#   tools/fuzz.sh [SECONDS]     default 60
#
# Starts from fuzz/corpus; inputs that reach new code are kept in build-fuzz/found, and one that
# fails is named on the last lines.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}

tools/setup.sh build fuzz
cmake --preset fuzz --log-level=WARNING > /dev/null
cmake --build build-fuzz --target fuzz/all ${JOBS:+--parallel "$JOBS"}
for program in build-fuzz/fuzz/fuzz_*; do
  [ -x "$program" ] || continue
  format=${program##*/fuzz_}
  echo "fuzz: $format for $seconds s"
  mkdir -p "build-fuzz/found/$format"
  "$program" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 -print_final_stats=1 \
    -verbosity=0 -print_funcs=0 -artifact_prefix="build-fuzz/found/$format-" \
    "build-fuzz/found/$format" "fuzz/corpus/$format"
done
