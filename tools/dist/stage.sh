#!/bin/sh
# Lays out the files of an archive from a finished build: installed, stripped, with documents. Their
# debug information goes into a folder of its own.
#
#   tools/dist/stage.sh TARGET BUILD STAGE DEBUG
set -eu
cd "$(dirname "$0")/../.."
target=$1
build=$2
stage=$3
debug=$4
version=$(sed -n 's/^project(deepfilter VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
libraries=$(tools/dist/dependencies.sh "$target")
compiler=$(tools/dist/zig.sh --home "$target")
documents=$stage/share/doc/deepfilter

cmake --install "$build" --prefix "$PWD/$stage" > /dev/null
mkdir -p "$stage/share/man/man1" "$documents"
if [ -e "$stage/lib/libdeepfilter.a" ]; then
  case $target in
    *-linux*) tools/dist/whole_library.sh "$target" "$stage/lib/libdeepfilter.a" "$libraries" "$stage/lib/libdeepfilter.a" ;;
  esac
fi

# Every program, library and plugin, not the links to them.
binaries() {
  find "$stage" -type f '(' -path '*/bin/*' -o -name '*.so' -o -name '*.so.*' -o -name '*.dylib' \
    -o -name '*.dll' -o -name '*.clap' -o -path '*/MacOS/*' ')' ! -name '*.pdb'
}
case $target in
  *-linux*)
    binaries | while read -r file; do
      kept=$debug/${file#"$stage"/}.debug
      mkdir -p "$(dirname "$kept")"
      # The names of functions. Line tables, of the compiler's own library alone, have paths of this machine.
      llvm-objcopy --strip-debug "$file" "$kept.whole"
      llvm-objcopy --only-keep-debug "$kept.whole" "$kept"
      rm "$kept.whole"
      llvm-objcopy --strip-unneeded --add-gnu-debuglink="$kept" "$file"
    done
    ;;
  # On macOS a file that is stripped after it was linked has no valid signature, and does not run.
  *-windows)
    # The linker puts it beside each file.
    find "$build" -name '*.pdb' ! -path '*/CMakeFiles/*' ! -path "$build/stage/*" | while read -r file; do
      mkdir -p "$debug"
      cp "$file" "$debug/"
    done
    ;;
esac

case $target in
  *-windows)
    # Windows has no man; links need rights there.
    rm -rf "$stage/share/man"
    ;;
  *) cp "build-dist/$(uname -m)-linux/man"/*.1 "$stage/share/man/man1/" ;;
esac

cp LICENSE-APACHE LICENSE-MIT NOTICE "$documents/"
# What help texts and manual pages refer to.
mkdir "$documents/docs"
cp docs/*.md "$documents/docs/"
python3 tools/dist/licenses.py "$target" "$libraries" "$compiler" "$documents/THIRD-PARTY.txt"
python3 tools/dist/archive_readme.py "$target" "$stage" "$stage/README.md"
if [ -d "$debug" ]; then
  sed "s/@VERSION@/$version/g; s/@TARGET@/$target/g" packaging/archive/README-debug.md.in > "$debug/README.md"
fi
python3 tools/dist/sbom.py "$stage" "$target" "$libraries" "$compiler" "$documents/sbom.spdx.json"
