#!/bin/sh
# Builds the libraries that archives for a system are linked with, and prints the folder they are in.
#
#   tools/dist/dependencies.sh TARGET      a name that tools/dist/zig.sh --list has
#   tools/dist/dependencies.sh --where TARGET
#                                          prints the folder without building anything
#
# The libraries are static, with CMake and pkg-config files, from Debian's sources with Debian's patches
# (sources.lock). They are built once into the user's cache folder, and again when the lock, a recipe or
# the compiler changes. JOBS=N limits parallel compilers. Exit status: 0 done, 1 failed, 2 usage, 3 the
# sources cannot be had.
set -eu
# Flags of the caller are for the program.
unset CFLAGS CXXFLAGS ASMFLAGS LDFLAGS

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

say() { echo "dependencies: $*" >&2; }

# shellcheck source=tools/cache_folder.sh
. "$here/../cache_folder.sh"

where=no
if [ "${1:-}" = --where ]; then
  where=yes
  shift
fi
target=${1:-}
case " $("$here/zig.sh" --list) " in
  *" ${target:-none} "*) ;;
  *) say "name one target: $("$here/zig.sh" --list)"; exit 2 ;;
esac

# Lines of comments change nothing.
sum=$(sed '/^ *\(# \|\/\/ \)/d' "$here/sources.lock" "$here/zig.txt" "$here/dependencies.sh" \
  "$here"/libraries/* "$here"/check/* | sha256sum | cut -c 1-12)
prefix=$cache/dist/$target-$sum
if [ $where = yes ] || [ -f "$prefix/complete" ]; then
  echo "$prefix"
  exit 0
fi

mkdir -p "$cache/dist"
# One process at a time builds for a target.
exec 8> "$cache/dist/$target.lock"
flock 8
if [ -f "$prefix/complete" ]; then
  echo "$prefix"
  exit 0
fi
for tool in cmake ninja pkg-config patch flock; do
  command -v "$tool" > /dev/null || { say "$tool is missing"; exit 1; }
done
sources=$("$here/sources.sh") || exit 3
"$here/zig.sh" "$target" > /dev/null

# The same path each time, so that ccache knows the files again.
work=$cache/dist/work-$target
rm -rf "$work" "$prefix"
mkdir -p "$work" "$prefix/lib/pkgconfig" "$prefix/include"

# COMMAND...: shows what it said only if it fails.
quietly() {
  "$@" > "$work/log" 2>&1 || {
    tail -n 30 "$work/log" >&2
    say "failed: $*"
    exit 1
  }
}

version_of() { sed -n "s/^$1 [^ ]* \([^ ]*\) .*/\1/p" "$here/sources.lock"; }

# NAME FOLDER: keeps the licence texts of a package, which archives hold.
keep_licences() {
  mkdir -p "$prefix/share/licenses/$1"
  find "$2" "$2/doc" "$2/debian" -maxdepth 1 -type f \
    \( -iname 'copying*' -o -iname 'licen[cs]e*' -o -name copyright \) \
    -exec cp {} "$prefix/share/licenses/$1/" \; 2> /dev/null || true
  if [ -z "$(ls "$prefix/share/licenses/$1")" ]; then
    say "found no licence text of $1"
    exit 1
  fi
}

# NAME: unpacks a package's source into $work/NAME, with Debian's patches.
unpack() {
  version=$(version_of "$1")
  version=${version#*:}
  mkdir "$work/$1"
  tar -x -f "$(echo "$sources/$1_${version%-*}".orig.tar.*)" -C "$work/$1" --strip-components=1
  # The mirrors lack the packaging of some, and with it any patches.
  for packaging in "$sources/$1_$version".debian.tar.*; do
    [ -f "$packaging" ] || continue
    tar -x -f "$packaging" -C "$work/$1"
    if [ ! -f "$work/$1/debian/patches/series" ]; then continue; fi
    sed 's/[ #].*//' "$work/$1/debian/patches/series" | while read -r patch; do
      [ -z "$patch" ] || quietly patch -p1 -d "$work/$1" -i "$work/$1/debian/patches/$patch"
    done
  done
  keep_licences "$1" "$work/$1"
}

# NAME SOURCE [OPTION...]: configures and builds a CMake project; `only`, if set, is what it builds. With
# -O2, as distributions do.
compile() {
  name=$1
  source=$2
  shift 2
  say "$target: $name"
  # Without -g0, zig adds descriptions for debuggers. On Windows FLAC's header takes a static library
  # for a DLL unless it is told. The empty names keep headers from marking functions for export: a
  # shared library that holds these functions must export its own alone.
  flags="-O2 -g0 -DNDEBUG -DFLAC__NO_DLL -ffile-prefix-map=$work=."
  flags="$flags -DINI_API= -DZSTDLIB_VISIBLE= -DZSTDERRORLIB_VISIBLE= -DZDICTLIB_VISIBLE="
  rm -rf "$work/build"
  quietly cmake -G Ninja -S "$source" -B "$work/build" -DDFN_TARGET="$target" \
    -C "$here/libraries/answers.cmake" \
    -DCMAKE_TOOLCHAIN_FILE="$root/cmake/toolchains/zig.cmake" \
    -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE="$flags" -DCMAKE_CXX_FLAGS_RELEASE="$flags" \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DCMAKE_C_VISIBILITY_PRESET=hidden \
    -DCMAKE_CXX_VISIBILITY_PRESET=hidden -DCMAKE_POLICY_DEFAULT_CMP0063=NEW \
    -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF "$@"
  quietly cmake --build "$work/build" ${JOBS:+--parallel "$JOBS"} ${only:+--target "$only"}
}

# As compile, and installs; `part`, if set, is the component that is installed.
build() {
  compile "$@"
  quietly cmake --install "$work/build" ${part:+--component "$part"}
}

# NAME...: builds those of libraries/.
build_ours() {
  names=$*
  set --
  for name in $names; do
    unpack "$name"
    version=$(version_of "$name")
    version=${version#*:}
    version=${version%-*}
    set -- "$@" "-DDFN_VERSION_$name=${version%%[+.]dfsg*}"
  done
  build "$names" "$here/libraries" -DDFN_LIBRARIES="$names" -DDFN_SOURCES="$work" "$@"
}

# PACKAGE SOURCE LIBRARY [FLAG]: the pkg-config file that a library's own CMake does not make on all
# systems.
describe() {
  version=$(version_of "$2")
  cat > "$prefix/lib/pkgconfig/$1.pc" << PACKAGE
prefix=$prefix
Name: $1
Description: $1, for static linking
Version: ${version%%-*}
Libs: -L\${prefix}/lib -l$3
Cflags: -I\${prefix}/include ${4:-}
PACKAGE
}

build_headers() {
  for name in cli11 fmtlib nlohmann-json3 ladspa-sdk lv2; do unpack $name; done
  dpkg-deb -x "$sources/libprotozero-dev_$(version_of libprotozero-dev)_amd64.deb" "$work/protozero"
  cp -R "$work/protozero/usr/include/protozero" "$prefix/include/"
  keep_licences libprotozero-dev "$work/protozero/usr/share/doc/libprotozero-dev"
  cp "$work/ladspa-sdk/src/ladspa.h" "$prefix/include/"
  (cd "$work/lv2" && find lv2 -name '*.h' -exec cp --parents {} "$prefix/include/" \;)
  build cli11 "$work/cli11" -DCLI11_BUILD_TESTS=OFF -DCLI11_BUILD_EXAMPLES=OFF -DCLI11_BUILD_DOCS=OFF \
    -DCLI11_SINGLE_FILE=OFF
  build nlohmann-json3 "$work/nlohmann-json3" -DJSON_BuildTests=OFF
  build fmtlib "$work/fmtlib" -DFMT_TEST=OFF -DFMT_DOC=OFF
}

build_basics() {
  for name in highway googletest; do unpack $name; done
  build highway "$work/highway" -DHWY_ENABLE_EXAMPLES=OFF -DHWY_ENABLE_TESTS=OFF \
    -DHWY_ENABLE_CONTRIB=OFF
  build_ours zlib bzip2 nettle libinih libogg opus lame libebur128
  build googletest "$work/googletest"
}

build_archives() {
  for name in xz-utils libzstd; do unpack $name; done
  (only=liblzma part=liblzma_Development && build xz-utils "$work/xz-utils" -DENABLE_NLS=OFF \
    -DCREATE_XZ_SYMLINKS=OFF -DCREATE_LZMA_SYMLINKS=OFF)
  describe liblzma xz-utils lzma -DLZMA_API_STATIC
  build libzstd "$work/libzstd/build/cmake" -DZSTD_BUILD_PROGRAMS=OFF -DZSTD_BUILD_SHARED=OFF \
    -DZSTD_BUILD_TESTS=OFF -DZSTD_LEGACY_SUPPORT=OFF -DZSTD_MULTITHREAD_SUPPORT=OFF
  build_ours libarchive
}

build_sounds() {
  for name in libvorbis flac mpg123 libsndfile libsoxr; do unpack $name; done
  build libvorbis "$work/libvorbis"
  (only=FLAC && build flac "$work/flac" -DBUILD_CXXLIBS=OFF -DBUILD_PROGRAMS=OFF \
    -DBUILD_EXAMPLES=OFF -DBUILD_DOCS=OFF -DINSTALL_MANPAGES=OFF -DWITH_STACK_PROTECTOR=OFF \
    -DWITH_FORTIFY_SOURCE=OFF)
  build mpg123 "$work/mpg123/ports/cmake" -DBUILD_LIBOUT123=OFF -DBUILD_PROGRAMS=OFF
  case $target in
    *-windows) sed -i 's/^Libs.private:.*/Libs.private: -lshlwapi/' "$prefix/lib/pkgconfig/libmpg123.pc" ;;
  esac
  build libsndfile "$work/libsndfile" -DBUILD_PROGRAMS=OFF -DBUILD_EXAMPLES=OFF -DENABLE_CPACK=OFF
  # What its CMake would find out by linking, for which zig would first compile a C library with AVX.
  case $target in
    x86_64-*) set -- -DSIMD64_C_FLAGS=-mavx ;;
    *) set -- -DWITH_CR32S=OFF -DWITH_CR64S=OFF ;;
  esac
  build libsoxr "$work/libsoxr" -DWITH_OPENMP=OFF -DBUILD_TESTS=OFF -DWITH_LSR_BINDINGS=OFF "$@"
  describe soxr libsoxr soxr
}

build_headers
build_basics
build_archives
build_sounds
# One program of all of them links.
compile check "$here/check" -DPKG_CONFIG_ARGN=--static
rm -rf "$work" "${prefix:?}/bin" "$prefix/share/man" "$prefix/share/doc"
touch "$prefix/complete"
echo "$prefix"
