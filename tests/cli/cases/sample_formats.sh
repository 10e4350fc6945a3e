# Samples are stored as the input's unless asked otherwise.
for format in s16 s24 f32; do
  sound make in.wav --format $format
  enhance 0 in.wav -o out.wav -f
  holds out.wav format=$format
  for wanted in s16 s24 f32; do
    enhance 0 in.wav -o out.wav -f --sample-format $wanted
    holds out.wav format=$wanted
  done
done
# Equal runs give equal bytes.
enhance 0 in.wav -o again.wav --sample-format f32
same out.wav again.wav
