# A model that is missing or damaged is status 3 and one sentence.
sound make in.wav --samples 480
run 3 "$DEEPFILTER" enhance in.wav -o out.wav -m no-such-model
one_sentence
says "no-such-model"
run 3 "$DEEPFILTER" enhance in.wav -o out.wav -m dfn2_ll
one_sentence
says "deepfilter models pull dfn2_ll"
cp -r "$MODEL" broken
chmod -R u+w broken
head -c 1000 "$MODEL/enc.onnx" >broken/enc.onnx
for command in "enhance in.wav -o out.wav -m broken" "inspect broken"; do
  # shellcheck disable=SC2086
  run 3 "$DEEPFILTER" $command
  one_sentence
  says "enc.onnx"
done
# A file that is there and cannot be looked at is not absent: without it this would be another model.
cp "$MODEL/enc.onnx" broken/enc.onnx
rm broken/config.ini
ln -s config.ini broken/config.ini
run 1 "$DEEPFILTER" inspect broken
one_sentence
says "broken/config.ini: cannot be read"
rm -r broken
only in.wav
