# A NaN sample does not affect later samples.
for rate in 48000 16000; do
  sound make in.wav --format f32 --rate $rate --nan 5000
  enhance 0 in.wav -o out.wav -f --json
  json 'r["broken_samples"] == 1'
  holds out.wav finite=yes
done
