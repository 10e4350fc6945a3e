# The report's shape.
sound make in.wav --samples 48000 --rate 44100 --channels 2 --level 0.02
enhance 0 in.wav -o out.wav --json
quiet
json 'set(r) == {"frames", "seconds", "rtf", "frame_us", "processing_seconds", "clipped_samples",
  "broken_samples", "skipped_frames", "silence_skip_snr_db", "model", "profile", "engine",
  "threads", "delay_samples", "delay_ms", "delay_source", "delay_compensated", "files",
  "left_out", "shard", "manifest", "done_before"}'
json 'abs(r["seconds"] - 48000 / 44100) < 1e-9 and r["frame_us"] is None'
json 'abs(r["rtf"] - r["processing_seconds"] / r["seconds"]) < 1e-9 and 0 < r["rtf"] < 10'
json 'r["profile"] == "reference" and set(r["model"]) == {"source", "variant"}'
json '[(f["input"], f["output"], f["sample_rate_hz"], f["channels"], f["samples"])
  for f in r["files"]] == [("in.wav", "out.wav", 44100, 2, 48000)]'
# Progress for programs: lines of JSON on standard error, the last of which is the end.
enhance 0 in.wav -o out.wav -f --progress-json
python -c 'import json
lines = [json.loads(line)["progress"] for line in open("../err") if line.startswith("{")]
assert lines and all(line["input"] == "in.wav" for line in lines), lines
assert lines[-1]["done_seconds"] == lines[-1]["total_seconds"], lines' || fail "progress"
