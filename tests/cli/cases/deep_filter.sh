# The program under the official one's name computes profile libdf, hop by hop.
DEEP_FILTER=$(dirname "$DEEPFILTER")/deep-filter

# official STATUS ARGUMENTS...: deep-filter with the tiny model.
official() {
  expected_status=$1
  shift
  run "$expected_status" "$DEEP_FILTER" -m "$MODEL" "$@"
}

# raw WAV RAW [SKIP]: the 16-bit samples of a mono file, without the first SKIP and whole hops only.
raw() {
  python -c 'import sys, wave
with wave.open(sys.argv[1]) as sound:
    data = sound.readframes(sound.getnframes())[2 * int(sys.argv[3]):]
open(sys.argv[2], "wb").write(data[: len(data) // 960 * 960])' "$1" "$2" "${3:-0}"
}

# Into out/, made if missing, under the same name, 16 bits, as long as the input.
sound make noisy.wav --samples 24100
official 0 noisy.wav
quiet
only noisy.wav out/noisy.wav
holds out/noisy.wav rate=48000 channels=1 samples=24100 format=s16

# Its samples are those of profile libdf, not aligned, to what 16 bits hold; what is behind the last
# whole hop is zeros.
enhance 0 --profile libdf --no-delay-compensation noisy.wav -o same.wav
raw same.wav a.raw
raw out/noisy.wav b.raw
python -c 'import array, sys
a, b = (array.array("h", open(name, "rb").read()) for name in ("a.raw", "b.raw"))
sys.exit(not (len(a) == len(b) == 24000 and max(abs(x - y) for x, y in zip(a, b)) <= 1
              and max(b) > 100))' || fail "not the samples of profile libdf"
python -c 'import sys, wave
with wave.open("out/noisy.wav") as sound:
    sound.setpos(24000)
    sys.exit(any(sound.readframes(100)))' || fail "samples behind the last whole hop"
rm a.raw b.raw same.wav

# -D leaves out the delay and fills nothing up.
official 0 -D -o aligned noisy.wav
holds aligned/noisy.wav samples=22660
raw out/noisy.wav a.raw 1440
raw aligned/noisy.wav b.raw
cmp -s -n 45000 a.raw b.raw || fail "-D does other than leave out the start"
official 0 --compensate-delay -o aligned noisy.wav
sound make short.wav --samples 700
official 0 -D -o aligned short.wav
holds aligned/short.wav samples=0
rm -r a.raw b.raw aligned

# -a 0 passes the input: read and written with full scale 32767, cut off towards zero.
official 0 -a 0 -o through noisy.wav
raw noisy.wav a.raw
raw through/noisy.wav b.raw
python -c 'import array, sys
a, b = (array.array("h", open(name, "rb").read()) for name in ("a.raw", "b.raw"))
sys.exit(not all(abs(x) - abs(y) in (0, 1) for x, y in zip(a, b)))' || fail "-a 0 changes samples"
rm -r a.raw b.raw through

# Options have an effect: each output differs from the plain one.
for option in "--pf" "--pf --pf-beta 0.05" "-a 6" "--atten-lim-db=3" "--min-db-thresh 34" \
  "--max-db-erb-thresh -14" "--max-db-df-thresh -14"; do
  # shellcheck disable=SC2086
  official 0 $option -o changed noisy.wav
  cmp -s changed/noisy.wav out/noisy.wav && fail "$option changes nothing"
done
# A strength has no effect without --pf.
official 0 --pf-beta 0.05 -o changed noisy.wav
same changed/noisy.wav out/noisy.wav
rm -r changed

# Channels together, their gains reduced as asked.
sound make stereo.wav --channels 2 --samples 9600
for rule in 0 1 2; do
  official 0 --reduce-mask $rule -o reduce$rule stereo.wav
  holds reduce$rule/stereo.wav channels=2 samples=9600
done
official 0 stereo.wav
same out/stereo.wav reduce1/stereo.wav
cmp -s reduce0/stereo.wav reduce1/stereo.wav && fail "--reduce-mask 1 changes nothing"
cmp -s reduce2/stereo.wav reduce1/stereo.wav && fail "--reduce-mask 2 is 1"
rm -r reduce0 reduce1 reduce2

# The input may have other rates and sample sizes. The output has 16 bits and the input's rate.
sound make cd.wav --rate 44100 --samples 8820 --format s24
sound make float.wav --rate 16000 --samples 1600 --format f32
official 0 -v -v cd.wav float.wav -o mixed/deep
holds mixed/deep/cd.wav rate=44100 samples=8820 format=s16
holds mixed/deep/float.wav rate=16000 samples=1600 format=s16
says "cd.wav: enhanced in"
# As many samples as resampling there and back makes: 8821 -> 9602 -> 8822.
sound make odd.wav --rate 44100 --samples 8821
official 0 -o mixed odd.wav
holds mixed/odd.wav samples=8822
rm -r mixed cd.wav float.wav odd.wav

# A file's sound does not depend on the files before it; an output may replace its input.
official 0 -o twice stereo.wav short.wav noisy.wav
same twice/noisy.wav out/noisy.wav
cp noisy.wav twice/own.wav
official 0 -o twice twice/own.wav
same twice/own.wav out/noisy.wav
rm -r twice

# The first file that fails ends the run, and is named.
official 3 -o stopped noisy.wav absent.wav stereo.wav
one_sentence
says absent.wav
only noisy.wav short.wav stereo.wav out/noisy.wav out/stereo.wav stopped/noisy.wav
echo "no sound" >text.wav
official 3 text.wav
one_sentence
says text.wav
run 0 "$DEEPFILTER" enhance -m "$MODEL" noisy.wav -o noisy.flac
official 3 noisy.flac
one_sentence
says "expected WAV"
official 1 -o noisy.wav noisy.wav
one_sentence
run 3 "$DEEP_FILTER" -m nosuchmodel noisy.wav
one_sentence

# Usage.
run 2 "$DEEP_FILTER"
one_sentence
for wrong in "--reduce-mask 3" "--pf-beta=-1" "-a nan" "--profile libdf" "--min-db-thresh x"; do
  # shellcheck disable=SC2086
  official 2 $wrong noisy.wav
  one_sentence
done
for ask in -h --help; do
  run 0 "$DEEP_FILTER" $ask
  prints "usage: deep-filter"
  [ "$(awk 'length > 80' ../out)" = "" ] || fail "the help is wider than 80 columns"
done
for ask in -V --version; do
  run 0 "$DEEP_FILTER" $ask
  prints "deep-filter (deepfilter) "
done
