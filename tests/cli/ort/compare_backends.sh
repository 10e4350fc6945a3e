# The native network beside ONNX Runtime.
run 0 "$DEEPFILTER" compare-backends -m "$MODEL" --rounds 1 --window 10,40 --json
quiet
json '[e["name"] for e in r["engines"]] == ["native", "stateless, window 10", "stateless, window 40", "exact export"]'
json 'all(e["rtf"] > 0 and 0 < e["frame_us"]["p50"] <= e["frame_us"]["p99"] for e in r["engines"])'
json 'all(e["peak_bytes"] > 1e6 for e in r["engines"])'
json 'r["engines"][0]["snr_db"] is None and r["engines"][3]["snr_db"] > 100'
json 'r["engines"][1]["snr_db"] < r["engines"][2]["snr_db"]'
json 'r["engines"][1]["engine"]["window_frames"] == 10 and r["engines"][3]["engine"]["form"] == "as given"'
# Other precisions of the native network, each against f32.
run 0 "$DEEPFILTER" compare-backends -m "$MODEL" --rounds 1 --window 10 --precision i8,f32,f16 --json
json '[e["name"] for e in r["engines"]] == ["native", "native f16", "native i8", "stateless, window 10", "exact export"]'
json '[e["engine"]["precision"] for e in r["engines"]] == ["f32", "f16", "i8", None, None]'
json 'r["engines"][0]["snr_db"] is None and r["engines"][1]["snr_db"] > r["engines"][2]["snr_db"] > 25'
run 2 "$DEEPFILTER" compare-backends -m "$MODEL" --precision i4
one_sentence
# A mode that comes to the exact export by itself is enough.
run 0 "$DEEPFILTER" compare-backends -m "$CLI_TESTS/../data/tiny/dfn3_h0" --rounds 1
prints "stateful                exact"
grep -q "exact export" ../out && fail "the exact export is there twice"
prints "ONNX Runtime "
# A recording in place of the synthetic signal, at the model's rate.
sound make in.wav --samples 9600
run 0 "$DEEPFILTER" compare-backends in.wav -m "$MODEL" --rounds 1 --json
json 'r["audio"] == "in.wav" and r["engines"][-1]["snr_db"] > 100'
sound make other.wav --samples 9600 --rate 44100
run 3 "$DEEPFILTER" compare-backends other.wav -m "$MODEL" --rounds 1
one_sentence
says "44100 Hz"
# A model of another kind has no native figures to be held against.
cp -r "$MODEL" other
chmod -R u+w other
LC_ALL=C sed 's/Relu/Ceil/g' "$MODEL/enc.onnx" >other/enc.onnx
run 0 "$DEEPFILTER" compare-backends -m other --rounds 1 --json
json '"enc.onnx" in r["engines"][0]["error"] and r["engines"][1]["snr_db"] is None'
json 'len(r["engines"]) == 2 and r["engines"][1]["rtf"] > 0'
run 3 "$DEEPFILTER" compare-backends -m missing
one_sentence
run 2 "$DEEPFILTER" compare-backends -m "$MODEL" --rounds 0
one_sentence
