# A command line that makes no sense is status 2, one sentence, and touches nothing.
sound make in.wav --samples 480
for arguments in "" "no-such-command" "enhance" "enhance in.wav" "enhance -o out.wav" \
    "enhance in.wav -o out.wav --no-such-option" "enhance in.wav -o out.wav -a loud" \
    "compare in.wav" "inspect" "models pull" "models pull no-such-model" "models fetch"; do
  # shellcheck disable=SC2086
  run 2 "$DEEPFILTER" $arguments
  one_sentence
done
for option in "--profile torch" "--min-db-thresh -10" "--max-db-erb-thresh 30" \
    "--max-db-df-thresh 20" "--reduce-mask 1" "--profile libdf --reduce-mask 3" "--pf-beta -1" \
    "-D --no-delay-compensation" "--sample-format s8" "--raw-format s16" "--rate 48000" \
    "--latency-csv out.csv more.wav"; do
  # shellcheck disable=SC2086
  enhance 2 in.wav -o out.wav $option
  one_sentence
done
# An empty name, as a script's unset variable leaves it, is told as one.
empty_name() {  # COMMAND...
  run 2 "$DEEPFILTER" "$@"
  one_sentence
  says ": the name is empty; see \"deepfilter $1 -h\""
}
empty_name enhance "" -o out.wav
says "deepfilter: INPUT: the name is empty"
empty_name enhance in.wav "" -o out
empty_name enhance in.wav -o ""
says "deepfilter: --output: the name is empty"
for option in --shard --manifest --report --latency-csv; do
  empty_name enhance in.wav -o out/ "$option" ""
done
empty_name process in.wav out.wav ""
empty_name compare in.wav ""
empty_name plot "" -o out.png
empty_name inspect ""
empty_name export "" -o out
empty_name pack "" -o out.dfn
empty_name pack "$MODEL" -o ""
empty_name merge ""
empty_name split "" -o out
empty_name models pull ""
# A misspelt command is named.
run 2 "$DEEPFILTER" enhace in.wav -o out.wav
one_sentence
says '"enhace" is no command; see "deepfilter -h"'
# A file whose name begins with a dash is read as an option; the way to write it is told.
for name in -dash.wav -a.wav --force.wav "-my talk.wav" -Dash; do
  cp in.wav "./$name"
  enhance 2 "$name" -o out.wav
  one_sentence
  says "\"$name\" is read as an option; if it is a file, write "
  rm "./$name"
done
says "write ./-Dash; see \"deepfilter enhance -h\""
enhance 2 -dash.wav -o out.wav
says "write ./-dash.wav"
run 2 "$DEEPFILTER" compare "-my talk.wav" in.wav
says "write './-my talk.wav'; see"
cp in.wav ./-dash.wav
enhance 0 ./-dash.wav -o out.wav
rm ./-dash.wav out.wav
# An option is none of these, and neither is a number.
cp in.wav ./-f
enhance 2 in.wav -f
says "--output is required"
rm ./-f
enhance 2 in.wav -o out.wav --rate=8.k
says "--rate"
enhance 2 in.wav -o - --json
says "standard output"
only in.wav
