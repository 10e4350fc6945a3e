# One file of a model that is opened by what it holds, with the samples of its source.
sound make in.wav --samples 100000 --format f32
run 0 "$DEEPFILTER" pack "$MODEL" -o f32.dfn
quiet
prints "f32.dfn"
prints " bytes"
for precision in f32 f16 i8; do
  run 0 "$DEEPFILTER" pack "$MODEL" --precision $precision -o $precision.packed --json
  json "r['precision'] == '$precision' and r['file'] == '$precision.packed' and r['bytes'] > 1000"
  run 0 "$DEEPFILTER" pack "$MODEL" --precision $precision -o again.packed -f
  same $precision.packed again.packed
  # The file's own precision is the default.
  enhance 0 in.wav -o source.wav -f --precision $precision
  run 0 "$DEEPFILTER" enhance -m $precision.packed in.wav -o packed.wav -f --json
  json "r['engine']['precision'] == '$precision' and r['engine']['precision_reason'] is None"
  same source.wav packed.wav
  run 0 "$DEEPFILTER" enhance -m $precision.packed in.wav -o packed.wav -f --latency --threads 2
  same source.wav packed.wav
  run 0 "$DEEPFILTER" inspect $precision.packed
  quiet
  run 0 "$DEEPFILTER" inspect $precision.packed --json
  json "r['packed'] and r['precision'] == '$precision' and r['opset'] > 0 and r['native']"
done
same f32.dfn f32.packed
run 0 "$DEEPFILTER" inspect i8.packed
prints "form         packed model file with i8 weights, from ONNX networks, opset"
run 0 "$DEEPFILTER" inspect "$MODEL" --json
json 'not r["packed"] and r["precision"] == "f32"'
# Sizes: four, two bytes and one for each weight, and what stays float.
f32=$(wc -c <f32.packed) f16=$(wc -c <f16.packed) i8=$(wc -c <i8.packed)
[ "$i8" -lt "$f16" ] && [ "$f16" -lt "$f32" ] || fail "sizes are $f32, $f16 and $i8"
# Whatever its name.
for name in model.onnx model.ckpt model.tar.gz config.ini model; do
  cp i8.packed $name
  run 0 "$DEEPFILTER" enhance -m $name in.wav -o packed.wav -f
  same source.wav packed.wav
  rm $name
done
# Another precision runs what the file holds, and says so; auto stays with the file's.
run 0 "$DEEPFILTER" enhance -m i8.packed in.wav -o other.wav --precision f32
one_sentence
says "holds i8 weights, which are run as f32; the sound stays that of i8"
distance source.wav other.wav '40 < r["snr_db"]'
run 0 "$DEEPFILTER" enhance -m i8.packed in.wav -o auto.wav --precision auto
one_sentence
says "note: precision i8: the model's file holds i8"
same source.wav auto.wav
# Packing changes no precision but that of a source with all its bits.
run 0 "$DEEPFILTER" pack i8.packed -o copy.packed
same i8.packed copy.packed
run 2 "$DEEPFILTER" pack i8.packed --precision f32 -o wrong.packed
one_sentence
says "holds i8 weights; pack f32 from the model that this file was made from"
# Exports are those of the source; of rounded weights they hold the rounded ones.
run 0 "$DEEPFILTER" export "$MODEL" -o from_source
run 0 "$DEEPFILTER" export f32.packed -o from_packed
quiet
for file in enc.onnx erb_dec.onnx df_dec.onnx config.ini; do same from_source/$file from_packed/$file; done
run 0 "$DEEPFILTER" export i8.packed -o from_i8
one_sentence
says "note: i8.packed: holds i8 weights, and the exported files hold what rounding has left of them"
run 0 "$DEEPFILTER" enhance -m from_i8 in.wav -o exported.wav
same other.wav exported.wav
# Merging and splitting are for ONNX files.
run 3 "$DEEPFILTER" split f32.packed -o parts
one_sentence
says "is a packed model file, which holds no ONNX files"
# Nothing is replaced unasked, and no half file is left.
run 1 "$DEEPFILTER" pack "$MODEL" -o f32.dfn
one_sentence
(ulimit -f 8; run 1 "$DEEPFILTER" pack "$MODEL" -o full.packed) || exit 1
[ ! -e full.packed ] && [ ! -e wrong.packed ] && [ ! -e parts ] || fail "a refused output is there"
run 2 "$DEEPFILTER" pack "$MODEL"
one_sentence
run 2 "$DEEPFILTER" pack "$MODEL" -o wrong.packed --precision auto
one_sentence
run 3 "$DEEPFILTER" pack missing -o wrong.packed
one_sentence
# Damaged files are refused in a sentence.
head -c 1000 i8.packed >cut.dfn
run 3 "$DEEPFILTER" enhance -m cut.dfn in.wav -o out.wav
one_sentence
says "cut.dfn: is a packed model file of $i8 bytes, but there are 1000"
{ head -c 1000 i8.packed; printf x; tail -c +1002 i8.packed; } >flipped.dfn
run 3 "$DEEPFILTER" inspect flipped.dfn
one_sentence
says "flipped.dfn: is damaged"
{ cat i8.packed; echo; } >longer.dfn
run 3 "$DEEPFILTER" inspect longer.dfn
one_sentence
{ head -c 8 i8.packed; printf '\003'; tail -c +10 i8.packed; } >newer.dfn
run 3 "$DEEPFILTER" inspect newer.dfn
one_sentence
says "newer.dfn: is a packed model file of version 3, and this program reads versions 1 to 2"
# A manifest knows the file by its bytes, not by its name.
run 0 "$DEEPFILTER" enhance -m i8.packed in.wav -o folder/ --resume
cp i8.packed renamed.dfn
run 0 "$DEEPFILTER" enhance -m renamed.dfn in.wav -o folder/ --resume
says "1 of 1 files are done already"

# The output is a file.
for target in . .. - out/; do
  run 2 "$DEEPFILTER" pack "$MODEL" -o "$target"
  one_sentence
  says 'names no file'
done
