#!/bin/sh
# Builds what runs in browsers and in Node: the module deepfilter.wasm, the packed models and the npm
# package around them, and installs what that needs.
#
#   tools/web.sh [build]    web/dist with the module and the scripts, and web/models
#   tools/web.sh module     the module alone: web/dist/deepfilter.wasm
#   tools/web.sh test       build, then the package's tests under node
#   tools/web.sh unit       the core's own unit tests, compiled for WebAssembly, under node
#
# JOBS=N limits parallel compilers. Exit status: 0 done, 1 failed, 2 usage, 3 Emscripten, the npm
# packages or the model could not be had, 4 the registries say that they have no Emscripten or no model.
set -eu
cd "$(dirname "$0")/.."

say() { echo "web: $*" >&2; }

what=${1:-build}
case $what in
  build | module | test | unit) ;;
  *) say "unknown \"$what\"; use build, module, test or unit"; exit 2 ;;
esac

setup=0
environment=$(tools/setup_web.sh) || setup=$?
case $setup in
  0) ;;
  3) exit 4 ;;
  *) exit 3 ;;
esac
# shellcheck disable=SC1090  # setup_web.sh has just made it
. "$environment"
if command -v ccache > /dev/null; then
  export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
  EM_COMPILER_WRAPPER=$(command -v ccache)
  export EM_COMPILER_WRAPPER
fi

# FOLDER TARGET [OPTION...]
compile() {
  folder=$1
  target=$2
  shift 2
  emcmake cmake -G Ninja -S . -B "$folder" -DCMAKE_BUILD_TYPE=Release -DDEEPFILTER_WEB=ON \
    --log-level=WARNING "$@" > /dev/null 2>&1 || {
    emcmake cmake -S . -B "$folder" >&2
    return 1
  }
  cmake --build "$folder" ${JOBS:+--parallel "$JOBS"} --target "$target"
}

if [ "$what" = unit ]; then
  compile build-web-test all -DDEEPFILTER_TESTS=ON
  exec ctest --test-dir build-web-test --output-on-failure --parallel "${JOBS:-$(nproc)}"
fi

compile build-web deepfilter_module -DDEEPFILTER_TESTS=OFF
mkdir -p web/dist
cp build-web/module/deepfilter.wasm web/dist/deepfilter.wasm
size=$(wc -c < web/dist/deepfilter.wasm)
compressed=$(gzip -9 < web/dist/deepfilter.wasm | wc -c)
say "web/dist/deepfilter.wasm: $size bytes, $compressed with gzip"
[ "$what" != module ] || exit 0

# FILE OTHER: whether FILE is there and newer than OTHER.
is_newer() { [ -e "$1" ] && [ -n "$(find "$1" -prune -newer "$2")" ]; }

# NAME PRECISION FILE: packs an official model, unless that is newer than the program.
pack() {
  if is_newer "$3" build/bin/deepfilter; then return 0; fi
  archive=$(tools/fetch_models.sh --where "$1")
  if [ -z "$archive" ]; then
    say "model $1 is not in the cache: $3 is left out"
    return 0
  fi
  build/bin/deepfilter pack "$archive" -o "$3" --precision "$2" -f > /dev/null
}

tools/setup.sh build
model=0
tools/fetch_models.sh dfn3 > /dev/null || model=$?
case $model in
  0) ;;
  3) exit 4 ;;
  *) exit 3 ;;
esac
[ -x build/bin/deepfilter ] || tools/build.sh -DDEEPFILTER_TESTS=OFF
mkdir -p web/models build-web/models
for precision in i8 f16 f32; do pack dfn3 $precision web/models/dfn3-$precision.dfn; done

cd web
if ! is_newer node_modules package-lock.json && ! npm ci --no-audit --no-fund --loglevel=error >&2; then
  say "npm could not install what the package is built with"
  exit 3
fi
node build.mjs
cd ..
[ "$what" = test ] || exit 0

# The tests also run the other official models.
for name in dfn3_ll dfn2 dfn2_ll; do pack $name f32 build-web/models/$name.dfn; done
cd web && exec node --test test/node/
