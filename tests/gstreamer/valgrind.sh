#!/bin/sh
# A short pipeline with the element under valgrind: no errors, and no memory of the element's that
# is lost.
#
#   valgrind.sh PLUGIN MODEL SOUND
set -eu
for program in valgrind gst-launch-1.0; do
  if ! command -v $program > /dev/null; then
    echo "NOT TESTED: the program $program is not here; tools/setup.sh test installs it"
    [ -z "${CI:-}" ] || exit 1
    exit 77
  fi
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GST_PLUGIN_PATH="${1%/*}" GST_REGISTRY="$folder/registry.bin" GST_REGISTRY_FORK=no
# valgrind knows no AVX-512, and glib's slices hide errors from it.
export DEEPFILTER_SIMD=AVX2 G_SLICE=always-malloc
grep -q avx2 /proc/cpuinfo || DEEPFILTER_SIMD=SSE4
gst-inspect-1.0 deepfilter > /dev/null  # makes the registry
status=0
valgrind --error-exitcode=9 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=none \
  --log-file="$folder/log" gst-launch-1.0 -q filesrc location="$3" ! flacparse ! flacdec ! audioconvert ! \
  audio/x-raw,format=F32LE,channels=2 ! deepfilter model="$2" post-messages=true ! \
  fakesink num-buffers=30 > "$folder/said" 2>&1 || status=$?
grep -E 'ERROR SUMMARY|definitely lost' "$folder/log" || true
if [ $status -ne 0 ]; then
  cat "$folder/log" "$folder/said"
  exit 1
fi
# Blocks that are lost may be GStreamer's; none has a function of the plugin in its trace.
if awk '/are definitely lost/ { block = 1 } /^==[0-9]+== $/ { block = 0 } block' "$folder/log" |
  grep -i 'deepfilter'; then
  cat "$folder/log"
  exit 1
fi
