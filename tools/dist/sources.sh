#!/bin/sh
# Brings the sources of the libraries that archives are linked with, and prints the folder they are in.
#
#   tools/dist/sources.sh            downloads what sources.lock names and the cache lacks
#   tools/dist/sources.sh --lock     writes sources.lock anew, with its releases' newest versions
#
# They are Debian's source packages, from the mirror that apt uses, verified by apt and by the lock's
# sha256 sums. Exit status: 0 done, 1 failed, 2 usage, 3 the mirrors do not have the lock's version.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
lock=$here/sources.lock
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { echo "sources: $*" >&2; }

# shellcheck source=tools/cache_folder.sh
. "$here/../cache_folder.sh"
place=$cache/dist/sources

case ${1:-} in
  '' | --lock) ;;
  *) say "unknown \"$1\"; the only option is --lock"; exit 2 ;;
esac

# The lines "SUM  FILE" of the lock, as sha256sum reads them.
sums() { sed -n 's/^  *\([0-9a-f]\{64\}\)  *\([^ ]*\)$/\1  \2/p' "$lock"; }

mkdir -p "$place"
is_complete() { (cd "$place" && sums | sha256sum --check --status) 2> /dev/null; }
if [ $# -eq 0 ] && is_complete; then
  echo "$place"
  exit 0
fi
if ! command -v apt-get > /dev/null; then
  say "the sources come from Debian's mirrors, and this system has no apt-get"
  exit 1
fi

scratch=$(mktemp -d "$cache/dist/.sources-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# apt with lists and sources of its own, in the scratch folder.
own_apt() { # TOOL ARGUMENT...
  tool=$1
  shift
  "$tool" -qq -o Dir::State::lists="$scratch/lists" -o Dir::Cache="$scratch/cache" \
    -o Dir::Etc::sourcelist="$scratch/mirrors.sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Acquire::Languages=none -o APT::Sandbox::User= -o APT::Architecture=amd64 "$@"
}

mkdir "$scratch/files"
# What is there already is not downloaded again.
find "$place" -maxdepth 1 -type f -exec cp -l {} "$scratch/files/" \;

# The lines of packages, and their releases.
packages() { grep -v '^[ #]' "$lock"; }
releases() { packages | cut -d ' ' -f 2 | sort -u; }

# RELEASE: sets up own_apt for it, with its security updates. The mirrors of the system's own release
# have the others too.
read_lists() {
  system=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  # shellcheck disable=SC2016  # apt's fields
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' | sort -u |
    sed -n "s/^$system\(-updates\|-security\|\) /$1\1 /p" | while read -r suite uri; do
    printf 'Types: deb deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' "$uri" \
      "$suite" "$keyring"
  done > "$scratch/mirrors.sources"
  rm -rf "$scratch/lists" "$scratch/cache"
  mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
  own_apt apt-get update > "$scratch/log" 2>&1 || {
    tail -n 3 "$scratch/log" >&2
    say "the mirrors that apt uses gave no list of the packages of Debian's $1"
    exit 1
  }
}

# OPTION... NAME or NAME=VERSION: what apt-get does with a source package, or with a package of headers
# (its name ends in -dev).
get() {
  for name; do :; done
  case ${name%%=*} in
    *-dev) own_apt apt-get download "$@" ;;
    *) own_apt apt-get source --download-only --only-source "$@" ;;
  esac
}

# NAME or NAME=VERSION: downloads the files that are not there yet. Mirrors lack a file of some packages,
# which need not be one that is used: the sums tell. Others come at the second try.
download() {
  (cd "$scratch/files" && { get "$1" || get "$1"; }) > "$scratch/log" 2>&1 || true
}

# NAME: the files of its newest version, in the lock's form. Signatures are apt's work.
list_files() {
  get --print-uris "$1" | sed -n "s/^'[^']*' \([^ ]*\) .*/\1/p" | grep -v '\.asc$' | sort |
    while read -r file; do
    if [ -f "$scratch/files/$file" ]; then
      echo "  $(sha256sum < "$scratch/files/$file" | cut -d ' ' -f 1)  $file"
    fi
  done
}

# NAME RELEASE VERSION LICENCE: the newest version's lines of the lock.
lock_newest() {
  download "$1"
  files=$(list_files "$1")
  case $files in
    *.dsc*.orig.tar* | *.deb) ;;
    *) say "no mirror has the sources of $1: $(tail -n 1 "$scratch/log")" && exit 3 ;;
  esac
  case $files in
    *.deb) version=${files##*"${1}"_} version=${version%_*} ;;
    *)
      dsc=$(echo "$files" | sed -n 's/.*  \(.*\.dsc\)$/\1/p')
      version=$(sed -n 's/^Version: //p' "$scratch/files/$dsc" | tail -n 1)
      ;;
  esac
  echo "$1 $2 $version $4"
  echo "$files"
}

say "getting the sources of Debian's libraries, 30 MB"
grep '^#' "$lock" > "$scratch/lock"
for wanted in $(releases); do
  read_lists "$wanted"
  packages | grep "^[^ ]* $wanted " | while read -r name release version licence; do
    if [ "${1:-}" = --lock ]; then
      lock_newest "$name" "$release" "$version" "$licence" >> "$scratch/lock"
    else
      download "$name=$version"
    fi
  done
done
if [ "${1:-}" = --lock ]; then mv "$scratch/lock" "$lock"; fi
find "$scratch/files" -maxdepth 1 -type f ! -name '*.asc' -exec ln -f {} "$place/" \;
if ! is_complete; then
  (cd "$place" && sums | sha256sum --check --quiet) >&2 || true
  say "the mirrors do not have these files of sources.lock; tools/dist/sources.sh --lock takes the newest"
  exit 3
fi
echo "$place"
