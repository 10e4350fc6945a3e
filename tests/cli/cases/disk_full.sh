# A full disk is status 1, one sentence, and no half file.
sound make in.wav --samples 240000
enhance 1 in.wav -o /dev/full
one_sentence
says "No space left on device"
"$DEEPFILTER" enhance -m "$MODEL" in.wav -o - >/dev/full 2>../err
[ $? -eq 1 ] || fail "standard output full"
one_sentence
run 1 sh -c '"$0" inspect "$1" >/dev/full' "$DEEPFILTER" "$MODEL"
one_sentence
# A limit of a few KiB on the size of files simulates a disk that fills up during the write.
for extension in wav flac ogg w64; do
  run 1 sh -c 'ulimit -f 8; "$0" enhance -m "$1" in.wav -o out.$2 --sample-format auto' \
    "$DEEPFILTER" "$MODEL" $extension
  one_sentence
  says "out.$extension: cannot be written"
done
only in.wav
