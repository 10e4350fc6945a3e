# Any rate in is the same rate out, as long, and aligned.
for rate in 8000 11025 16000 22050 44100 96000 192000; do
  sound make in.wav --rate $rate --samples 20001 --format f32
  enhance 0 in.wav -o out.wav -f -a 0 --json
  json 'r["frames"] > 0'
  holds out.wav rate=$rate samples=20001
  # Noise above 24 kHz, or close to the lower Nyquist frequency, is lost.
  distance in.wav out.wav 'r["delay_samples"] == 0 and r["snr_db"] > 30'
done
