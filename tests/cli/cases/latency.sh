# One hop a call gives the same samples, and every hop is timed.
sound make in.wav --format f32
enhance 0 in.wav -o file.wav
enhance 0 in.wav -o live.wav --latency-csv times.csv --json
same file.wav live.wav
json 'list(r["frame_us"]) == ["mean", "p50", "p99", "max"]'
json '0 < r["frame_us"]["p50"] <= r["frame_us"]["p99"] <= r["frame_us"]["max"]'
json 'r["frames"] == 53 and open("times.csv").read().count("\n") == 54'
json 'open("times.csv").readline() == "frame,microseconds\n"'
# Nothing is left out: the hops' times make up the processing time.
json 'abs(r["frame_us"]["mean"] * r["frames"] / 1e6 / r["processing_seconds"] - 1) < 0.2'
enhance 1 in.wav -o other.wav --latency-csv times.csv
says "times.csv"
