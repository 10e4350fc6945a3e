# The same samples for any number of threads: a file, a live stream, many files at once.
sound make long.wav --samples 400000 --format f32 --level 0.02
sound make stereo.wav --samples 60000 --rate 44100 --channels 2 --level 0.02
enhance 0 long.wav -o one.wav
for threads in 2 3 8; do
  enhance 0 long.wav -o more.wav -f --threads $threads --json
  json "r[\"threads\"] == $threads"
  same one.wav more.wav
done
for profile in reference libdf; do
  enhance 0 stereo.wav -o one.wav -f --profile $profile
  enhance 0 stereo.wav -o more.wav -f --profile $profile --threads 2
  same one.wav more.wav
  enhance 0 stereo.wav -o more.wav -f --profile $profile --threads 2 --latency
  same one.wav more.wav
done
"$DEEPFILTER" enhance -m "$MODEL" - -o - --threads 2 <long.wav >piped.wav 2>../err || fail "pipe"
enhance 0 long.wav -o one.wav -f
distance one.wav piped.wav 'r["identical"]'
rm one.wav more.wav piped.wav
# Files are spread over the threads; what is told keeps their order, and a bad one stops no other.
mkdir in
for name in a b c d e; do
  sound make in/$name.wav --samples 12000 --channels 2 --level 0.02
done
mv long.wav in/a.wav
cp stereo.wav in/c.wav
echo "no sound" >in/d.wav
for threads in 1 2 8; do
  enhance 3 in -o out$threads --threads $threads --json
  one_sentence
  says "d.wav"
  json '[f["input"] for f in r["files"]] == ["in/%s.wav" % name for name in "abcde"]'
  json '["error" in f for f in r["files"]] == [False, False, False, True, False]'
  json 'r["frames"] == sum(f["frames"] for f in r["files"] if "error" not in f)'
done
for name in a b c e; do
  same out1/$name.wav out2/$name.wav
  same out1/$name.wav out8/$name.wav
done
only stereo.wav in/a.wav in/b.wav in/c.wav in/d.wav in/e.wav out1/a.wav out1/b.wav out1/c.wav \
  out1/e.wav out2/a.wav out2/b.wav out2/c.wav out2/e.wav out8/a.wav out8/b.wav out8/c.wav out8/e.wav
# The first failure decides the status, in the order of the files: one that exists, one that is bad.
enhance 1 in -o out2 --threads 2
enhance 3 in/d.wav in/a.wav in/b.wav -o out2 --threads 3
# Summaries come in order too.
rm in/d.wav
enhance 0 in -o out3 --threads 3 -v
[ "$(grep -o 'out3/[a-e].wav' ../err | tr -d '\n')" = out3/a.wavout3/b.wavout3/c.wavout3/e.wav ] ||
  fail "the order of the files is another"
# Samples from several pipes at once.
mkfifo left right
cat out1/a.wav >left &
cat out1/c.wav >right &
enhance 0 left right -o out4 --threads 2
distance out4/left out4/left 'r["identical"]'
[ -s out4/right ] || fail "the second pipe was not read"
for wrong in 0 257 many; do
  enhance 2 stereo.wav -o out.wav --threads $wrong
  one_sentence
done
