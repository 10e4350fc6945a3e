#!/bin/sh
# Configures a build for a target with the compilers and libraries of the archives.
#
#   tools/dist/configure.sh TARGET FOLDER [OPTION...]      OPTION: for CMake
set -eu
cd "$(dirname "$0")/../.."
target=$1
folder=$2
shift 2

libraries=$(tools/dist/dependencies.sh "$target")
miniaudio=$(tools/fetch_miniaudio.sh)
case $target in
  # Programs for musl are static, so that they load nothing, plugins neither.
  *-musl) set -- -DDEEPFILTER_SHARED=OFF -DDEEPFILTER_PLUGINS=OFF "$@" ;;
  # In a tar, plugins that are the same file take their space once.
  *-linux) set -- -DDEEPFILTER_ONE_PLUGIN=ON "$@" ;;
esac
# The compiler adds debug information, with this machine's paths, unless it is told not to.
export CFLAGS=-g0 CXXFLAGS=-g0 ASMFLAGS=-g0
cmake --preset dist -B "$folder" --log-level=WARNING "-DDFN_TARGET=$target" \
  "-DCMAKE_PREFIX_PATH=$libraries" "-DDEEPFILTER_MINIAUDIO=$miniaudio" -DDEEPFILTER_WHOLE_STATIC=ON "$@" > /dev/null
