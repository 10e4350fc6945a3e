# The instruction set, chosen by option or environment.
sound make noisy.wav --samples 24000

# A wrong name is one sentence that names those of this machine, the best one first.
run 2 "$DEEPFILTER" bench -m "$MODEL" --simd NOTHING
one_sentence
says '--simd is "NOTHING"'
BEST=$(sed 's/.*: //; s/,.*//' ../err)
LAST=$(sed 's/.*[ ,]//' ../err)

# Upper or lower case; the option says the same as the variable, and the best one is the default.
enhance 0 noisy.wav -o default.wav
enhance 0 noisy.wav -o option.wav --simd "$(echo "$BEST" | tr '[:upper:]' '[:lower:]')"
DEEPFILTER_SIMD=$BEST enhance 0 noisy.wav -o variable.wav
cmp default.wav option.wav || fail "--simd $BEST gives other samples"
cmp default.wav variable.wav || fail "DEEPFILTER_SIMD=$BEST gives other samples"

# The last of them is in use when it is asked for.
DEEPFILTER_SIMD=$LAST run 0 "$DEEPFILTER" bench -m "$MODEL" --mode live --seconds 0.02 --json
json "{s['target'] for s in r['speeds']} == {'$LAST'}"
enhance 0 noisy.wav -o last.wav --simd "$LAST"
DEEPFILTER_SIMD=$LAST enhance 0 noisy.wav -o variable.wav -f
cmp last.wav variable.wav || fail "DEEPFILTER_SIMD=$LAST and --simd $LAST differ"
run 0 "$DEEPFILTER" process noisy.wav processed.wav "$MODEL" --simd "$LAST"
cmp last.wav processed.wav || fail "process and enhance differ on $LAST"
run 0 "$DEEPFILTER" bench -m "$MODEL" --simd "$LAST" --mode live --seconds 0.02 --json
json "{s['target'] for s in r['speeds']} == {'$LAST'}"

# So it is in the variable, whatever the command; but the option goes before the variable.
DEEPFILTER_SIMD=AVX99 enhance 2 noisy.wav -o out.wav
one_sentence
says 'DEEPFILTER_SIMD is "AVX99"'
DEEPFILTER_SIMD=AVX99 run 2 "$DEEPFILTER" inspect "$MODEL"
one_sentence
enhance 2 noisy.wav -o out.wav --simd mmx
one_sentence
run 2 "$DEEPFILTER" compare-backends -m "$MODEL" --simd mmx
one_sentence
DEEPFILTER_SIMD=AVX99 enhance 0 noisy.wav -o again.wav --simd "$BEST"
cmp default.wav again.wav || fail "the option does not go before the variable"
only noisy.wav default.wav option.wav variable.wav last.wav processed.wav again.wav
