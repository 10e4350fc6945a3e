# Raw samples in and out equal the samples of WAV files.
for format in s16 s24 f32; do
  sound make in.wav --samples 9999 --channels 2 --format $format
  sound make in.raw --samples 9999 --channels 2 --format $format --raw
  enhance 0 in.wav -o out.wav -f --sample-format $format
  "$DEEPFILTER" enhance -m "$MODEL" - -o - --raw-format $format --rate 48000 --channels 2 \
    <in.raw >out.raw 2>../err || fail "raw $format"
  tail -c "$(wc -c <out.raw)" out.wav >samples.raw
  [ "$(wc -c <out.raw)" -eq "$(wc -c <in.raw)" ] || fail "raw $format: length"
  same out.raw samples.raw
done
enhance 2 - -o out2.wav --raw-format s16
says "--rate"
