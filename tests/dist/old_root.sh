#!/bin/sh
# Makes a folder that programs can be put into and started in by chroot, with an old C library and
# nothing else: that of the oldest Debian that the mirrors have. Prints what it is.
#
#   tests/dist/old_root.sh FOLDER ARCHITECTURE      amd64 or arm64
#
# Exit status: 0 done, 1 failed.
set -eu
folder=$1
architecture=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# shellcheck disable=SC2016  # apt's fields
uris=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
  sed -n "s/^$release //p" | sort -u)
keyring=$(find /usr/share/keyrings -name 'debian-archive-keyring.gpg' | head -n 1)
for suite in stretch buster bullseye bookworm; do
  for uri in $uris; do
    mkdir -p "$scratch/$suite/lists/partial" "$scratch/$suite/cache/archives/partial"
    # What has no security support any more is of use here all the same; its signature may have expired.
    echo "deb [signed-by=$keyring check-valid-until=no] $uri $suite main" > "$scratch/$suite/list"
    (
      cd "$scratch/$suite"
      for command in update "download libc6:$architecture"; do
        # shellcheck disable=SC2086  # a command and its argument
        apt-get -qq -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" \
          -o Dir::State::lists="$PWD/lists" -o Dir::State::status=/dev/null -o Dir::Cache="$PWD/cache" \
          -o Dir::Etc::sourcelist="$PWD/list" -o Dir::Etc::sourceparts=/dev/null -o Acquire::Languages=none -o APT::Sandbox::User= \
          -o Acquire::Retries=1 $command > log 2>&1 || exit 0
      done
    )
    package=$(find "$scratch/$suite" -name 'libc6_*.deb' | head -n 1)
    if [ -n "$package" ]; then
      mkdir -p "$folder"
      dpkg-deb --extract "$package" "$folder"
      echo "glibc $(dpkg-deb --field "$package" Version | sed 's/-.*//') of Debian $suite"
      exit 0
    fi
  done
done
echo "old_root: the mirrors that apt uses have none of the releases" >&2
exit 1
