#!/bin/sh
# Installs what the browser module is built with, and nothing that is there already: Emscripten 3.1.69
# or newer, node and npm.
#
#   tools/setup_web.sh            prints the path of a file that a shell reads (with ".") to have em++,
#                                 emcmake and node on its PATH
#
# A system's own Emscripten is used if it is new enough. Debian 12's is not: there the one of Debian 13
# and what it runs on are unpacked into the user's cache, beside the system and not into it. They come
# from the mirror that apt uses, verified by apt. Needs root or sudo if Debian 12's own packages are
# missing. Exit status: 0 done, 1 failed, 3 the mirrors say that they have no Debian 13.
set -eu
cd "$(dirname "$0")/.."

oldest=3.1.69
suite=trixie
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { echo "setup_web: $*" >&2; }

# shellcheck source=tools/cache_folder.sh
. tools/cache_folder.sh
place=$cache/emscripten
environment=$place/environment.sh

# The format of what is unpacked: change it when the steps below change.
stamp="deepfilter emscripten 1 $suite"

# VERSION: whether it is at least $oldest.
is_new_enough() { [ "$(printf '%s\n' "$oldest" "$1" | sort -V | head -n 1)" = "$oldest" ]; }

version_of() { # EMCC
  "$1" --version 2> /dev/null | sed -n '1s/.* \([0-9][0-9]*\.[0-9][0-9.]*\)\( .*\|$\)/\1/p'
}

if [ -f "$environment" ] && [ "$(sed -n '1s/^# //p' "$environment")" = "$stamp" ]; then
  # shellcheck disable=SC1090  # made below
  if (. "$environment" && command -v em++ && command -v node && command -v npm) > /dev/null; then
    echo "$environment"
    exit 0
  fi
fi

mkdir -p "$place"
scratch=$(mktemp -d "$place/.setup-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# Text of the environment file on standard input. The rename is the last step of all.
finish() {
  { echo "# $stamp" && cat; } > "$scratch/environment"
  mv -f "$scratch/environment" "$environment"
  echo "$environment"
  exit 0
}

if command -v emcc > /dev/null && is_new_enough "$(version_of emcc)"; then
  tools/setup.sh web_runtime
  echo "export NODE_PATH=\${NODE_PATH:-/usr/share/nodejs}" | finish
fi

if ! command -v apt-get > /dev/null || ! command -v dpkg-deb > /dev/null; then
  say "no Emscripten $oldest or newer is on the PATH, and without apt-get this script cannot get one"
  exit 1
fi

tools/setup.sh web_runtime web_compiler

# apt with lists and sources of its own, in the scratch folder.
own_apt() { # TOOL ARGUMENT...
  tool=$1
  shift
  "$tool" -qq -o Dir::State::lists="$scratch/lists" -o Dir::Cache="$scratch/cache" \
    -o Dir::Etc::sourcelist="$scratch/mirror.sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Acquire::Languages=none -o APT::Sandbox::User= "$@"
}

# Sets up own_apt for $suite of a mirror.
read_lists() { # ADDRESS
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$1" "$suite" \
    "$keyring" > "$scratch/mirror.sources"
  rm -rf "$scratch/lists"
  mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
  own_apt apt-get update > "$scratch/log" 2>&1 &&
    own_apt apt-cache show emscripten > /dev/null 2>&1
}

# The mirrors of the system's own release; the first that has Debian 13 is taken.
find_mirror() {
  release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  # shellcheck disable=SC2016  # apt's fields
  mirrors=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
    sed -n "s/^$release //p" | sort -u)
  for mirror in $mirrors; do
    if read_lists "$mirror"; then return 0; fi
  done
  return 1
}

say "getting Emscripten of Debian 13, 250 MB"
if ! find_mirror; then
  say "none of the mirrors that apt uses gave Emscripten of Debian 13 ($suite): $(tail -n 1 "$scratch/log")"
  if grep -q 'does not have a Release file' "$scratch/log"; then exit 3; fi
  exit 1
fi
packages='emscripten binaryen libc6 libstdc++6 libgcc-s1'
# shellcheck disable=SC2086  # one word a package
if ! (cd "$scratch" && own_apt apt-get download $packages) > "$scratch/log" 2>&1; then
  say "could not download $packages: $(tail -n 1 "$scratch/log")"
  exit 1
fi

# Without its tests, and the libraries for other kinds of modules: those are 1.4 GB.
root=$scratch/root
mkdir "$root"
for package in "$scratch"/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --exclude='*/emscripten/test' \
    --exclude='*/wasm32-emscripten/pic' --exclude='*/wasm32-emscripten/*lto*' \
    --exclude='*-mt*.a' --exclude='*-ww*.a' --exclude='*san*_rt*.a' \
    --exclude='*/share/doc' --exclude='*/share/man'
done

# Binaryen's programs start under the C library that they were made for.
loader=$(find "$root" -name 'ld-linux*.so.*' | head -n 1)
libraries=$(dirname "$(find "$root" -name 'libc.so.6' | head -n 1)")
mkdir -p "$root/binaryen/bin"
final=$place/root
for program in "$root"/usr/bin/wasm*; do
  name=${program##*/}
  printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' "$final${loader#"$root"}" \
    "$final${libraries#"$root"}" "$final/usr/bin/$name" > "$root/binaryen/bin/$name"
  chmod 755 "$root/binaryen/bin/$name"
done
# Modules are not looked for in NODE_PATH.
mkdir -p "$root/usr/share/emscripten/node_modules"
ln -s /usr/share/nodejs/acorn "$root/usr/share/emscripten/node_modules/acorn"
cat > "$root/config" << CONFIG
LLVM_ROOT = '/usr/bin'
LLVM_ADD_VERSION = '19'
CLANG_ADD_VERSION = '19'
BINARYEN_ROOT = '$final/binaryen'
NODE_JS = '$(command -v node)'
FROZEN_CACHE = True
CONFIG
rm -rf "$final"
mv "$root" "$final"
finish << ENVIRONMENT
export PATH="$final/usr/share/emscripten:\$PATH"
export EM_CONFIG="$final/config"
export NODE_PATH=/usr/share/nodejs
ENVIRONMENT
