# The same network as other tools write it: it runs natively to the same bits, exports, and runs under
# ONNX Runtime.
sound make in.wav --samples 24000 --format f32
enhance 0 in.wav -o expected.wav
make_form() {
  "$PYTHON" "$CLI_TESTS/ort/onnx_forms.py" "$1" "$2" "$1" 2>../err || fail "onnx_forms.py $1"
}
for form in one_data_file many_data_files constants views functions newest_opset optimized; do
  make_form "$form" "$MODEL"
  run 0 "$DEEPFILTER" enhance -m "$form" in.wav -o "$form.wav" --backend native
  same expected.wav "$form.wav"
  run 0 "$DEEPFILTER" enhance -m "$form" in.wav -o "$form.ort.wav" --backend ort
  distance expected.wav "$form.ort.wav" 'r["snr_db"] > 100'
done
run 0 "$DEEPFILTER" export one_data_file -o exported --verify
run 0 "$DEEPFILTER" merge one_data_file -o exported/combined.onnx
# A data file that is gone is named; under ONNX Runtime too.
rm one_data_file/enc.onnx.data
for backend in native ort; do
  run 3 "$DEEPFILTER" enhance -m one_data_file in.wav -o out.wav --backend "$backend"
  one_sentence
  says 'keeps its data in "enc.onnx.data", but there is no such file beside it; copy it there'
done
# Weights and sums in float16: natively the weights alone are rounded.
for form in half_inside half_around_gru; do
  make_form "$form" "$MODEL"
  run 0 "$DEEPFILTER" enhance -m "$form" in.wav -o "$form.wav" --backend native
  distance expected.wav "$form.wav" 'r["snr_db"] > 50'
done
