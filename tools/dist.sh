#!/bin/sh
# Makes the archives that users download, in dist/: programs, libraries, plugins and documents of a
# target that need nothing installed, their debug information, their bill of materials, and the
# sources of all that is in them.
#
#   tools/dist.sh [TARGET...]      all that tools/dist/zig.sh --list names, or those
#   tools/dist.sh --sources        the source archive alone
#
# The same commit gives the same bytes, in any folder. JOBS=N limits parallel compilers.
# docs/install.md describes the archives, docs/decisions/0021-archives-by-zig.md why they are made so.
set -eu
cd "$(dirname "$0")/.."
root=$PWD

say() { echo "dist: $*" >&2; }

targets=
sources=yes
for argument; do
  case $argument in
    --sources) sources=only ;;
    -*) say "unknown option \"$argument\""; exit 2 ;;
    *)
      tools/dist/zig.sh --list | tr ' ' '\n' | grep -qx -- "$argument" || {
        say "\"$argument\" is none of: $(tools/dist/zig.sh --list)"
        exit 2
      }
      targets="$targets $argument"
      ;;
  esac
done
[ -n "$targets" ] || targets=$(tools/dist/zig.sh --list)

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
version=$(sed -n 's/^project(deepfilter VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
mkdir -p dist
if [ $sources = only ]; then
  exec tools/dist/source_archive.sh "dist/deepfilter-$version-sources.tar.xz"
fi

tools/setup.sh dist
tools/fetch_models.sh dfn3 >&2
model=$(tools/fetch_models.sh --where dfn3)

build() { cmake --build "$@" ${JOBS:+--parallel "$JOBS"} >&2; }
# The build for this machine's own kind has the programs that pack the model and write the manual.
host=$(uname -m)-linux
tools/dist/configure.sh "$host" "build-dist/$host" "-DDEEPFILTER_EMBED_MODEL=$model" \
  -DCMAKE_CROSSCOMPILING_EMULATOR=env
build "build-dist/$host" --target deepfilter_embed_model deepfilter_man_pages

for target in $targets; do
  say "$target"
  folder=build-dist/$target
  name=deepfilter-$version-$target
  if [ "$target" != "$host" ]; then
    tools/dist/configure.sh "$target" "$folder" "-DDEEPFILTER_EMBED_MODEL=$model" \
      "-DDEEPFILTER_EMBED_PACKER=$root/build-dist/$host/bin/deepfilter_embed_model"
  fi
  build "$folder"
  rm -rf "$folder/stage"
  mkdir -p "$folder/stage"
  tools/dist/stage.sh "$target" "$folder" "$folder/stage/$name" "$folder/stage/$name-debug"
  kind=tar.gz
  case $target in *-windows) kind=zip ;; esac
  for part in "$name" "$name-debug"; do
    [ -d "$folder/stage/$part" ] || continue
    python3 tools/dist/make_archive.py "$folder/stage/$part" "dist/$part.$kind"
  done
  cp "$folder/stage/$name/share/doc/deepfilter/sbom.spdx.json" "dist/$name.spdx.json"
done
if [ -e .git ]; then
  tools/dist/source_archive.sh "dist/deepfilter-$version-sources.tar.xz"
fi
(cd dist && sha256sum -- *.tar.gz *.tar.xz *.zip *.json *.whl 2> /dev/null > SHA256SUMS) || true
ls -l dist >&2
