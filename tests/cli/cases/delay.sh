# The delay is removed unless it is asked for; then the output is the stream's first samples.
sound make in.wav --format f32
for profile in reference libdf; do
  enhance 0 in.wav -o aligned.wav -f --profile $profile -D --json
  json 'r["delay_samples"] == 1440 and r["delay_ms"] == 30.0 and r["delay_compensated"]'
  enhance 0 in.wav -o raw.wav -f --profile $profile --no-delay-compensation
  holds raw.wav samples=24000
  distance aligned.wav raw.wav 'r["delay_samples"] == 1440 and r["snr_db"] is None'
  json 'r["compared_samples"] == 24000 - 1440'
done
# Without noise reduction the output is the input: aligned, and with libdf undelayed from the start.
enhance 0 in.wav -o out.wav -a 0
distance in.wav out.wav 'r["delay_samples"] == 0 and r["snr_db"] > 100'
enhance 0 in.wav -o out.wav -f -a 0 --profile libdf
distance in.wav out.wav 'r["identical"]'
enhance 0 in.wav -o out.wav -f -a 0 --profile libdf --no-delay-compensation
distance in.wav out.wav 'r["identical"]'
