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
# The table never takes the place of a sound, and what forbids it is told before the work.
[ ! -e other.wav ] || fail "enhanced, though the table cannot be written"
sound make kept.wav --format f32
for table in kept.wav ./kept.wav x.wav; do
  enhance 2 kept.wav -o x.wav --latency-csv "$table" -f
  one_sentence
  says "$table: is a sound of this run; name another file for the table of times"
done
same kept.wav in.wav
[ ! -e x.wav ] || fail "an output of a refused run"
