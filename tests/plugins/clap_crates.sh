#!/bin/sh
# Sees the CLAP plugin through other people's eyes: the crate clap-sys, an independent description of
# CLAP, has the same sizes, offsets and constants as this project's; and a host by the crate
# clack-host gets the library's samples out of the plugin, to the bit. Leaves with 77 if the crates
# are not to be had.
#
#   clap_crates.sh LAYOUT SOUND PLUGIN CARGO FOLDER
#     LAYOUT, SOUND: the programs of clap_layout.cc and clap_sound.cc; FOLDER: for cargo's work
set -eu
layout=$1 sound=$2 plugin=$3 cargo=$4 folder=$5
here=$(cd "$(dirname "$0")" && pwd)
# A copy, since cargo writes a file beside the manifest.
mkdir -p "$folder"
cp -r "$here/clap_crates/." "$folder"
cd "$folder"
if ! "$cargo" fetch --quiet --locked 2> fetch.log; then
  echo "NOT TESTED: the crates cannot be fetched: $(tail -n 1 fetch.log)"
  exit 77
fi
"$cargo" build --quiet --offline --locked

"$layout" > ours
target/debug/layout > theirs
diff ours theirs
echo "$(wc -l < ours) sizes, offsets and constants are the same"

for channels in 1 2; do
  [ $channels = 1 ] && id=deepfilter.mono || id=deepfilter.stereo
  "$sound" $channels 24 input library
  target/debug/host "$plugin" $id $channels 24 input output
  cmp library output
  echo "$id: $(wc -c < output) bytes of sound are the same"
done
