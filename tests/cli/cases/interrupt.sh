# Ctrl-C and its like: no half file, one line, and the status of an interrupted program.
sound make in.raw --raw --samples 96000
for signal in SIGINT SIGTERM SIGHUP; do
  run 130 python "$CLI_TESTS/interrupt.py" $signal in.raw "$DEEPFILTER" enhance -m "$MODEL" - \
    -o out.wav --raw-format s16 --rate 48000
  one_sentence
  says "interrupted; out.wav was not written"
  only in.raw
done
# An existing output is kept.
echo old >out.wav
run 130 python "$CLI_TESTS/interrupt.py" SIGINT in.raw "$DEEPFILTER" enhance -m "$MODEL" - \
  -o out.wav -f --raw-format s16 --rate 48000
[ "$(cat out.wav)" = old ] || fail "out.wav was touched"
only in.raw out.wav
rm out.wav
# The same holds with threads, both those that share a stream and those that each read a pipe.
run 130 python "$CLI_TESTS/interrupt.py" SIGINT in.raw "$DEEPFILTER" enhance -m "$MODEL" - \
  -o out.wav --raw-format s16 --rate 48000 --threads 3
one_sentence
only in.raw
sound make in.wav
mkfifo a.wav b.wav
run 130 python "$CLI_TESTS/interrupt.py" SIGTERM in.wav "$DEEPFILTER" enhance -m "$MODEL" \
  /dev/stdin a.wav b.wav -o out --threads 3
says "interrupted; out/"
[ ! -e out/a.wav ] && [ ! -e out/b.wav ] || fail "an output is left"
