# Nothing on standard error unless it is a terminal or -v; nothing on standard output but data.
sound make in.wav --level 0.02
enhance 0 in.wav -o a.wav
quiet
[ ! -s ../out ] || fail "standard output is not empty"
enhance 0 in.wav -o b.wav -v
says "b.wav  48 kHz mono, delay removed"
run 0 python "$CLI_TESTS/terminal.py" "$DEEPFILTER" enhance -m "$MODEL" in.wav -o c.wav
prints "in.wav  0:00  [##############################]  100 %"
prints "x real time"
prints "c.wav  48 kHz mono, delay removed"
# With -q neither notes nor the terminal's lines, but errors.
sound make broken.wav --format f32 --nan 100
enhance 0 broken.wav -o d.wav -q --precision auto
quiet
run 0 python "$CLI_TESTS/terminal.py" "$DEEPFILTER" enhance -m "$MODEL" in.wav -o e.wav --quiet
[ ! -s ../out ] || fail "the terminal is not empty"
enhance 3 missing.wav -o f.wav -q
one_sentence
enhance 0 in.wav -o f.wav -q --progress-json
says '"progress"'
enhance 2 in.wav -o g.wav -q -v
one_sentence
