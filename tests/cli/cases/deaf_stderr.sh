# What standard error cannot take is lost, and nothing else.
sound make in.wav --samples 48000
enhance 0 in.wav -o expected.wav
for option in -v --progress-json; do
  run 0 sh -c '"$0" enhance -m "$1" in.wav -f -o out.wav "$2" 2>/dev/full' "$DEEPFILTER" "$MODEL" $option
  same expected.wav out.wav
  run 0 sh -c '"$0" enhance -m "$1" in.wav -f -o out.wav "$2" 2>&-' "$DEEPFILTER" "$MODEL" $option
  same expected.wav out.wav
done
