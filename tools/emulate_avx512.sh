#!/bin/sh
# Runs unit tests on an emulated processor with AVX-512, for developers whose own has none.
#
#   tools/emulate_avx512.sh [BUILD [TEST[:FILTER]...]]
#
# BUILD is a build folder, by default build. TEST is a test program in it; FILTER, as GoogleTest
# takes it, chooses tests. By default all of kernels, engine, dsp and stream but the few that would
# take minutes each. Tests of all instruction sets run on AVX-512 alone; with none there, they fail.
#
# Bochs boots Debian's kernel with the programs in its first file system. That is slower than the
# machine by a factor of a hundred or more: the tests by default take about half an hour. All output
# is kept in BUILD/avx512/serial.txt.
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
if [ $# -gt 0 ]; then shift; fi
if [ $# -eq 0 ]; then
  set -- 'kernels_test:-*NeverDecreases*:*StaysNear*:Shapes/MatMulTest.*/27' engine_native_test dsp_test \
    'stream_denoise_test:-*ThreadsTest*'
fi

needed='bochs bochsbios bochs-term busybox-static cpio grub-common grub-pc-bin mtools xorriso'
# shellcheck disable=SC2086  # one word a package
if ! dpkg -s $needed > /dev/null 2>&1; then
  echo "emulate_avx512: needs these Debian packages: apt-get install $needed" >&2
  exit 2
fi

work=$build/avx512
rm -rf "$work/disc" "$work/initramfs"
mkdir -p "$work/disc/boot/grub" "$work/initramfs/bin" "$work/initramfs/tests"
work=$(cd "$work" && pwd)

if [ ! -e "$work/vmlinuz" ]; then
  package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: //p')
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$package" &&
    dpkg -x "$package"_*.deb kernel)
  mv "$work"/kernel/boot/vmlinuz-* "$work/vmlinuz"
  rm -r "$work/kernel" "$work/$package"_*.deb
fi

root=$work/initramfs
cp /bin/busybox "$root/bin"
cat > "$root/init" << 'END'
#!/bin/busybox sh
busybox=/bin/busybox
$busybox mkdir -p /proc /tmp
$busybox mount -t proc proc /proc
export HOME=/tmp GTEST_COLOR=no DEEPFILTER_TEST_TARGET=AVX3
cd /tmp
END
for test in "$@"; do
  program=${test%%:*}
  filter="*"
  case $test in *:*) filter=${test#*:} ;; esac
  cmake --build "$build" --target "$program" ${JOBS:+--parallel "$JOBS"}
  strip -o "$root/tests/$program" "$build/tests/$program"
  ldd "$build/tests/$program" | grep -o '/[^ )]*' | while read -r library; do
    install -D "$library" "$root$library"
  done
  echo "/tests/$program --gtest_filter='$filter'; echo \"$program: status \$?\"" >> "$root/init"
done
# The serial line is flushed before the machine stops.
echo '$busybox sleep 5; $busybox poweroff -f' >> "$root/init"
chmod +x "$root/init"

cp "$work/vmlinuz" "$work/disc/boot"
(cd "$root" && find . | cpio --quiet -o -H newc) > "$work/disc/boot/initrd"
# Linux doubts the sizes that Bochs 2.7 gives for compacted register state, and would then do
# without any beyond SSE; hence the plain format.
cat > "$work/disc/boot/grub/grub.cfg" << 'END'
set timeout=0
linux /boot/vmlinuz console=ttyS0,115200 quiet mitigations=off noxsaves clearcpuid=xsavec panic=-1
initrd /boot/initrd
boot
END
grub-mkrescue -d /usr/lib/grub/i386-pc --locales= --fonts= --themes= -o "$work/disc.iso" \
  "$work/disc" > "$work/disc.log" 2>&1

cat > "$work/bochsrc" << END
display_library: term
cpu: model=corei7_skylake_x, count=1, ips=200000000, reset_on_triple_fault=0, ignore_bad_msrs=1
memory: guest=1024, host=1024
romimage: file=/usr/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0-master: type=cdrom, path="$work/disc.iso", status=inserted
boot: cdrom
clock: sync=none
com1: enabled=1, mode=file, dev="$work/serial.txt"
log: "$work/bochs.log"
panic: action=fatal
error: action=ignore
info: action=ignore
debug: action=ignore
END
# Debian's Bochs starts in its debugger; its screen is a separate terminal, and it stops if that is
# not read.
echo c > "$work/continue"
rm -f "$work/serial.txt"
TERM=xterm bochs-bin -q -f "$work/bochsrc" -rc "$work/continue" < /dev/null \
  > "$work/bochs.txt" 2>&1 &
bochs=$!
screen=
while [ -z "$screen" ] && kill -0 $bochs 2> /dev/null; do
  sleep 1
  screen=$(sed -n 's/.*connected to screen "\(.*\)".*/\1/p' "$work/bochs.txt")
done
if [ -z "$screen" ]; then
  cat "$work/bochs.txt" >&2
  exit 1
fi
cat "$screen" > /dev/null 2>&1 &
reader=$!
trap 'kill -s KILL $bochs $reader 2> /dev/null || true' EXIT
trap 'exit 130' INT TERM
echo "emulate_avx512: tail -f $work/serial.txt shows how far it is" >&2
wait $bochs || true

tr -d '\r' < "$work/serial.txt" | grep -aE '^\[  (PASSED|FAILED)  \]|: status '
[ "$(grep -acE ': status 0' "$work/serial.txt")" -eq $# ]
