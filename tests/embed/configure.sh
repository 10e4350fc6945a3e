#!/bin/sh
# Configures a project around deepfilter's sources in every way that docs/embedding.md names, without
# the packages that only the program and the tests need; the project checks that it was left alone.
#
#   configure.sh CMAKE C_COMPILER CXX_COMPILER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
cmake=$1
c=$2
cxx=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

absent=
for package in CLI11 CURL fmt GTest Python3; do
  absent="$absent -DCMAKE_DISABLE_FIND_PACKAGE_$package=TRUE"
done
absent_packed="$absent"
for package in PkgConfig ZLIB nlohmann_json; do
  absent_packed="$absent_packed -DCMAKE_DISABLE_FIND_PACKAGE_$package=TRUE"
done

configure() { # NAME OPTION...
  build=$scratch/$1
  shift
  "$cmake" -G Ninja -S "$here/project" -B "$build" "-DDEEPFILTER_SOURCE=$source" \
    "-DCMAKE_C_COMPILER=$c" "-DCMAKE_CXX_COMPILER=$cxx" "$@" > "$scratch/log" 2>&1
}

expect() { # NAME OPTION...
  if ! configure "$@"; then
    cat "$scratch/log" >&2
    echo "$1: the project around deepfilter cannot be configured" >&2
    exit 1
  fi
  # Of what is installed, deepfilter's folder has no part.
  if find "$build" -path '*deepfilter*' -name cmake_install.cmake -exec grep -l 'file(INSTALL' {} + |
    grep .; then
    echo "$1: deepfilter's files would be installed" >&2
    exit 1
  fi
}

expect_refusal() { # SENTENCE NAME OPTION...
  sentence=$1
  shift
  # CMake wraps its messages.
  if configure "$@" || ! tr -s '\n ' ' ' < "$scratch/log" | grep -q "$sentence"; then
    cat "$scratch/log" >&2
    echo "$1: expected the message: $sentence" >&2
    exit 1
  fi
}

# shellcheck disable=SC2086  # one word an option
{
  expect fetch $absent -DMEANS=FetchContent
  expect fetch_packed $absent_packed -DMEANS=FetchContent -DDEEPFILTER_PACKED_ONLY=ON
  expect subdirectory $absent_packed -DMEANS=add_subdirectory -DDEEPFILTER_PACKED_ONLY=ON -DOWN_HIGHWAY=ON
}
expect_refusal 'are built from its own folder' tests -DMEANS=FetchContent -DDEEPFILTER_TESTS=ON
expect_refusal 'no library is left' none -DMEANS=FetchContent -DDEEPFILTER_SHARED=OFF \
  -DDEEPFILTER_STATIC=OFF
expect_refusal 'needs DEEPFILTER_STATIC' plugins -DMEANS=FetchContent -DDEEPFILTER_PLUGINS=ON \
  -DDEEPFILTER_STATIC=OFF
