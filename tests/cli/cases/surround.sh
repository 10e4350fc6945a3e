# Every channel keeps its speaker, in every format and on pipes, as ffmpeg sees it.
if ! command -v ffmpeg >/dev/null || ! command -v ffprobe >/dev/null; then
  [ -z "${CI:-}" ] || fail "ffmpeg is missing; tools/setup.sh test installs it"
  echo "NOT TESTED: speakers of channels, as ffmpeg is missing"
  exit 0
fi

# layout FILE NAME
layout() {
  found=$(ffprobe -v error -show_entries stream=channel_layout -of csv=p=0 "$1")
  [ "$found" = "$2" ] || fail "$1: layout is \"$found\", expected \"$2\""
}

# turns FILE: the channels, as ffmpeg decodes them, are loud one after the other.
turns() {
  ffmpeg -nostdin -v error -y -i "$1" -f f32le turns.raw || fail "ffmpeg: $1"
  python - "$2" turns.raw <<'P' || fail "$1: channels are not in their places"
import array, sys
n = int(sys.argv[1])
samples = array.array("f", open(sys.argv[2], "rb").read())
slot = 2400
for c in range(n):
    energy = [sum(x * x for x in samples[(s * slot + 480) * n + c : (s + 1) * slot * n : n]) for s in range(n)]
    if energy.index(max(energy)) != c:
        sys.exit(1)
P
}

# channels N MASK FILE: one channel after the other sounds, low enough for a subwoofer.
channels() {
  python - "$@" <<'P' || fail "python"
import array, math, struct, sys
n, mask, path = int(sys.argv[1]), int(sys.argv[2], 0), sys.argv[3]
slot = 2400
samples = array.array("h", [0]) * (n * n * slot)
for i in range(n * slot):
    samples[i * n + i // slot] = round(16000 * math.sin(2 * math.pi * 80 * i / 48000))
data = samples.tobytes()
rest = bytes.fromhex("0000000010008000" "00aa00389b71")
head = struct.pack("<HHIIHHHHIH", 0xFFFE, n, 48000, 96000 * n, 2 * n, 16, 22, 16, mask, 1) + rest
body = b"WAVEfmt " + struct.pack("<I", 40) + head + b"data" + struct.pack("<I", len(data)) + data
open(path, "wb").write(b"RIFF" + struct.pack("<I", len(body)) + body)
P
}

for row in 3:0x7:3.0 5:0x37:5.0 6:0x3f:5.1 7:0x70f:6.1 8:0x63f:7.1; do
  n=${row%%:*}
  name=${row##*:}
  mask=${row#*:}
  mask=${mask%%:*}
  channels "$n" "$mask" in.wav
  for output in out.opus out.ogg out.flac out.wav; do
    enhance 0 in.wav -o $output -a 0 -f
    turns $output "$n"
    # FLAC's text says nothing of back or side, and ffmpeg takes the side.
    [ $output = out.flac ] || layout $output "$name"
    [ $output = out.wav ] && continue
    enhance 0 $output -o back.wav -a 0 -f
    turns back.wav "$n"
    layout back.wav "$name"
  done
  # What others write.
  ffmpeg -nostdin -v error -y -i in.wav -c:a libvorbis other.ogg || fail "ffmpeg"
  enhance 0 other.ogg -o back.wav -a 0 -f
  turns back.wav "$n"
  enhance 0 other.ogg -o back.opus -a 0 -f
  turns back.opus "$n"
  # Pipes, in and out.
  "$DEEPFILTER" enhance -m "$MODEL" - -o - -a 0 <in.wav >file.wav 2>../err || fail "file to file"
  # shellcheck disable=SC2002  # a pipe is what is tested
  cat in.wav | "$DEEPFILTER" enhance -m "$MODEL" - -o - -a 0 2>../err | cat >pipe.wav
  for output in file.wav pipe.wav; do
    turns $output "$n"
    layout $output "$name"
  done
  # shellcheck disable=SC2002
  cat in.wav | "$DEEPFILTER" enhance -m "$MODEL" - -o back.wav -f -a 0 2>../err || fail "pipe"
  turns back.wav "$n"
  layout back.wav "$name"
done

channels 6 0x60f in.wav
for output in out.wav out.rf64; do
  enhance 0 in.wav -o $output -f
  layout $output '5.1(side)'
done
# Apple's formats have one pair of surround speakers.
for output in out.caf out.aiff; do
  enhance 0 in.wav -o $output
  layout $output '5.1(side)'
done
channels 4 0xf in.wav
enhance 0 in.wav -o out.wav -f
layout out.wav 3.1
# Of a mean nobody knows the speaker.
enhance 0 in.wav -o mono.wav --downmix
holds mono.wav channels=1
case $(ffprobe -v error -show_entries stream=channel_layout -of csv=p=0 mono.wav) in
  mono | unknown) ;;
  *) fail "mono.wav: a mask of more than one channel" ;;
esac
# A plain header makes no statement, and none comes of it.
sound make plain.wav --channels 6 --samples 9600
enhance 0 plain.wav -o out.wav -f
layout out.wav unknown
