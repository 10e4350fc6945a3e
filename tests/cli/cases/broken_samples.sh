# A NaN sample does not affect later samples.
for rate in 48000 16000; do
  sound make in.wav --format f32 --rate $rate --nan 5000
  enhance 0 in.wav -o out.wav -f --json
  json 'r["broken_samples"] == 1'
  holds out.wav finite=yes
done
# It is said once a file, without -v, and quietly where there is nothing to say.
sound make good.wav --format f32
sound make bad.wav --format f32 --nan 100
enhance 0 good.wav bad.wav -o out
one_sentence
says "note: bad.wav: 1 sample of the input was no number and counts as 0"
