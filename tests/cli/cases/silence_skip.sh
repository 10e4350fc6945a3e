# Digital silence is left out on request only, and the report says how much and what it costs.
sound make in.wav --samples 144000 --format f32 --gap 48000:96000
sound make dense.wav --format f32
enhance 0 in.wav -o exact.wav --json
json 'r["skipped_frames"] == 0 and r["silence_skip_snr_db"] is None'
enhance 0 in.wav -o skipped.wav --silence-skip --json
json '50 < r["skipped_frames"] < 100 and r["silence_skip_snr_db"] == r["files"][0]["silence_skip_snr_db"]'
cp ../out report
# The report's figure is the difference between the two outputs.
run 0 "$DEEPFILTER" compare exact.wav skipped.wav --json
python - <<'P' || fail "the error told is another"
import json
told = json.load(open("report"))["silence_skip_snr_db"]
found = json.load(open("../out"))["snr_db"]
raise SystemExit(abs(told - found) > 0.01)
P
rm report
enhance 0 in.wav -o quiet.wav --silence-skip
quiet
same quiet.wav skipped.wav
enhance 0 in.wav -o quiet.wav -f --silence-skip -v
says "silent frames left out (SNR against the exact run: "
same quiet.wav skipped.wav
for more in "--threads 2" "--latency" "--latency --threads 2"; do
  # shellcheck disable=SC2086
  enhance 0 in.wav -o quiet.wav -f --silence-skip $more --json
  json '50 < r["skipped_frames"] < 100 and r["silence_skip_snr_db"] is not None'
  same quiet.wav skipped.wav
done
# Sound without silence is not changed.
enhance 0 dense.wav -o one.wav
enhance 0 dense.wav -o two.wav --silence-skip --json
json 'r["skipped_frames"] == 0 and r["silence_skip_snr_db"] is None'
same one.wav two.wav
