#!/bin/sh
# Builds projects around these sources and one that vcpkg's port was made for, and runs them: their
# samples must be those of this project's program, bit for bit. docs/embedding.md describes the ways.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
out=$root/build-embed
tiny=$root/tests/data/tiny/dfn3
program=$root/build/bin/deepfilter

say() { echo "embed-test: $*" >&2; }

tools/setup.sh build >&2
if [ ! -x "$program" ]; then tools/build.sh -DDEEPFILTER_TESTS=OFF >&2; fi
if command -v ccache > /dev/null; then
  export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
rm -rf "$out"
mkdir -p "$out"

quietly() { # COMMAND...: shows what it said only if it fails
  "$@" > "$out/log" 2>&1 || {
    tail -n 30 "$out/log" >&2
    say "failed: $*"
    exit 1
  }
}

# Raw samples with noise in them, and what the program makes of these.
"$program" pack "$tiny" -o "$out/tiny.dfn" > "$out/log" 2>&1
"$program" enhance -m "$tiny" -a 12 --raw-format f32 examples/sample/noisy.flac -o - > "$out/noisy.f32"
"$program" enhance -m "$tiny" --raw-format f32 --rate 48000 - -o - < "$out/noisy.f32" \
  > "$out/expected.f32"
if cmp -s "$out/noisy.f32" "$out/expected.f32"; then
  say "the program changes nothing, so that the comparison would say nothing"
  exit 1
fi

check() { # PROGRAM MODEL
  "$1" "$2" < "$out/noisy.f32" > "$out/found.f32"
  if ! cmp "$out/expected.f32" "$out/found.f32"; then
    say "$1 gives other samples than the program"
    exit 1
  fi
  say "${1#"$out/"}: same samples"
}

build_project() { # NAME MODEL OPTION...
  name=$1
  model=$2
  shift 2
  build=$out/$name
  quietly cmake -G Ninja -S tests/embed/project -B "$build" -DCMAKE_BUILD_TYPE=Release \
    "-DDEEPFILTER_SOURCE=$root" "$@"
  quietly cmake --build "$build" ${JOBS:+--parallel "$JOBS"} --target with_shared with_static
  for kind in shared static; do check "$build/with_$kind" "$model"; done
  # All of what is installed is the outer project's.
  quietly cmake --build "$build" ${JOBS:+--parallel "$JOBS"}
  quietly cmake --install "$build" --prefix "$out/$name-installed"
  installed=$(cd "$out/$name-installed" && find . -type f | sort | xargs)
  if [ "$installed" != "./bin/with_shared ./bin/with_static" ]; then
    say "installed: $installed"
    exit 1
  fi
}

build_project fetch_packed "$out/tiny.dfn" -DMEANS=FetchContent -DDEEPFILTER_PACKED_ONLY=ON
build_project subdirectory "$tiny" -DMEANS=add_subdirectory

for case in 'core static' 'core;readers static' 'core;readers dynamic'; do
  features=${case% *}
  linkage=${case#* }
  name=vcpkg_$(echo "$case" | tr '; ' '__')
  # As deep as build/, whose objects ccache then gives.
  rm -rf build-vcpkg
  quietly cmake "-DPORT_DIR=$root/packaging/vcpkg/deepfilter" "-DPACKAGES_DIR=$out/$name" \
    "-DBUILD_DIR=$root/build-vcpkg" "-DFEATURES=$features" "-DLINKAGE=$linkage" \
    -P tests/embed/vcpkg/fake_vcpkg.cmake
  quietly cmake -G Ninja -S tests/embed/vcpkg/project -B "$out/$name-project" \
    "-DCMAKE_PREFIX_PATH=$out/$name" "-DDEEPFILTER_SOURCE=$root"
  quietly cmake --build "$out/$name-project"
  check "$out/$name-project/found" "$out/tiny.dfn"
  case $features in
    *readers*) check "$out/$name-project/found" "$tiny" ;;
  esac
  # And by pkg-config, where the static library names all that it needs.
  # shellcheck disable=SC2046  # words of a command line
  quietly cc examples/c/enhance_raw.c -o "$out/$name-project/by_pkg_config" \
    $(PKG_CONFIG_PATH=$out/$name/lib/pkgconfig pkg-config --cflags --libs deepfilter) \
    "-Wl,-rpath,$out/$name/lib"
  check "$out/$name-project/by_pkg_config" "$out/tiny.dfn"
done
