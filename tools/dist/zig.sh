#!/bin/sh
# Prints the folder with cc, c++, ar, ranlib and rc that compile for another system.
#
#   tools/dist/zig.sh TARGET     one of x86_64-linux, aarch64-linux, x86_64-linux-musl,
#                                x86_64-windows, aarch64-macos, x86_64-macos
#   tools/dist/zig.sh --list     prints the names of the targets
#   tools/dist/zig.sh --home TARGET
#                                prints the folder of the compiler itself, where its libraries' sources
#                                and licences are
#
# The compilers are clang with the C libraries and libc++ of all targets, from the PyPI package
# ziglang, pinned in zig.txt. It is downloaded once, into the user's cache folder. Exit status: 0 done,
# 1 failed, 2 usage.
set -eu

here=$(cd "$(dirname "$0")" && pwd)

say() { echo "zig: $*" >&2; }

# shellcheck source=tools/cache_folder.sh
. "$here/../cache_folder.sh"

# TARGET: the compiler's name for it, with the oldest system that its programs run on.
triple_of() {
  case $1 in
    x86_64-linux) echo x86_64-linux-gnu.2.17 ;;
    aarch64-linux) echo aarch64-linux-gnu.2.17 ;;
    x86_64-linux-musl) echo x86_64-linux-musl ;;
    x86_64-windows) echo x86_64-windows-gnu ;;
    aarch64-macos) echo aarch64-macos.11.0 ;;
    x86_64-macos) echo x86_64-macos.10.13 ;;
    *) return 1 ;;
  esac
}

targets='x86_64-linux aarch64-linux x86_64-linux-musl x86_64-windows aarch64-macos x86_64-macos'
if [ "${1:-}" = --list ]; then
  echo "$targets"
  exit 0
fi
home=no
if [ "${1:-}" = --home ]; then
  home=yes
  shift
fi
if [ $# -ne 1 ] || ! triple=$(triple_of "$1"); then
  say "name one target: $targets"
  exit 2
fi

version=$(sed -n 's/^ziglang==\([0-9.]*\).*/\1/p' "$here/zig.txt")
place=$cache/zig
compiler=$place/ziglang-$version
# The number of the wrappers' form: change it when they change below.
folder=$place/$version-1/$1
finish() {
  if [ $home = yes ]; then echo "$compiler"; else echo "$folder"; fi
  exit 0
}
if [ -x "$compiler/zig" ] && [ -x "$folder/cc" ]; then finish; fi

mkdir -p "$place"
# One process at a time fills the cache.
exec 9> "$place/lock"
flock 9
scratch=$(mktemp -d "$place/.fetch-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

if [ ! -x "$compiler/zig" ]; then
  say "getting ziglang $version from PyPI, 100 MB"
  if ! python3 -m pip download --no-deps --only-binary :all: --require-hashes --no-cache-dir \
    --timeout 20 --retries 2 --disable-pip-version-check --dest "$scratch" \
    --requirement "$here/zig.txt" > "$scratch/log" 2>&1; then
    tail -n 3 "$scratch/log" >&2
    say "the package registry did not give ziglang $version"
    exit 1
  fi
  python3 -m zipfile -e "$scratch"/*.whl "$scratch/wheel"
  chmod 755 "$scratch/wheel/ziglang/zig"
  mv -T "$scratch/wheel/ziglang" "$compiler"
fi

# TOOL COMMAND...: a program that runs a command of the compiler.
wrap() {
  tool=$1
  shift
  cat > "$scratch/tools/$tool" << WRAPPER
#!/bin/sh
export ZIG_GLOBAL_CACHE_DIR="$place/objects" ZIG_LOCAL_CACHE_DIR="$place/objects"
exec "$compiler/zig" $* "\$@"
WRAPPER
  chmod 755 "$scratch/tools/$tool"
}

mkdir "$scratch/tools"
# Without optimization zig adds checks of undefined behaviour, whose functions are not linked here.
wrap cc cc -target "$triple" -fno-sanitize=all
wrap c++ c++ -target "$triple" -fno-sanitize=all
wrap ar ar
wrap ranlib ranlib
wrap rc-zig rc
# CMake calls a resource compiler as it calls windres, or as Microsoft's.
cat > "$scratch/tools/rc" << WRAPPER
#!/bin/sh
# rc [-O coff] [-DNAME[=VALUE]] [-I FOLDER | -IFOLDER] {SOURCE OBJECT | /fo OBJECT SOURCE}
set -eu
options='' source='' object=''
while [ \$# -gt 0 ]; do
  case \$1 in
    -O) shift ;;
    -D) shift; options="\$options /d \$1" ;;
    -D*) options="\$options /d \${1#-D}" ;;
    /fo) shift; object=\$1 ;;
    -I) shift; options="\$options /i \$1" ;;
    -I*) options="\$options /i \${1#-I}" ;;
    -*) ;;
    *) if [ -z "\$source" ]; then source=\$1; else object=\$1; fi ;;
  esac
  shift
done
# shellcheck disable=SC2086  # one word an option
exec "$folder/rc-zig" /:output-format coff /:target x64 \$options /fo "\$object" -- "\$source"
WRAPPER
chmod 755 "$scratch/tools/rc"
rm -rf "$folder"
mkdir -p "${folder%/*}"
mv -T "$scratch/tools" "$folder"
finish
