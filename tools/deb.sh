#!/bin/sh
# Builds this tree's Debian packages, as the distribution does it: in a clean copy of the committed
# files, with packaging/debian in its place. They lie in build-deb; their paths are the last lines.
set -eu
cd "$(dirname "$0")/.."
root=$PWD

say() { echo "deb: $*" >&2; }

tools/setup.sh build media deb >&2
tools/fetch_models.sh dfn3 >&2

version=$(sed -n 's/^project(deepfilter VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
packaged=$(dpkg-parsechangelog --file packaging/debian/changelog --show-field Version)
if [ "${packaged%-*}" != "$version" ]; then
  say "CMakeLists.txt has the version $version, packaging/debian/changelog $packaged"
  exit 1
fi

out=$root/build-deb
source=$out/deepfilter-$version
rm -rf "$out"
mkdir -p "$source"
git ls-files -z | tar --create --null --files-from - | tar --extract --directory "$source"
mv "$source/packaging/debian" "$source/debian"
mkdir "$source/debian/models"
cp "$(tools/fetch_models.sh --where dfn3)" "$source/debian/models/"

if command -v ccache > /dev/null; then
  # debhelper gives the build a home folder of its own.
  CCACHE_DIR=$(ccache --get-config cache_dir)
  export CCACHE_DIR CCACHE_BASEDIR="$source" CCACHE_NOHASHDIR=1
  export CCACHE_SLOPPINESS=pch_defines,time_macros
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
say "building in build-deb; the log is build-deb/build.log"
if ! (cd "$source" && dpkg-buildpackage --build=binary --no-sign "--jobs=${JOBS:-$(nproc)}") \
  > "$out/build.log" 2>&1; then
  tail -n 30 "$out/build.log" >&2
  say "dpkg-buildpackage failed; its last words are above"
  exit 1
fi
ls "$out"/*.deb
