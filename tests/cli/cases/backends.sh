# Which engine runs a model, and why an engine cannot run it. Nothing here needs ONNX Runtime.
NOWHERE=$PWD/nowhere.so
sound make in.wav --samples 4800 --format f32
enhance 0 in.wav -o native.wav
for backend in auto native; do
  enhance 0 in.wav -o out.wav -f --backend $backend --json
  json 'r["engine"]["backend"] == "native" and r["engine"]["mode"] is None'
  same out.wav native.wav
done
enhance 0 in.wav -o out.wav -f -v
says "engine: native"
rm out.wav
# An option of ONNX Runtime selects it, and contradicts the native network.
for option in "--mode stateless" "--window 10" "--provider cpu" "--ort-threads 2" \
  "--ort-library $NOWHERE"; do
  # shellcheck disable=SC2086
  enhance 2 in.wav -o out.wav --backend native $option
  one_sentence
  says "--backend native"
done
for wrong in "--backend cuda" "--mode best" "--window 0" "--window many" "--ort-threads 0"; do
  # shellcheck disable=SC2086
  enhance 2 in.wav -o out.wav $wrong
  one_sentence
done
# The library is missing, or a file is not a library.
echo "no library" >junk.so
for library in "$NOWHERE" "$PWD/junk.so"; do
  enhance 3 in.wav -o out.wav --ort-library "$library"
  one_sentence
  says "$library"
  run 3 "$DEEPFILTER" compare-backends -m "$MODEL" --ort-library "$library"
  one_sentence
  says "$library"
done
ORT_DYLIB_PATH=$PWD/junk.so enhance 3 in.wav -o out.wav --backend ort
one_sentence
says "$PWD/junk.so"
# The library is too old.
[ -f "$OLD_LIBRARY" ] || fail "\$OLD_LIBRARY names no file"
enhance 3 in.wav -o out.wav --ort-library "$OLD_LIBRARY"
one_sentence
says "ONNX Runtime 0.9.0 is too old"
# The files do not have the requested mode, which is found without the library.
for mode in split combined_streaming audio; do
  enhance 3 in.wav -o out.wav --mode $mode --ort-library "$NOWHERE"
  one_sentence
done
run 3 "$DEEPFILTER" enhance -m none in.wav -o out.wav --backend ort --ort-library "$NOWHERE"
one_sentence
# For a model of another kind the program reports why it does not lift and how it would run.
cp -r "$MODEL" other
chmod -R u+w other
LC_ALL=C sed 's/Relu/Ceil/g' "$MODEL/enc.onnx" >other/enc.onnx
run 3 "$DEEPFILTER" enhance -m other in.wav -o out.wav --backend native
one_sentence
says "enc.onnx"
run 3 "$DEEPFILTER" enhance -m other in.wav -o out.wav --backend ort --ort-library "$NOWHERE"
one_sentence
says "$NOWHERE"
run 0 "$DEEPFILTER" inspect other
prints "native       no:"
prints "ort modes    stateless"
run 0 "$DEEPFILTER" inspect other --json
json 'r["native"] is False and "enc.onnx" in r["native_refusal"]'
json 'r["onnx_runtime"]["mode"] == "stateless" and r["onnx_runtime"]["refusal"] is None'
rm -r other junk.so
only in.wav native.wav
