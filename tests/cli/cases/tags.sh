# Tags go from every format that has them to every other, as ffmpeg reads and writes them.
if ! command -v ffmpeg >/dev/null || ! command -v ffprobe >/dev/null; then
  [ -z "${CI:-}" ] || fail "ffmpeg is missing; tools/setup.sh test installs it"
  echo "NOT TESTED: tags, as ffmpeg is missing"
  exit 0
fi

# tag FILE NAME VALUE: what ffprobe reads, wherever the format keeps it.
tag() {
  found=$(ffprobe -v error -show_entries "format_tags=$2:stream_tags=$2" -of default=nw=1:nk=1 "$1")
  [ "$found" = "$3" ] || fail "$1: tag $2 is \"$found\", expected \"$3\""
}

# value NAME: of the input's tags.
value() {
  case $1 in
    title) echo 'Träume 日本' ;;
    artist) echo 'Ä Person' ;;
    album) echo Album ;;
    date) echo 2021-03-04 ;;
    genre) echo Speech ;;
    track) echo 3/12 ;;
    copyright) echo '(c) somebody' ;;
  esac
}

# same_tags FILE NAME...: those of the input.
same_tags() {
  file=$1
  shift
  ffprobe -v error -show_entries format_tags:stream_tags -of default=nw=1 "$file" >../tags
  for name in "$@"; do
    grep -qixF "TAG:$name=$(value "$name")" ../tags || fail "$file: $name is missing in $(cat ../tags)"
  done
}

# tagged INPUT OUTPUT: the same sound with tags.
tagged() {
  ffmpeg -nostdin -v error -y -i "$1" -metadata title='Träume 日本' -metadata artist='Ä Person' \
    -metadata album=Album -metadata date=2021-03-04 -metadata genre=Speech -metadata track=3/12 \
    -metadata copyright='(c) somebody' "$2" || fail "ffmpeg: $2"
}

sound make plain.wav --samples 9600
all='title artist album date genre copyright'
for input in in.flac in.ogg in.opus in.mp3 in.wav; do
  tagged plain.wav $input
  for output in out.flac out.ogg out.opus out.mp3 out.wav; do
    enhance 0 $input -o $output -f
    # shellcheck disable=SC2086  # one word a tag
    same_tags $output $all
  done
done
enhance 0 in.flac -o out.wav -f
same_tags out.wav track
enhance 0 in.ogg -o out.mp3 -f
same_tags out.mp3 track
enhance 0 in.flac -o out.caf
# shellcheck disable=SC2086
same_tags out.caf $all
enhance 0 in.flac -o out.aiff
same_tags out.aiff title copyright
tag out.aiff author 'Ä Person'

# The tag before the frames of an MP3 file is no sound.
enhance 0 plain.wav -o plain.mp3
enhance 0 in.wav -o tagged.mp3
tail -c "$(wc -c <plain.mp3)" tagged.mp3 >frames.mp3
same plain.mp3 frames.mp3

# The official program writes samples alone.
ln -s "$DEEPFILTER" deep-filter
run 0 ./deep-filter -m "$MODEL" -o official in.wav
tag official/in.wav title ''

# Text that is megabytes, or no text, does no harm to the sound.
python - <<'P' || fail "python"
import struct

def chunk(name, data):
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

def wav(path, info):
    data = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 48000, 96000, 2, 16))
    data += chunk(b"LIST", b"INFO" + b"".join(chunk(n, t) for n, t in info))
    data += chunk(b"data", bytes(96000))
    open(path, "wb").write(chunk(b"RIFF", b"WAVE" + data))

wav("latin.wav", [(b"INAM", b"caf\xe9 \x96 1\0"), (b"IART", b"a\x1b[31m\x07b\0")])
wav("long.wav", [(b"INAM", b"n" * 3000000 + b"\0"), (b"IART", b"a\0")])
wav("broken.wav", [(b"INAM", b""), (b"\0\0\0\0", b"\xff" * 999), (b"ICMT", b"\xed\xa0\x80")])
P
for output in out.wav out.flac out.ogg out.opus out.mp3 out.caf out.aiff; do
  for input in latin long broken; do
    enhance 0 $input.wav -o $output -f
    ffmpeg -nostdin -v error -i $output -f null - 2>../err || fail "ffmpeg: $output of $input"
    quiet
  done
done
enhance 0 latin.wav -o out.flac -f
tag out.flac title 'café – 1'
tag out.flac artist 'a[31mb'
