#!/bin/sh
# Tests the archives in dist/ as a user would meet them: unpacked into empty folders, without this
# machine's libraries. What cannot run here is read instead.
#
#   tools/dist_test.sh [--twice] [TARGET...]      all archives there are, or those
#   --twice    makes each archive a second time, from a clone elsewhere and without ccache: the bytes
#              must be the same
#
# Exit status: 0 all passed, 1 one failed, 3 a part could not be tested here; the others have passed.
set -eu
cd "$(dirname "$0")/.."
root=$PWD

say() { echo "dist-test: $*" >&2; }
fail() { say "FAILED: $*"; status=1; }
skip() { echo "NOT TESTED: $*" >&2; [ $status -eq 1 ] || status=3; }

twice=no
if [ "${1:-}" = --twice ]; then
  twice=yes
  shift
fi
version=$(sed -n 's/^project(deepfilter VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
if [ $# -eq 0 ]; then
  # shellcheck disable=SC2046  # a word a target
  set -- $(for target in $(tools/dist/zig.sh --list); do
    for archive in "dist/deepfilter-$version-$target".[tz]*; do [ ! -f "$archive" ] || echo "$target"; done
  done)
fi
[ $# -gt 0 ] || { say "dist/ has no archives; make dist makes them"; exit 1; }

environment=build-dist/test-environment
if ! cmp -s tests/dist/requirements.txt $environment/requirements.txt; then
  rm -rf $environment
  python3 -m venv $environment
  $environment/bin/python -m pip install --quiet --disable-pip-version-check --timeout 20 --retries 2 \
    --require-hashes --requirement tests/dist/requirements.txt
  cp tests/dist/requirements.txt $environment/
fi
scratch=$(mktemp -d "$root/build-dist/test-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
status=0

# What this machine's own build makes of the sample. SSE4 is there on every machine and emulator.
export DEEPFILTER_SIMD=SSE4
# Another processor's vectors round otherwise. Samples are written as floats: rounded to the sample's 16
# bits, two outputs that differ by much less are 101 dB apart.
least_snr_db=110
sample=examples/sample/noisy.flac
tools/build.sh -DDEEPFILTER_TESTS=OFF >&2
build/bin/deepfilter enhance --sample-format f32 "$sample" -o "$scratch/native.wav" 2> /dev/null

milliseconds() { # COMMAND...
  begin=$(date +%s%N)
  "$@"
  took=$((($(date +%s%N) - begin) / 1000000))
}

# FOLDER OUT COMMAND...: enhances the sample, which lies in FOLDER, and compares the bits.
compare_bits() {
  what=$1
  folder=$2
  shift 2
  rm -f "$folder/out.wav"
  if ! "$@" > "$scratch/log" 2>&1; then
    fail "$what: $(tail -n 3 "$scratch/log")"
  elif cmp -s "$scratch/native.wav" "$folder/out.wav"; then
    say "$what: the bits of this machine's own build"
  else
    snr=$(build/bin/deepfilter compare --json "$scratch/native.wav" "$folder/out.wav" |
      sed -n 's/.*"snr_db": *\([0-9.]*\).*/\1/p' | head -n 1)
    case $what in
      aarch64*) [ "${snr%.*}" -ge $least_snr_db ] && say "$what: $snr dB" && return 0 ;;
    esac
    fail "$what: $snr dB from this machine's own build"
  fi
}

# TARGET FOLDER: runs the program in a folder that has nothing else but, where it needs one, a C library.
run_alone() {
  target=$1
  folder=$2
  cp "$sample" "$folder/noisy.flac"
  case $target in
    x86_64-linux-musl) libc="nothing else" ;;
    *) libc=$(tests/dist/old_root.sh "$folder" amd64) || { skip "$target with an old glibc"; return 0; } ;;
  esac
  if [ "$(id -u)" -ne 0 ]; then
    skip "$target in a folder with $libc, for only root can change to it"
    return 0
  fi
  mkdir -p "$folder/proc" "$folder/dev"
  set -- chroot "$folder" "/deepfilter-$version-$target/bin/deepfilter" enhance -f --sample-format f32 /noisy.flac -o /out.wav
  milliseconds "$@" > /dev/null 2>&1 || true
  say "$target: with $libc, from the start to the enhanced sample (5 s) $took ms"
  compare_bits "$target, with $libc" "$folder" "$@"
}

# TARGET FOLDER: compiles programs against the unpacked files with this machine's compiler.
link_against() {
  # shellcheck disable=SC2015  # fail returns 0
  python3 tests/capi/installed.py cmake "$2/deepfilter-$version-$1" "$root" cc c++ dfn3 > "$scratch/log" 2>&1 &&
    say "$1: $(tail -n 1 "$scratch/log")" || fail "$1: $(tail -n 5 "$scratch/log")"
}

# TARGET FOLDER: a host with functions of the names that the library's readers call.
interpose() {
  inside=$2/deepfilter-$version-$1
  # shellcheck disable=SC2015  # fail returns 0
  cc -O1 -rdynamic tests/dist/interposing_host.c -I "$inside/include" -L "$inside/lib" -ldeepfilter \
    "-Wl,-rpath,$inside/lib" -o "$2/interposing_host" &&
    "$2/interposing_host" dfn3 tests/data/tiny/dfn3 "$(tools/fetch_models.sh --where dfn3)" \
      > "$scratch/log" 2>&1 && say "$1: $(cat "$scratch/log")" ||
    fail "$1, in a host with functions of the same names: $(tail -n 3 "$scratch/log")"
}

# TARGET FOLDER: what else the unpacked files must bear on this machine.
open_and_close() {
  inside=$2/deepfilter-$version-$1
  # shellcheck disable=SC2015  # fail returns 0
  cc -O1 tests/dist/open_and_close.c -o "$2/open_and_close" -ldl &&
    find "$inside/lib" -type f '(' -name '*.so' -o -name '*.so.*' -o -name '*.clap' ')' \
      -exec "$2/open_and_close" {} + > "$scratch/log" 2>&1 && say "$1: $(tail -n 1 "$scratch/log")" ||
    fail "$1, shared files opened and closed: $(tail -n 3 "$scratch/log")"
  "$inside/bin/deepfilter" doctor > "$scratch/log" 2>&1 || fail "$1, doctor: $(tail -n 3 "$scratch/log")"
}

run_in_emulator() { # NAME TARGET FOLDER PROGRAM COMMAND...
  name=$1 target=$2 folder=$3 emulator=$4
  shift 4
  cp "$sample" "$folder/noisy.flac"
  if ! command -v "$emulator" > /dev/null; then
    skip "$target, for $emulator is not installed"
    return 0
  fi
  compare_bits "$target under $name" "$folder" "$@"
}

test_archive() { # TARGET
  target=$1
  archive=$(echo "dist/deepfilter-$version-$target".[tz]*)
  folder=$scratch/$target
  mkdir "$folder"
  $environment/bin/python tests/dist/check_archive.py "$archive" "$folder" || fail "$archive"
  inside=$folder/deepfilter-$version-$target
  case $target in
    x86_64-linux)
      run_alone "$target" "$folder"
      link_against "$target" "$folder"
      interpose "$target" "$folder"
      open_and_close "$target" "$folder"
      ;;
    x86_64-linux-musl) run_alone "$target" "$folder" ;;
    aarch64-linux)
      tests/dist/old_root.sh "$folder/system" arm64 > /dev/null || true
      run_in_emulator qemu "$target" "$folder" qemu-aarch64-static \
        env -u DEEPFILTER_SIMD qemu-aarch64-static -L "$folder/system" \
        "$inside/bin/deepfilter" enhance --sample-format f32 "$folder/noisy.flac" -o "$folder/out.wav"
      ;;
    *-windows)
      export WINEDEBUG=-all "WINEPREFIX=$scratch/wine"
      run_in_emulator Wine "$target" "$folder" wine wine \
        "$inside/bin/deepfilter.exe" enhance --sample-format f32 "Z:$folder/noisy.flac" -o "Z:$folder/out.wav"
      ;;
    *-macos) skip "$target by running it; its files were read" ;;
  esac
}

for target; do
  say "$target"
  test_archive "$target"
done

if [ $twice = yes ]; then
  git clone --quiet . "$scratch/clone"
  # The clone's own archives, compiled anew.
  (cd "$scratch/clone" && CCACHE_DISABLE=1 tools/dist.sh "$@") || fail "the second build"
  for archive in dist/*.tar.* dist/*.zip dist/*.json; do
    other=$scratch/clone/$archive
    [ -f "$archive" ] && [ -f "$other" ] || continue
    if cmp -s "$archive" "$other"; then say "$archive: the same bytes twice"; else fail "$archive differs"; fi
  done
fi
exit $status
