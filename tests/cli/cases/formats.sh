# The extension decides the format; with nothing taken away it is the input again.
sound make in.wav --samples 48000 --channels 2
for extension in wav flac aiff caf w64 rf64; do
  enhance 0 in.wav -o out.$extension -a 0
  quiet
  # One step of 16 bits, as the transforms round.
  distance in.wav out.$extension 'r["delay_samples"] == 0 and r["max_error"] < 4e-5'
  json 'r["samples_a"] == r["samples_b"]'
done
for extension in ogg opus mp3; do
  enhance 0 in.wav -o out.$extension -a 0
  distance in.wav out.$extension 'r["delay_samples"] == 0 and r["snr_db"] > 10'
  json 'r["samples_a"] == r["samples_b"]'
  # And from there.
  enhance 0 out.$extension -o from_$extension.wav
  holds from_$extension.wav samples=48000 channels=2 format=s16
done
