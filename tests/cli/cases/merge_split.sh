# Merging and splitting give files that load as the same model.
run 0 "$DEEPFILTER" export "$MODEL" -o parts
run 0 "$DEEPFILTER" merge parts
prints "parts/combined.onnx"
run 1 "$DEEPFILTER" merge parts
one_sentence
mkdir merged
cp parts/config.ini merged/
run 0 "$DEEPFILTER" merge parts -o merged/combined.onnx
same parts/combined.onnx merged/combined.onnx
run 0 "$DEEPFILTER" split "$MODEL" -o split
prints "enc_gru_streaming.onnx"
run 0 "$DEEPFILTER" merge split
prints "split/combined_streaming.onnx"
sound make noisy.wav --samples 9600 --format f32
enhance 0 noisy.wav -o source.wav
for form in merged split; do
  run 0 "$DEEPFILTER" enhance -m $form noisy.wav -o $form.wav
  same source.wav $form.wav
done
# Parts that do not belong together, and no parts.
mkdir mixed
cp parts/*.onnx parts/config.ini mixed/
rm mixed/combined.onnx
cp "$MODEL/../dfn2/enc.onnx" mixed/enc.onnx
run 3 "$DEEPFILTER" merge mixed
one_sentence
run 3 "$DEEPFILTER" merge noisy.wav
one_sentence
mkdir empty
run 3 "$DEEPFILTER" split empty -o nothing
one_sentence
[ ! -e nothing ] || fail "a refused split left its folder"
