# ONNX Runtime and the native network give the same sound for a model, for all forms of its files.
sound make in.wav --samples 24000 --channels 2 --format f32
enhance 0 in.wav -o native.wav
enhance 0 in.wav -o ort.wav --backend ort --json
json 'r["engine"]["backend"] == "ort" and r["engine"]["runtime"].startswith("ONNX Runtime ")'
json 'r["engine"]["mode"] == "stateless" and r["engine"]["form"] == "exact"'
json 'r["engine"]["threads"] == 1 and r["engine"]["provider"] == "cpu" and not r["engine"]["note"]'
distance native.wav ort.wav 'r["delay_samples"] == 0 and r["snr_db"] > 100'
# Any cut of the input gives the same bits, and every hop can be timed.
enhance 0 in.wav -o live.wav --backend ort --latency-csv times.csv --json
same ort.wav live.wav
json 'r["frame_us"]["p50"] > 0 and open("times.csv").read().count("\n") == r["frames"] + 1'
# With more threads, and as it is said.
enhance 0 in.wav -o threads.wav --ort-threads 2 -v
says "engine: ONNX Runtime "
says ", mode stateless, form exact, 2 threads, provider cpu"
distance native.wav threads.wav 'r["snr_db"] > 100'
# The program's own threads spread files over it, and share out no frame of a single one.
sound make more.wav --samples 30000 --format f32
enhance 0 in.wav more.wav -o in_turn --backend ort
enhance 0 in.wav more.wav -o spread --backend ort --threads 2
same in_turn/in.wav spread/in.wav
same in_turn/more.wav spread/more.wav
enhance 0 in.wav -o ort.wav -f --backend ort --threads 2
same ort.wav spread/in.wav
# The given files run over windows, which are not exact, as they lack a part of the past.
enhance 0 in.wav -o window.wav --mode stateless --window 10 --json
json 'r["engine"]["form"] == "as given" and r["engine"]["window_frames"] == 10'
distance native.wav window.wav 'r["delay_samples"] == 0 and 0 < r["snr_db"] < 100'
# Every layout that is exported, a checkpoint, hidden states alone.
for layout in networks combined streaming audio; do
  run 0 "$DEEPFILTER" export "$MODEL" -o "$layout" --layout $layout
  run 0 "$DEEPFILTER" enhance -m "$layout" --backend ort in.wav -o "$layout.wav" --json
  json "r['engine']['form'] == 'as given'"
done
for layout in networks combined streaming; do
  distance native.wav $layout.wav 'r["delay_samples"] == 0 and r["snr_db"] > 100'
done
# The audio layout meets the end of a sound with zero samples in place of zero features.
sound make long.wav --samples 96000 --format f32
enhance 0 long.wav -o native_long.wav
run 0 "$DEEPFILTER" enhance -m audio long.wav -o audio_long.wav --json
json 'r["engine"]["mode"] == "audio" and r["delay_samples"] == 1440'
json 'r["engine"]["native_refusal"] and r["model"]["variant"] == "audio graph"'
distance native_long.wav audio_long.wav 'r["delay_samples"] == 0 and r["snr_db"] > 20'
run 2 "$DEEPFILTER" enhance -m audio long.wav -o refused.wav --pf
one_sentence
run 2 "$DEEPFILTER" enhance -m audio long.wav -o refused.wav --profile libdf
one_sentence
run 2 "$DEEPFILTER" enhance -m audio long.wav -o refused.wav --silence-skip
one_sentence
[ ! -e refused.wav ] || fail "an output is left"
CHECKPOINT=$CLI_TESTS/../data/checkpoints/dfn3_none
run 0 "$DEEPFILTER" enhance -m "$CHECKPOINT" in.wav -o checkpoint.wav
run 0 "$DEEPFILTER" enhance -m "$CHECKPOINT" in.wav -o checkpoint_ort.wav --backend ort
distance checkpoint.wav checkpoint_ort.wav 'r["delay_samples"] == 0 and r["snr_db"] > 100'
H0=$CLI_TESTS/../data/tiny/dfn3_h0
run 0 "$DEEPFILTER" enhance -m "$H0" in.wav -o h0.wav
run 0 "$DEEPFILTER" process in.wav h0_ort.wav "$H0" --backend ort --json
json 'r["engine"]["mode"] == "stateful"'
distance h0.wav h0_ort.wav 'r["delay_samples"] == 0 and r["snr_db"] > 100'
# Profile and gating work over either engine.
enhance 0 in.wav -o native.wav -f --profile libdf -a 12
enhance 0 in.wav -o ort.wav -f --profile libdf -a 12 --backend ort
distance native.wav ort.wav 'r["snr_db"] > 90'
