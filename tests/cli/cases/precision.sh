# How weights are stored: f32 unless asked, each with the same samples for any cut and thread.
sound make in.wav --samples 200000 --format f32
enhance 0 in.wav -o default.wav --json
json 'r["engine"]["precision"] == "f32" and r["engine"]["precision_reason"] is None'
enhance 0 in.wav -o f32.wav --precision f32
quiet
same default.wav f32.wav
for precision in f16 i8; do
  enhance 0 in.wav -o $precision.wav --precision $precision --json
  json "r[\"engine\"][\"precision\"] == \"$precision\" and r[\"engine\"][\"backend\"] == \"native\""
  for more in "--threads 3" "--latency" "--latency --threads 2"; do
    # shellcheck disable=SC2086
    enhance 0 in.wav -o again.wav -f --precision $precision $more
    same $precision.wav again.wav
  done
done
# The samples differ, and more for coarser precisions.
distance f32.wav f16.wav '60 < r["snr_db"] < 120'
distance f32.wav i8.wav '25 < r["snr_db"] < 60'
# The chosen precision is reported, and is one of the three.
enhance 0 in.wav -o auto.wav --precision auto
one_sentence
says "note: precision "
says " of real time in a short live run"
enhance 0 in.wav -o auto.wav -f --precision auto --json
json 'r["engine"]["precision"] in ("f32", "f16", "i8") and "25 %" in r["engine"]["precision_reason"]'
chosen=$(python -c 'import json; print(json.load(open("../out"))["engine"]["precision"])')
same auto.wav "$chosen.wav"
enhance 0 in.wav -o again.wav -f --precision i8 -v
says "engine: native, precision i8"
run 0 "$DEEPFILTER" process in.wav again.wav "$MODEL" -f --precision f16
same again.wav f16.wav
# ONNX Runtime stores them as its files do.
for option in "--backend ort" "--mode stateless" "--ort-threads 2"; do
  # shellcheck disable=SC2086
  enhance 2 in.wav -o out.wav --precision f32 $option
  one_sentence
  says "--precision"
done
enhance 2 in.wav -o out.wav --precision f64
one_sentence
# A model that does not lift has no weights to store otherwise.
cp -r "$MODEL" other
chmod -R u+w other
LC_ALL=C sed 's/Relu/Ceil/g' "$MODEL/enc.onnx" >other/enc.onnx
run 3 "$DEEPFILTER" enhance -m other in.wav -o out.wav --precision f16
one_sentence
says "enc.onnx"
