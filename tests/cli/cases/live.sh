# Live sound where there is none: no server runs in this case's empty folders.
unset PIPEWIRE_REMOTE PULSE_SERVER DISPLAY
XDG_RUNTIME_DIR=$SCRATCH/run
PIPEWIRE_RUNTIME_DIR=$SCRATCH/run
PULSE_RUNTIME_PATH=$SCRATCH/run
JACK_DEFAULT_SERVER=deepfilter-none-$$
HOME=$SCRATCH
export XDG_RUNTIME_DIR PIPEWIRE_RUNTIME_DIR PULSE_RUNTIME_PATH JACK_DEFAULT_SERVER HOME
mkdir "$SCRATCH/run"

for server in pipewire jack; do
  run 3 "$DEEPFILTER" live -m "$MODEL" --server $server
  one_sentence
  says "$server: "
done
run 3 "$DEEPFILTER" live -m "$MODEL" --virtual-mic
says "pipewire: "

run 1 "$DEEPFILTER" devices --server pipewire --json
json 'r[0]["server"] == "pipewire" and not r[0]["runs"] and r[0]["failure"] and r[0]["devices"] == []'
says "no sound server runs here"

run 2 "$DEEPFILTER" live --virtual-mic -o speaker
run 2 "$DEEPFILTER" live --virtual-mic --server jack
says "--virtual-mic makes a device of PipeWire"
run 2 "$DEEPFILTER" live --level loud
says "expected auto, keep or a gain"
run 2 "$DEEPFILTER" live --channels 3
run 2 "$DEEPFILTER" live --server oss
run 3 "$DEEPFILTER" live -m nothing-of-this-name

# A recording that cannot begin is refused before anything is heard.
echo old >taken.wav
run 1 "$DEEPFILTER" live -m "$MODEL" --record taken.wav
one_sentence
says "taken.wav: exists already; -f replaces it"
for name in "" -; do
  run 2 "$DEEPFILTER" live -m "$MODEL" --record "$name"
  one_sentence
  says "record"
done
run 2 "$DEEPFILTER" live -m "$MODEL" --record notes.txt
one_sentence
says "notes.txt"
run 1 "$DEEPFILTER" live -m "$MODEL" --record missing/a.wav
one_sentence
says 'no folder "missing"'
run 2 "$DEEPFILTER" live -m "$MODEL" --channels 2 --record four.mp3
one_sentence
says "four.mp3"
# With them in order it is the server that is missing, whatever device is named.
for side in -i -o; do
  run 3 "$DEEPFILTER" live -m "$MODEL" $side nonsense --record taken.wav -f
  one_sentence
  says "pipewire: "
done
only taken.wav
