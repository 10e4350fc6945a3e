# What is named as a model and is none gives one sentence that says what to do.
sound make in.wav --samples 480
CHECKPOINT=$CLI_TESTS/../data/checkpoints/dfn3_none
refused() {  # MODEL WORDS
  run 3 "$DEEPFILTER" enhance in.wav -o out.wav -m "$1"
  one_sentence
  says "$2"
  [ ! -e out.wav ] || fail "a refused model left an output"
}
copy() {  # FOLDER
  cp -r "$MODEL" "$1"
  chmod -R u+w "$1"
}

printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n' >pointer
copy lfs
cp pointer lfs/enc.onnx
refused lfs 'enc.onnx: is a Git LFS pointer, not the file itself; fetch the file with "git lfs pull"'
cp pointer lfs.ckpt
refused lfs.ckpt 'lfs.ckpt: is a Git LFS pointer'
cp pointer lfs.tar.gz
refused lfs.tar.gz 'lfs.tar.gz: is a Git LFS pointer'
printf '<!DOCTYPE html>\n<html>' >page.tar.gz
refused page.tar.gz 'page.tar.gz: is a web page'
: >empty.pt
refused empty.pt 'empty.pt: is empty; download or copy it again'

copy part
rm part/config.ini
refused part 'config.ini is missing'
cp "$MODEL/config.ini" part/
rm part/df_dec.onnx
refused part 'there is no df_dec.onnx beside'
mkdir -p outer/tmp
copy outer/tmp/export
refused outer 'name that folder'

printf 'model' >a.tflite
refused a.tflite 'is a TensorFlow Lite model'
mkdir b.mlpackage
refused b.mlpackage 'is a Core ML model'
refused https://example.com/model.tar.gz 'a model is not read from an address; download it'
mkdir two
cp "$CHECKPOINT/config.ini" two/
cp "$CHECKPOINT/model_1.ckpt" two/a.pt
cp "$CHECKPOINT/model_1.ckpt" two/b.pth
refused two 'holds 2 checkpoints, "a.pt", "b.pth"; name one of them'

# What is understood: a file in place of its folder, archives, a folder's only checkpoint.
run 0 "$DEEPFILTER" enhance in.wav -o folder.wav -m "$MODEL"
run 0 "$DEEPFILTER" enhance in.wav -o file.wav -m "$MODEL/df_dec.onnx"
same folder.wav file.wav
run 0 "$DEEPFILTER" enhance in.wav -o plain.wav -m "$CHECKPOINT"
mkdir -p run/checkpoints
cp "$CHECKPOINT/config.ini" run/
cp "$CHECKPOINT/model_1.ckpt" run/checkpoints/best.pt
printf 'junk' >run/checkpoints/._best.pt
run 0 "$DEEPFILTER" enhance in.wav -o only.wav -m run
same plain.wav only.wav
tar -czf run.tar.gz run
run 0 "$DEEPFILTER" enhance in.wav -o packed.wav -m run.tar.gz
same plain.wav packed.wav
"$DEEPFILTER" inspect run.tar.gz | grep -q 'best.pt' || fail "inspect does not name the checkpoint"
