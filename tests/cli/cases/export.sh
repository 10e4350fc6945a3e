# Exports are whole, the same every time, load again, and replace nothing unasked.
run 0 "$DEEPFILTER" export "$MODEL" -o out
prints "enc.onnx"
only out/config.ini out/df_dec.onnx out/enc.onnx out/erb_dec.onnx
run 1 "$DEEPFILTER" export "$MODEL" -o out
one_sentence
run 0 "$DEEPFILTER" export out -o again
for file in config.ini enc.onnx erb_dec.onnx df_dec.onnx; do same out/$file again/$file; done
run 0 "$DEEPFILTER" inspect out --json
json 'r["stateful"] and any("erb_conv0_s0" in name for name in r["state_inputs"])'
rm -r again
run 0 "$DEEPFILTER" export "$MODEL" -o audio --layout audio --json
json '[f["name"] for f in r["files"]] == ["audio.onnx", "config.ini"] and r["parity"] is None'
# Enhancing with an export is enhancing with its source.
sound make noisy.wav --samples 9600 --format f32
enhance 0 noisy.wav -o from_source.wav
run 0 "$DEEPFILTER" enhance -m out noisy.wav -o from_export.wav
same from_source.wav from_export.wav
# These requests are refused.
for wrong in "--layout table" "--state some" "--frames 2" "--opset 12" \
  "--layout streaming --state none" "--layout audio --state gru" "--config none.ini"; do
  # shellcheck disable=SC2086
  run 2 "$DEEPFILTER" export "$MODEL" -o wrong $wrong
  one_sentence
done
[ ! -e wrong ] || fail "a refused export left its folder"
run 1 "$DEEPFILTER" export "$MODEL" -o noisy.wav/folder
one_sentence
# The disk is full: no half file.
mkdir small
(ulimit -f 8; run 1 "$DEEPFILTER" export "$MODEL" -o small) || exit 1
[ -z "$(ls -A small)" ] || fail "half a model is left"
