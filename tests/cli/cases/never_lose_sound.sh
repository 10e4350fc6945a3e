# Headers that were never completed, cut and damaged sounds: all that is there is read, what was
# wrong is said in one line, and no sound is ever replaced by one of no length.
sound make good.wav --samples 24000 --level 0.02
enhance 0 good.wav -o want.wav
quiet

# put FILE OFFSET BYTES...: writes bytes (octal) into a file.
put() {
  file=$1 offset=$2
  shift 2
  # shellcheck disable=SC2059  # octal bytes
  printf "$(printf '\\%s' "$@")" | dd of="$file" bs=1 seek="$offset" conv=notrunc 2>/dev/null
}
# Where a WAV file of this maker has its sizes.
riff=4
data=40

# A recorder that died: no length, an old size of the whole, a chunk before the samples.
cp good.wav len0.wav
put len0.wav $riff 0 0 0 0
put len0.wav $data 0 0 0 0
{
  head -c 36 len0.wav
  printf 'JUNK\303\017\000\000'
  head -c 4036 /dev/zero
  tail -c +37 len0.wav
} >junk.wav
put junk.wav $riff 370 017 0 0
cp good.wav unknown.wav
put unknown.wav $data 377 377 377 377
for file in len0 junk unknown; do
  enhance 0 $file.wav -o out.wav -f --json
  one_sentence
  says "note: $file.wav: its header was never completed"
  json '(r["files"][0]["samples"] == 24000 and "never completed" in r["files"][0]["note"] and
    not r["files"][0]["damaged"])'
  same out.wav want.wav
  enhance 0 $file.wav -o $file.wav -f
  same $file.wav want.wav
done
enhance 0 good.wav -o out.wav -f --json
quiet
json 'r["files"][0]["note"] is None and r["files"][0]["damaged"] is False'

# The same through a pipe, into a pipe, and from a file as standard input.
cp good.wav len0.wav
put len0.wav $data 0 0 0 0
cat len0.wav | "$DEEPFILTER" enhance -m "$MODEL" - -o out.wav -f 2>../err || fail "pipe"
says "note: standard input: its header was never completed"
distance want.wav out.wav 'r["identical"]'
"$DEEPFILTER" enhance -m "$MODEL" - -o out.wav -f <len0.wav 2>../err || fail "standard input"
says "note: standard input: its header was never completed"
same out.wav want.wav

# A sound that is cut short.
head -c 24044 good.wav >cut.wav
enhance 0 cut.wav -o out.wav -f
one_sentence
says "note: cut.wav: is cut short: it ends after 0.2 s of 0.5 s"
holds out.wav samples=12000
cat cut.wav | "$DEEPFILTER" enhance -m "$MODEL" - -o out.wav -f 2>../err || fail "pipe"
says "note: standard input: is cut short"
holds out.wav samples=12000
enhance 0 good.wav -o good.flac
size=$(wc -c <good.flac)
head -c $((size / 2)) good.flac >cut.flac
enhance 0 cut.flac -o out.flac
one_sentence
says "note: cut.flac: is cut short"

# Damage: what can be read is, the status tells, and the input is not replaced by less.
sound make long.wav --samples 200000 --level 0.02
enhance 0 long.wav -o long.flac
cp long.flac damaged.flac
size=$(wc -c <damaged.flac)
put damaged.flac $((size / 2)) 125 125 125 125 125 125 125 125
cp damaged.flac copy.flac
enhance 3 damaged.flac -o damaged.flac -f
one_sentence
says "damaged.flac: is damaged after"
says "it was not replaced"
same damaged.flac copy.flac
enhance 3 damaged.flac -o healed.wav --json
one_sentence
says "could not be decoded and are silent"
json 'r["files"][0]["samples"] == 200000 and r["files"][0]["damaged"] is True'
holds healed.wav samples=200000
# What needs a sound whole refuses it.
run 3 "$DEEPFILTER" compare long.flac damaged.flac
one_sentence
says "damaged.flac: is damaged after"
says "; nothing is compared"
run 3 "$DEEPFILTER" plot damaged.flac -o damaged.png
one_sentence
says "; nothing is drawn"
[ ! -e damaged.png ] || fail "damaged.png was written"
# One of several: the others are enhanced.
mkdir many
cp damaged.flac good.wav many
enhance 3 many -o outs --json
json '[f["damaged"] for f in r["files"]] == [True, False]'
rm -r many outs

# Nothing that can be decoded although there are bytes of sound.
head -c 100 good.flac >nothing.flac
cp nothing.flac copy.flac
enhance 3 nothing.flac -o nothing.flac -f
one_sentence
says "nothing.flac: holds "
says "not one sample of them can be decoded"
same nothing.flac copy.flac

# A sound of no length never takes the place of one with samples.
sound make empty.wav --samples 0
enhance 1 empty.wav -o good.wav -f
one_sentence
says "good.wav: holds sound, and the output of empty.wav has no samples"
holds good.wav samples=24000
"$DEEPFILTER" enhance -m "$MODEL" - -o good.wav -f <empty.wav 2>../err && fail "status 0"
holds good.wav samples=24000
head -c 44 good.wav >header.wav
enhance 1 header.wav -o good.wav -f
holds good.wav samples=24000
enhance 0 empty.wav -o empty.wav -f
says "note: empty.wav: holds no samples, and its output none"
enhance 0 header.wav -o header.wav -f
one_sentence
says "note: header.wav: ends before its first sample"

# Chunks behind the samples are no sound, and behind no samples neither.
tagged() { cat "$1.wav" && printf 'LIST\014\0\0\0INFOINAM\0\0\0\0'; }
tagged good >tagged.wav
enhance 0 tagged.wav -o out.wav -f
quiet
holds out.wav samples=24000
tagged empty >tagged.wav
enhance 0 tagged.wav -o none.wav
says "note: tagged.wav: holds no samples, and its output none"
holds none.wav samples=0
