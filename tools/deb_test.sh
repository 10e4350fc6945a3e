#!/bin/sh
# Builds the Debian packages, lets lintian judge them, installs them into an empty Debian root, runs
# their tests there (packaging/debian/tests) and removes them again, which must leave nothing.
#
#   tools/deb_test.sh [--built]     --built: takes the packages that lie in build-deb
#
# Needs root (debootstrap, chroot). The empty root comes from the archive that this system's apt uses.
# It is kept, with the packages that the tests need, in build-deb-test, where the logs lie too.
set -eu
cd "$(dirname "$0")/.."
built=$PWD/build-deb
out=$PWD/build-deb-test
root=$out/root

say() { echo "deb-test: $*" >&2; }

if [ "$(id -u)" -ne 0 ]; then
  say "needs root, for debootstrap and chroot"
  exit 1
fi
tools/setup.sh deb_test >&2
if [ "${1:-}" != --built ]; then tools/deb.sh > /dev/null; fi
packages=$(find "$built" -maxdepth 1 -name '*.deb' ! -name '*-dbgsym_*' | sort)
mkdir -p "$out"
[ -n "$packages" ] || { say "no packages in build-deb"; exit 1; }

say "lintian"
lintian --allow-root --pedantic --display-info --fail-on error,warning,info,pedantic \
  "$built"/deepfilter_*.changes

# inside COMMAND...: in the root, without this machine's environment.
inside() {
  chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"
}

install_packages() { # PACKAGE...
  inside apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "$@" \
    > "$out/install.log" 2>&1 || {
    tail -n 20 "$out/install.log" >&2
    return 1
  }
}

# Files and what they are, but for logs, caches, package lists and compiled Python.
list_files() {
  (cd "$root" && find . -xdev \( -path ./proc -o -path ./tmp -o -path ./source -o -path ./var/cache \
    -o -path ./var/log -o -path ./var/lib/apt -o -path ./var/lib/dpkg -o -name __pycache__ \) -prune \
    -o ! -type d ! -path ./etc/ld.so.cache -printf '%p %y %s %l\n' | sort)
}

# What the tests need beside our packages is there before them, so that what is left is ours.
ours=$(for package in $packages; do dpkg-deb --field "$package" Package; done | xargs)
others=$({
  sed -n 's/^Depends: //p' packaging/debian/tests/control
  for package in $packages; do dpkg-deb --field "$package" Depends; done
} | tr ',' '\n' | sed 's/(.*//; s/|.*//; s/ //g' | sort -u | grep -vxF "$(echo "$ours" | tr ' ' '\n')" |
  xargs)

make_root() {
  # The archive and the release that this system's apt uses.
  archive=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
    grep -v -e security -e updates -e backports | head -n 1)
  kept=$out/$(echo "$archive $others" | sha256sum | cut -c 1-16).tar
  rm -rf "$root"
  mkdir -p "$root"
  if [ -f "$kept" ]; then
    tar --extract --file "$kept" --directory "$root"
    mount -t proc proc "$root/proc"
    return
  fi
  say "debootstrap of ${archive%% *}"
  if ! debootstrap --variant=minbase "${archive%% *}" "$root" "${archive#* }" \
    > "$out/debootstrap.log" 2>&1; then
    tail -n 5 "$out/debootstrap.log" >&2
    say "debootstrap failed; the log is build-deb-test/debootstrap.log"
    exit 1
  fi
  cp /etc/resolv.conf "$root/etc/"
  mount -t proc proc "$root/proc"
  # Nothing here has to survive a power cut.
  echo force-unsafe-io > "$root/etc/dpkg/dpkg.cfg.d/no-sync"
  say "installing what the tests need"
  inside apt-get -qq update
  # shellcheck disable=SC2086  # one word a package
  install_packages $others
  inside apt-get clean
  umount "$root/proc"
  rm -f "$out"/*.tar
  tar --create --file "$kept.part" --directory "$root" .
  mv "$kept.part" "$kept"
  mount -t proc proc "$root/proc"
}

unmount() { if mountpoint -q "$root/proc"; then umount "$root/proc"; fi; }
trap unmount EXIT
unmount
make_root
list_files > "$out/before.txt"

say "installing our packages: $ours"
mkdir -p "$root/tmp/packages" "$root/source"
# shellcheck disable=SC2086  # one word a file
cp $packages "$root/tmp/packages/"
inside sh -c 'dpkg --install /tmp/packages/*.deb' > "$out/install.log" 2>&1 || {
  tail -n 20 "$out/install.log" >&2
  exit 1
}
git ls-files -z examples packaging/debian/tests tests/data/tiny |
  tar --create --null --files-from - | tar --extract --directory "$root/source"

status=0
for test in $(sed -n 's/^Tests: //p' packaging/debian/tests/control); do
  mkdir -p "$root/tmp/$test"
  # Hosts keep lists of plugins in their user's home folder.
  if inside HOME="/tmp/$test" sh -c "cd /source && AUTOPKGTEST_TMP=/tmp/$test packaging/debian/tests/$test" \
    > "$out/test-$test.log" 2>&1; then
    say "$test: passed"
  else
    tail -n 30 "$out/test-$test.log" >&2
    say "$test: FAILED"
    status=1
  fi
done

# shellcheck disable=SC2086  # one word a package
inside dpkg --purge $ours > "$out/purge.log" 2>&1 || { tail -n 20 "$out/purge.log" >&2; exit 1; }
list_files > "$out/after.txt"
if ! diff "$out/before.txt" "$out/after.txt" >&2; then
  say "removing the packages did not leave the system as it was: the lines above"
  exit 1
fi
say "removed: nothing is left"
exit $status
