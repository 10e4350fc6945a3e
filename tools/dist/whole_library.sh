#!/bin/sh
# Makes a static library that needs nothing but the system's own libraries: one object with this
# project's code, the parts of its libraries that it uses, and the compiler's C++ library. Only the
# functions of the public headers are visible, so that a program with a C++ library or a zlib of its
# own meets neither of these.
#
#   tools/dist/whole_library.sh TARGET LIBRARY LIBRARIES OUT
#
# LIBRARY is the static library of a build for TARGET, LIBRARIES the folder that dependencies.sh
# prints. Needs GNU ld and objcopy for the target.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=$1
library=$2
libraries=$3
out=$4

case $target in
  x86_64-*) tools=x86_64-linux-gnu emulation=elf_x86_64 ;;
  aarch64-*) tools=aarch64-linux-gnu emulation=aarch64linux ;;
esac
zig=$("$here/zig.sh" "$target")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# The compiler's own libraries, by what it gives to its linker.
echo 'int main() { throw 1; }' > "$scratch/throws.cc"
runtime=$("$zig/c++" -v "$scratch/throws.cc" -o "$scratch/throws" 2>&1 | sed -n '/^ld\.lld /p' |
  tr ' ' '\n' | grep -E '/(libc\+\+|libc\+\+abi|libunwind|libcompiler_rt)\.a$')

# shellcheck disable=SC2086  # one word a library
"$tools-ld" -m "$emulation" -r --force-group-allocation -o "$scratch/deepfilter.o" \
  --whole-archive "$library" --no-whole-archive \
  --start-group "$libraries"/lib/*.a $runtime --end-group
"$tools-nm" --defined-only --extern-only --format=just-symbols "$scratch/deepfilter.o" |
  grep -E '^(dfn|df)_' > "$scratch/public"
"$tools-objcopy" --strip-debug --keep-global-symbols="$scratch/public" "$scratch/deepfilter.o"
rm -f "$out"
"$tools-ar" crD "$out" "$scratch/deepfilter.o"
