#!/bin/sh
# Draws the pictures of the documentation into docs/images: the bundled sample before and after, by the program in
# build/bin, and the figures of the tables. The default model is the one that the program has or that is in the cache.
set -eu
cd "$(dirname "$0")/.."

program=build/bin/deepfilter
sample=examples/sample/noisy.flac
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mkdir -p docs/images
"$program" enhance "$sample" -o "$scratch/enhanced.flac"
"$program" plot "$sample" "$scratch/enhanced.flac" -f -o docs/images/sample.png --size 800x520 --title ''
tools/plot_tables.py
