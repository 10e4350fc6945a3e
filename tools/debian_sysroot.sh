#!/bin/sh
# Makes a folder with the libraries of another processor's Debian, to compile for that processor, and
# prints the folder's path.
#
#   tools/debian_sysroot.sh TARGET     TARGET: aarch64-linux, arm-linux, i386-linux or s390x-linux
#
# The packages are those of this system's own Debian release, from the mirror that apt uses, verified
# by apt. They are unpacked into the user's cache, beside the system and not into it. Debian's cross
# compiler for TARGET and an emulator are installed if they are missing, which needs root or sudo.
# See docs/architecture.md for what to do with the folder.
set -eu
cd "$(dirname "$0")/.."

say() { echo "debian_sysroot: $*" >&2; }

case ${1:-} in
  aarch64-linux) architecture=arm64 triplet=aarch64-linux-gnu ;;
  arm-linux) architecture=armhf triplet=arm-linux-gnueabihf ;;
  i386-linux) architecture=i386 triplet=i686-linux-gnu ;;
  s390x-linux) architecture=s390x triplet=s390x-linux-gnu ;;
  *) sed -n 's/^# \{0,1\}//; 2,11p' "$0" >&2; exit 2 ;;
esac

# shellcheck source=tools/cache_folder.sh
. tools/cache_folder.sh

packages='libc6-dev libstdc++-12-dev libhwy-dev libgtest-dev libgmock-dev libprotozero-dev
  libarchive-dev libinih-dev libsndfile1-dev libsoxr-dev libebur128-dev libcli11-dev libfmt-dev
  nlohmann-json3-dev nettle-dev zlib1g-dev ladspa-sdk lv2-dev'
# What is unpacked: change the number when the steps below change.
stamp="1 $architecture $packages"
# shellcheck disable=SC2154  # set there
root=$cache/sysroots/$1
if [ -f "$root/.stamp" ] && [ "$(cat "$root/.stamp")" = "$stamp" ]; then
  echo "$root"
  exit 0
fi

if ! command -v apt-get > /dev/null || ! command -v dpkg-deb > /dev/null; then
  say "needs Debian's apt-get and dpkg"
  exit 1
fi
tools/setup.sh "cross_$architecture"

mkdir -p "$cache/sysroots"
scratch=$(mktemp -d "$cache/sysroots/.setup-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$scratch/lists/partial" "$scratch/archives/partial" "$scratch/system"
: > "$scratch/status"

# apt for a system of that processor with nothing installed, with the sources of this system.
own_apt() {
  apt-get -qq -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" \
    -o Dir::State::lists="$scratch/lists" -o Dir::State::status="$scratch/status" \
    -o Dir::Cache="$scratch" -o Dir::Cache::archives="$scratch/archives" \
    -o Acquire::Languages=none -o APT::Sandbox::User= "$@" > "$scratch/log" 2>&1
}

say "getting Debian's libraries for $architecture"
# A mirror may be replacing one of its lists; the packages may be in the others.
own_apt update || say "not every list of packages came"
# shellcheck disable=SC2086  # one word a package
if ! own_apt install --download-only --no-install-recommends -y $packages; then
  say "could not get them: $(grep '^E:' "$scratch/log" | head -n 1)"
  exit 1
fi

for package in "$scratch"/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$scratch/system" --exclude='./usr/share/doc' \
    --exclude='./usr/share/man' --exclude='./usr/share/locale' --exclude='./var' --exclude='./etc'
done
# Links with absolute paths would lead out of the folder.
find "$scratch/system" -type l -lname '/*' | while read -r link; do
  ln -sfn "$scratch/system$(readlink "$link")" "$link"
  ln -sfn "$(realpath -m --relative-to="$(dirname "$link")" "$(readlink "$link")")" "$link"
done
echo "$stamp" > "$scratch/system/.stamp"
rm -rf "$root"
mv "$scratch/system" "$root"
say "$(du -sh "$root" | cut -f 1) of $triplet in the cache"
echo "$root"
