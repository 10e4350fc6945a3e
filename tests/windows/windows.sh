#!/bin/sh
# The program and the library for Windows, under Wine, beside those for this machine.
#
#   tests/windows/windows.sh BUILD NATIVE WINE-PREFIX
#
#   BUILD   the build folder for Windows: bin/deepfilter.exe, the DLL, tests/library_host.exe and
#           tests/interrupt_host.exe
#   NATIVE  a program that was built for this machine, with its library in ../lib
#
# Samples have to be the same to the bit with the same vector instructions. Prints one line for each
# expectation that does not hold, and exits with 1 then.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd)
native=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
model=$root/tests/data/tiny/dfn3
sound=$root/examples/sample/noisy.flac

say() { echo "windows: $*" >&2; }
. "$root/tools/wine.sh"
start_wine "$3"
scratch=$(mktemp -d)
trap 'stop_wine; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
cd "$scratch" || exit 1

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}
same() { cmp "$1" "$2" > differences 2>&1 || fail "$3: $(head -n 1 differences)"; }
program() { "$wine" "$build/bin/deepfilter.exe" "$@"; }

# What a text mode would change: line ends and the old sign for a file's end.
python3 -c 'import random, struct, sys
random.seed(1)
values = [random.gauss(0.0, 0.1) for _ in range(60000)]
raw = struct.pack("<60000f", *values)
marks = b"\x0d\x0a\x1a\x3c" * 200
sys.stdout.buffer.write(raw[:120000] + marks + raw[120000:])' > noise.f32

models=$model
. "$root/tools/cache_folder.sh"
if [ -f "$cache/DeepFilterNet3_onnx.tar.gz" ]; then
  models="$models $cache/DeepFilterNet3_onnx.tar.gz"
else
  echo "NOT TESTED: the official model, which is not in the cache"
fi
for simd in SSE4 AVX2; do
  export DEEPFILTER_SIMD=$simd
  for one in $models; do
    what="$simd, $(basename "$one")"
    "$native" enhance -f -m "$one" "$sound" -o native.wav 2> errors || fail "$what: $(cat errors)"
    program enhance -f -m "$one" "$sound" -o windows.wav 2> errors || fail "$what: $(cat errors)"
    same native.wav windows.wav "$what, a sound file"
    "$native" enhance -m "$one" - -o - --raw-format f32 --rate 48000 < noise.f32 > native.f32
    # shellcheck disable=SC2002  # a pipe, and no redirected file
    cat noise.f32 | program enhance -m "$one" - -o - --raw-format f32 --rate 48000 2> errors |
      cat > windows.f32
    [ ! -s errors ] || fail "$what: $(cat errors)"
    same native.f32 windows.f32 "$what, pipes"
  done
done
for options in "--rate 44100" "--rate 48000 --channels 2"; do
  # shellcheck disable=SC2086  # words
  "$native" enhance -m "$model" - -o - --raw-format f32 $options < noise.f32 > native.f32
  # shellcheck disable=SC2086
  program enhance -m "$model" - -o - --raw-format f32 $options < noise.f32 > windows.f32 2> errors ||
    fail "$options: $(cat errors)"
  same native.f32 windows.f32 "$options"
done

# A program that loads the library, here and there.
cc -I "$root/include" -o host "$here/library_host.c" -ldl &&
  ./host "$(dirname "$native")/../lib/libdeepfilter.so" "$model" noise.f32 native.f32 ||
  fail "library_host here"
"$wine" "$build/tests/library_host.exe" "$build/bin/deepfilter.dll" \
  "$model" noise.f32 windows.f32 || fail "library_host on Windows"
same native.f32 windows.f32 "the library's samples"

# Files that are made of models: the same bytes in the same folders.
for command in "export $model --layout networks" "export $model --layout combined" \
  "export $model --layout streaming" "export $model --layout audio" "split $model" "merge $model" \
  "pack $model --precision i8"; do
  rm -rf made-native made-windows
  out=
  case $command in pack*) out=/packed.dfn && mkdir made-native made-windows ;; esac
  # shellcheck disable=SC2086  # words
  "$native" $command -o "made-native$out" > errors 2>&1 || fail "$command here: $(cat errors)"
  # shellcheck disable=SC2086
  program $command -o "made-windows$out" > errors 2>&1 || fail "$command: $(cat errors)"
  diff -r made-native made-windows > differences 2>&1 || fail "$command: $(head -n 1 differences)"
  [ -n "$(find made-windows -type f)" ] || fail "$command: made nothing"
done
for command in "inspect $model" "compare --json native.wav native.wav"; do
  # shellcheck disable=SC2086
  "$native" $command 2> errors > native.txt || fail "$command here: $(cat errors)"
  # shellcheck disable=SC2086
  program $command 2> errors | tr -d '\r' > windows.txt || fail "$command: $(cat errors)"
  # Paths are written as the system writes them.
  sed -i 's/[^ ]*[\/\\][^ ]*//g' native.txt windows.txt
  same native.txt windows.txt "$command"
done

program models > windows.txt 2> errors || fail "models: $(cat errors)"
[ "$(grep -c '^dfn[23]' windows.txt)" -ge 4 ] || fail "models: $(cat windows.txt)"

# Names in other scripts, as arguments, in sentences and in folders.
mkdir "Töne 音"
cp "$sound" "Töne 音/Stück Ω.flac"
program enhance -m "$model" "Töne 音/Stück Ω.flac" -o "Töne 音/sauber é.wav" 2> errors ||
  fail "names in other scripts: $(cat errors)"
program enhance -f -m "$model" "$sound" -o plain.wav 2> errors || fail "$(cat errors)"
same "Töne 音/sauber é.wav" plain.wav "names in other scripts"
program enhance -m "$model" "Töne 音/fehlt Ω.flac" -o x.wav 2> errors && fail "an absent file is read"
grep -q "fehlt Ω.flac" errors || fail "a sentence lost the name: $(cat errors)"
program enhance -m "$model" "Töne 音" -o "alle Ω" 2> errors || fail "a folder: $(cat errors)"
[ -s "alle Ω/Stück Ω.wav" ] || [ -s "alle Ω/Stück Ω.flac" ] || fail "a folder: $(ls "alle Ω")"

# Ctrl-C: no half file, one line, and the status of an interrupted program. Wine's console is a
# terminal, which script provides; Wine has no Ctrl-Break.
echo "NOT TESTED: Ctrl-Break, which Wine does not send"
command="$build/bin/deepfilter.exe enhance -m $model - -o out.wav --raw-format f32 --rate 48000"
script -qec "'$wine' '$build/tests/interrupt_host.exe' c noise.f32 '$command'" screen < /dev/null > /dev/null
status=$?
[ $status -eq 130 ] || fail "Ctrl-C: status $status: $(cat screen)"
# The console moves its cursor between words.
sed 's/\x1b\[[^A-Za-z]*[A-Za-z]/ /g' screen | tr -s ' \r\n' '   ' > said
grep -q "interrupted; out.wav was not written" said || fail "Ctrl-C: $(cat said)"
[ ! -e out.wav ] || fail "Ctrl-C: a half file is left"
[ -z "$(find . -name '*.part')" ] || fail "leftovers: $(find . -name '*.part')"

[ $failures -eq 0 ] && echo "windows: all as on this machine"
[ $failures -eq 0 ]
