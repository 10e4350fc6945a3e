#!/bin/sh
# Installs what this project needs, by package name with apt-get, and nothing that is there already.
#
#   tools/setup.sh KIND...      KIND: build (the program), test (also the tests), check
#                                (make check), fuzz, sample, wheel (make wheel, beside build),
#                                media (GStreamer and OBS), deb, deb_test (make deb, make
#                                deb-test), conan (make conan-test), dist (make dist), wine and qemu
#                                (make cross-test), browser (make web-browser-test), cross_arm64,
#                                cross_armhf, cross_i386, cross_s390x (tools/debian_sysroot.sh),
#                                web_runtime and web_compiler
#                                (tools/setup_web.sh)
#
# Needs Debian 12, Ubuntu 24.04 or newer, and root or sudo if anything is missing.
set -eu

# PACKAGE, or COMMAND:PACKAGE where a command from elsewhere does as well.
build='g++:g++ cmake:cmake ninja:ninja-build pkg-config:pkg-config curl:curl ca-certificates
  python3:python3 python3-pip libhwy-dev libprotozero-dev libarchive-dev libinih-dev
  libsndfile1-dev libsoxr-dev libebur128-dev libcli11-dev libfmt-dev nlohmann-json3-dev
  libcurl4-openssl-dev nettle-dev zlib1g-dev ladspa-sdk lv2-dev'
test='libgtest-dev libgmock-dev python3-venv ffmpeg:ffmpeg sox:sox lv2ls:lilv-utils
  sord_validate:sordi qtractor:qtractor
  pipewire:pipewire wireplumber:wireplumber dbus-run-session:dbus
  pw-link:pipewire-bin jackd:jackd2 jack_lsp:jack-tools pactl:pulseaudio-utils'
deb='dpkg-buildpackage:dpkg-dev debhelper fakeroot:fakeroot git:git'
deb_test='lintian:lintian debootstrap:debootstrap mountpoint:util-linux'
conan='python3-venv'
check='clang-14:clang-14 libclang-rt-14-dev clang-format-14:clang-format-14
  clang-tidy-14:clang-tidy-14 shellcheck:shellcheck git:git binutils'
fuzz='clang-14:clang-14 libclang-rt-14-dev'
wheel='liblzma-dev libbz2-dev libzstd-dev python3-venv binutils'
dist='cmake:cmake ninja:ninja-build pkg-config:pkg-config python3:python3 python3-pip python3-venv git:git
  patch:patch flock:util-linux xz:xz-utils llvm-objcopy:llvm
  ld.bfd:binutils aarch64-linux-gnu-ld:binutils-aarch64-linux-gnu'
browser='chromium:chromium firefox-esr:firefox-esr pulseaudio:pulseaudio node:nodejs npm:npm'
web_runtime='cmake:cmake ninja:ninja-build python3:python3 node:nodejs npm:npm libhwy-dev libgtest-dev
  ca-certificates'
web_compiler='clang-19 lld-19 llvm-19 node-acorn xz-utils:xz-utils debian-archive-keyring'
# Programs for other systems, run here (tools/cross_test.sh).
wine='wine wine64'
qemu='qemu-aarch64-static:qemu-user-static libc6-arm64-cross'
cross_arm64='g++-aarch64-linux-gnu qemu-aarch64-static:qemu-user-static'
cross_armhf='g++-arm-linux-gnueabihf qemu-arm-static:qemu-user-static'
cross_i386='g++-i686-linux-gnu'
cross_s390x='g++-s390x-linux-gnu qemu-s390x-static:qemu-user-static'
sample='espeak-ng:espeak-ng sox:sox flac:flac'
# GStreamer and OBS, whose plugins are built where these are: a part of test.
media='libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev gst-launch-1.0:gstreamer1.0-tools
  gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-nice
  libobs-dev Xvfb:xvfb valgrind:valgrind'

say() { echo "setup: $*" >&2; }

wanted=
for kind in "${@:-build}"; do
  case $kind in
    build) wanted="$wanted $build" ;;
    test) wanted="$wanted $test $media" ;;
    check) wanted="$wanted $check" ;;
    fuzz) wanted="$wanted $fuzz" ;;
    media) wanted="$wanted $media" ;;
    conan) wanted="$wanted $conan" ;;
    deb) wanted="$wanted $deb" ;;
    deb_test) wanted="$wanted $deb_test" ;;
    browser) wanted="$wanted $browser" ;;
    wine) wanted="$wanted $wine" ;;
    qemu) wanted="$wanted $qemu" ;;
    sample) wanted="$wanted $sample" ;;
    wheel) wanted="$wanted $wheel" ;;
    dist) wanted="$wanted $dist" ;;
    cross_arm64) wanted="$wanted $cross_arm64" ;;
    cross_armhf) wanted="$wanted $cross_armhf" ;;
    cross_i386) wanted="$wanted $cross_i386" ;;
    cross_s390x) wanted="$wanted $cross_s390x" ;;
    web_runtime) wanted="$wanted $web_runtime" ;;
    web_compiler) wanted="$wanted $web_compiler" ;;
    *) say "unknown kind \"$kind\"; tools/setup.sh lists the kinds"; exit 2 ;;
  esac
done

if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
  say "this system has no apt-get; install these yourself, then run make:"
  for entry in $wanted; do echo "${entry#*:}"; done | sort | xargs >&2
  exit 1
fi

installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | xargs) "

missing=
for entry in $wanted; do
  package=${entry#*:}
  case $installed in *" $package "*) continue ;; esac
  if [ "$entry" != "$package" ] && command -v "${entry%%:*}" > /dev/null; then continue; fi
  if [ "$package" = python3-venv ] && python3 -c 'import ensurepip' > /dev/null 2>&1; then continue; fi
  if [ "$package" = python3-pip ] && python3 -m pip --version > /dev/null 2>&1; then continue; fi
  missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo > /dev/null; then
    say "these packages are missing, and there is neither root nor sudo to install them:$missing"
    exit 1
  fi
  as_root=sudo
fi

apt() {
  $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" > "$log" 2>&1
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

say "installing$missing"
# shellcheck disable=SC2086  # one word a package
if ! apt install -y --no-install-recommends $missing; then
  # No package lists yet, or lists that name versions which are gone.
  say "refreshing the package lists"
  if ! apt update || ! apt install -y --no-install-recommends $missing; then
    tail -n 20 "$log" >&2
    say "apt-get could not install them; its last words are above"
    exit 1
  fi
fi
