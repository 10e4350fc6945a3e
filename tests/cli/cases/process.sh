# The short form does what enhance does.
sound make in.wav --samples 4800 --rate 44100 --channels 2
enhance 0 in.wav -o long.wav
run 0 "$DEEPFILTER" process in.wav short.wav "$MODEL"
quiet
same long.wav short.wav
enhance 0 in.wav -o long.wav -f -a 6 --profile libdf
run 0 "$DEEPFILTER" process in.wav short.wav "$MODEL" -f -a 6 --profile libdf --json
json 'r["profile"] == "libdf" and r["engine"]["backend"] == "native"'
same long.wav short.wav
# A folder.
mkdir sounds
cp in.wav sounds/a.wav
cp in.wav sounds/b.wav
run 0 "$DEEPFILTER" process sounds clean "$MODEL"
only clean/a.wav clean/b.wav in.wav long.wav short.wav sounds/a.wav sounds/b.wav
same clean/a.wav clean/b.wav
# A missing or surplus argument gives status 2.
for arguments in "" "in.wav" "in.wav out.wav" "in.wav more.wav out.wav $MODEL"; do
  # shellcheck disable=SC2086
  run 2 "$DEEPFILTER" process $arguments
  one_sentence
done
run 3 "$DEEPFILTER" process in.wav out.wav missing
one_sentence
[ ! -e out.wav ] || fail "an output is left"
