#!/bin/sh
# Packs the sources of all that the archives contain: this project's at the last commit, the exact
# files of its libraries, and the model. The archives can be made again out of it.
#
#   tools/dist/source_archive.sh OUT      .tar.xz
set -eu
cd "$(dirname "$0")/../.."
out=$1
files=$(tools/dist/sources.sh)
tools/fetch_models.sh dfn3 >&2
model=$(tools/fetch_models.sh --where dfn3)

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
name=$(basename "$out" .tar.xz)
mkdir -p "$scratch/$name/cache/dist/sources"
git archive --prefix=deepfilter/ HEAD | tar -x -C "$scratch/$name"
# In the folders where tools/dist/sources.sh and tools/fetch_models.sh look for them.
sed -n 's/^  *[0-9a-f]\{64\}  *\([^ ]*\)$/\1/p' tools/dist/sources.lock | while read -r file; do
  cp "$files/$file" "$scratch/$name/cache/dist/sources/"
done
cp "$model" "$scratch/$name/cache/"
cp -r "$(tools/fetch_miniaudio.sh)" "$scratch/$name/cache/"
cp packaging/archive/README-sources.md "$scratch/$name/README.md"
python3 tools/dist/make_archive.py "$scratch/$name" "$out"
