# Standard input and output give the samples that files give.
sound make in.wav --rate 44100 --channels 2 --samples 30000 --format f32
enhance 0 in.wav -o file.wav
"$DEEPFILTER" enhance -m "$MODEL" - -o redirected.wav <in.wav 2>../err || fail "redirected input"
cat in.wav | "$DEEPFILTER" enhance -m "$MODEL" - -o - 2>../err | cat >piped.wav
[ ! -s ../err ] || fail "talk on standard error"
"$DEEPFILTER" enhance -m "$MODEL" in.wav -o - >stdout.wav 2>../err || fail "standard output"
"$DEEPFILTER" enhance -m "$MODEL" in.wav -o - --raw-format f32 >out.raw 2>../err || fail "raw output"
holds stdout.wav rate=44100 channels=2 samples=30000 format=f32
for other in redirected.wav stdout.wav; do
  distance file.wav $other 'r["identical"]'
done
# The piped one says that its length is unknown, and is read so.
cat piped.wav | "$DEEPFILTER" enhance -m "$MODEL" - -o twice.wav 2>../err || fail "unknown length"
enhance 0 file.wav -o expected.wav
distance expected.wav twice.wav 'r["identical"]'
