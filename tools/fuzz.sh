#!/bin/sh
# Builds the fuzz targets with libFuzzer and the sanitizers and runs each for some seconds.
#
#   tools/fuzz.sh [--record] [--runs] [SECONDS [FORMAT...]]     default: 60 seconds, all formats
#
# --runs makes SECONDS a number of executions. --record adds the executions to fuzz/executions.txt,
# which holds their sum for each target, and what its corpus reached.
#
# FUZZ_TIMEOUT=SECONDS (20) is what one execution may take, for machines that pause processes.
#
# Starts from fuzz/corpus; inputs that reach new code are kept in build-fuzz/found, and one that
# fails is named on the last lines.
set -eu
cd "$(dirname "$0")/.."
record=
budget=-max_total_time
unit=s
while :; do
  case ${1:-} in
    --record) record=yes ;;
    --runs)
      budget=-runs
      unit=runs
      ;;
    *) break ;;
  esac
  shift
done
seconds=${1:-60}
[ $# -eq 0 ] || shift

tools/setup.sh build fuzz
cmake --preset fuzz --log-level=WARNING > /dev/null
if [ $# -eq 0 ]; then
  for source in fuzz/fuzz_*.cc; do
    format=${source#fuzz/fuzz_}
    set -- "$@" "${format%.cc}"
  done
fi

# FORMAT LOG: replaces the target's line by one with the new sum.
note() {
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$2")
  [ -n "$executed" ] || return 0
  reached=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$2" | tail -n 1)
  python3 - "$1" "$executed" "${reached:-0}" << 'EOT'
import pathlib, sys
name, executed, reached = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
path = pathlib.Path("fuzz/executions.txt")
head = ["# Executions of each fuzz target so far, and the edges of code that its last corpus reached.",
        "# tools/fuzz.sh --record writes this."]
rows = {}
for line in path.read_text().splitlines() if path.exists() else []:
    if not line.startswith("#"):
        key, count, edges = line.split()
        rows[key] = (int(count), int(edges))
rows[name] = (rows.get(name, (0, 0))[0] + executed, reached)
path.write_text("\n".join(head + [f"{key:12} {count:12} {edges:7}"
                                  for key, (count, edges) in sorted(rows.items())]) + "\n")
EOT
}

# Longer inputs take time and reach nothing more; where none is named, those of the corpus count.
longest() {
  case $1 in
    capi | state) echo 300 ;;
    clap_state | wav) echo 400 ;;
    ini | media) echo 600 ;;
    manifest | safetensors) echo 1000 ;;
    onnx) echo 2000 ;;
  esac
}

# Most of a short run is memory: what is freed waits in a small queue, and a report has few callers.
# Targets that need a folder make it in memory.
export ASAN_OPTIONS="quarantine_size_mb=4:malloc_context_size=3:allocator_release_to_os_interval_ms=-1${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm

for format in "$@"; do
  cmake --build build-fuzz --target "fuzz_$format" ${JOBS:+--parallel "$JOBS"} > /dev/null
  echo "fuzz: $format for $seconds $unit"
  mkdir -p "build-fuzz/found/$format"
  dictionary=fuzz/dictionaries/$format.dict
  [ -f "$dictionary" ] || dictionary=
  most=$(longest "$format")
  status=0
  # Choosing inputs by entropy would take a third of the time.
  "build-fuzz/fuzz/fuzz_$format" "$budget=$seconds" ${most:+-max_len="$most"} -entropic=0 -reload=0 \
    -rss_limit_mb=2048 -timeout="${FUZZ_TIMEOUT:-20}" \
    -print_final_stats=1 -print_funcs=0 -artifact_prefix="build-fuzz/found/$format-" \
    ${dictionary:+-dict="$dictionary"} \
    "build-fuzz/found/$format" "fuzz/corpus/$format" > "build-fuzz/found/$format.log" 2>&1 || status=$?
  grep -E '^stat::|^SUMMARY|^does not hold|^Test unit written' "build-fuzz/found/$format.log" || true
  [ -z "$record" ] || note "$format" "build-fuzz/found/$format.log"
  if [ "$status" -ne 0 ]; then
    echo "fuzz: $format failed; build-fuzz/found/$format.log says more" >&2
    exit 1
  fi
done
