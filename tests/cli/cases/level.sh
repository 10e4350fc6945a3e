# The network hears quiet speech louder; ordinary speech keeps its bits.
talker() {
  python -c '
import array, math, random, sys, wave
name, rms, channels = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
random.seed(1)
samples = array.array("h")
for i in range(48000 * 5):
    voice = sum(math.sin(i * n * 0.0144) for n in (1, 2, 3)) * 0.8
    burst = voice * rms if i // 12000 % 2 else 0
    samples.extend(round((burst + random.gauss(0, rms / 100)) / (30 if c else 1)) for c in range(channels))
with wave.open(name, "wb") as out:
    out.setnchannels(channels)
    out.setsampwidth(2)
    out.setframerate(48000)
    out.writeframes(samples.tobytes())' "$@" || fail "no sound $1"
}
talker quiet.wav 100 1
talker plain.wav 3000 1
talker both.wav 3000 2

enhance 0 quiet.wav -o keep.wav --level keep
enhance 0 quiet.wav -o zero.wav --level 0
distance keep.wav zero.wav 'r["identical"]'
enhance 0 quiet.wav -o auto.wav --json
json 'r["files"][0]["level"]["mode"] == "auto"'
json '28 < r["files"][0]["level"]["gain_db"][0] < 38'
json '-56 < r["files"][0]["level"]["speech_dbfs"][0] < -46'
python -c 'import json; print(json.load(open("../out"))["files"][0]["level"]["gain_db"][0])' >../gain
distance keep.wav auto.wav 'not r["identical"]'
# A whole sound has its gain from the start.
enhance 0 quiet.wav -o fixed.wav --level "$(cat ../gain)" --json
json 'r["files"][0]["level"]["mode"] == "fixed" and r["files"][0]["level"]["speech_dbfs"] is None'
distance auto.wav fixed.wav 'r["identical"]'
enhance 0 quiet.wav -o said.wav -v
says 'dB louder'
# A pipe cannot be read twice: its level is followed.
# shellcheck disable=SC2016  # the inner shell has the names
run 0 sh -c 'cat quiet.wav | "$0" enhance -m "$1" - -o pipe.wav -f' "$DEEPFILTER" "$MODEL"
distance keep.wav pipe.wav 'not r["identical"]'
distance auto.wav pipe.wav 'not r["identical"]'
# shellcheck disable=SC2016
run 0 sh -c 'cat quiet.wav | "$0" enhance -m "$1" - -o kept.wav -f --level keep' "$DEEPFILTER" "$MODEL"
distance keep.wav kept.wav 'r["identical"]'
# shellcheck disable=SC2016
run 0 sh -c 'cat plain.wav | "$0" enhance -m "$1" - -o plain_pipe.wav -f' "$DEEPFILTER" "$MODEL"

enhance 0 plain.wav -o plain_keep.wav --level keep --json
json 'r["files"][0]["level"] == {"mode": "keep", "gain_db": [0.0], "speech_dbfs": None}'
enhance 0 plain.wav -o plain_auto.wav --level auto --json
json 'r["files"][0]["level"]["gain_db"] == [0.0]'
same plain_keep.wav plain_auto.wav
distance plain_keep.wav plain_pipe.wav 'r["identical"]'
enhance 0 both.wav -o both_auto.wav --json
json 'r["files"][0]["level"]["gain_db"][0] == 0 and r["files"][0]["level"]["gain_db"][1] > 20'
# Profile libdf keeps the level.
enhance 0 quiet.wav -o libdf.wav --profile libdf
enhance 0 quiet.wav -o libdf_keep.wav --profile libdf --level keep
same libdf.wav libdf_keep.wav
for wrong in loud 61 -61 nan 3dB; do
  enhance 2 quiet.wav -o wrong.wav "--level=$wrong"
  one_sentence
  says '--level is'
done
