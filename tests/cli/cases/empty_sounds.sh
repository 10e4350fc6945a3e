# A sound of no length becomes one of no length, or a sentence where the format cannot.
sound make in.wav --samples 0
for extension in flac ogg caf aiff; do
  enhance 0 in.wav -o out.$extension
  [ -s out.$extension ] || fail "out.$extension has no header"
done
enhance 0 in.wav -o out.wav --json
json 'r["seconds"] == 0 and r["rtf"] is None and r["frames"] == 0'
for extension in mp3 opus; do
  enhance 2 in.wav -o out.$extension
  one_sentence
done
only in.wav out.flac out.ogg out.caf out.aiff out.wav
