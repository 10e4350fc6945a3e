#!/bin/sh
# Compares this project's declarations of CLAP with an independent description, the crate clap-sys:
# sizes, offsets, constants. Leaves with 77 if that is not to be had (no cargo, no registry).
#
#   clap_layout.sh OURS CARGO FOLDER      OURS: the program of clap_layout.cc; FOLDER: for cargo's work
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# A copy, since cargo writes a file beside the manifest.
mkdir -p "$3"
cp -r "$here/clap_crates/." "$3"
if ! "$2" fetch --quiet --manifest-path "$3/Cargo.toml" 2> "$3/fetch.log"; then
  echo "NOT TESTED: the crates cannot be fetched: $(tail -n 1 "$3/fetch.log")"
  exit 77
fi
"$2" build --quiet --offline --manifest-path "$3/Cargo.toml" --bin layout
"$1" > "$3/ours"
"$3/target/debug/layout" > "$3/theirs"
diff "$3/ours" "$3/theirs"
echo "$(wc -l < "$3/ours") sizes, offsets and constants are the same"
