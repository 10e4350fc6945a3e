# The HTML report: one page, a list with pages, of compare and process; it replaces nothing.
page() { python "$CLI_TESTS/picture.py" page "$@" || fail "picture.py page $*"; }

sound make in.wav --channels 2
enhance 0 in.wav -o out.wav --report report.html
quiet
page report.html "out.wav" "Integrated loudness" "True peak in dBTP" "SHA-256 of the model" "Local SNR" \
  "Settings" "removed" "deepfilter " "Opus"
only in.wav out.wav report.html
enhance 0 in.wav -o out.wav -f --report strong.html --pf-beta 0.02 --atten-lim-db 12.1
page strong.html "post_filter_beta 0.02," "atten_lim_db 12.1,"
rm strong.html
enhance 0 in.wav -o out.wav -f
# The sound has the bits of a run without report.
enhance 0 in.wav -o plain.wav
same out.wav plain.wav
# Streams at both ends.
"$DEEPFILTER" enhance -m "$MODEL" - -o - --report stream.html <in.wav >stream.wav 2>../err || fail "stream"
page stream.html "A sound from a stream" "Level gain"
run 0 "$DEEPFILTER" process in.wav processed.wav "$MODEL" --report process.html
page process.html "processed.wav"
run 0 "$DEEPFILTER" compare in.wav out.wav --report compare.html
prints "SNR"
page compare.html "in.wav and out.wav" "Largest error"
# Other rates, names that are markup, and one sample.
sound make '<b>&".wav' --rate 8000 --samples 3000
enhance 0 '<b>&".wav' -o '<i>.wav' --report odd.html
page odd.html '<i>.wav' '<b>&".wav'
sound make one.wav --samples 1
enhance 0 one.wav -o one_out.wav --report one.html
page one.html "one_out.wav"

# Several sounds: a list, and pages beside it.
mkdir -p talks/sub
cp in.wav talks/a.wav
cp in.wav talks/sub/a.wav
echo "no sound" >talks/bad.wav
enhance 3 talks -o clean/ --report talks.html --threads 2
page talks.html "a.wav" "sub/a.wav" "bad.wav" "talks-pages/1-a.wav.html" "talks-pages/3-a.wav.html"
page talks-pages/1-a.wav.html "clean/a.wav"
page talks-pages/3-a.wav.html "clean/sub/a.wav"
[ ! -e talks-pages/2-bad.wav.html ] || fail "a page of what is no sound"

# Nothing is replaced without -f; sounds never are; nothing is enhanced when the report is impossible.
cp report.html before.html
enhance 1 in.wav -o new.wav --report report.html
one_sentence
says "report.html: exists already; -f replaces it"
same report.html before.html
[ ! -e new.wav ] || fail "new.wav was written"
enhance 0 in.wav -o new.wav --report report.html -f
cp in.wav sound.html
enhance 2 sound.html -o new2.wav --report sound.html -f
one_sentence
same in.wav sound.html
run 2 "$DEEPFILTER" compare sound.html in.wav --report sound.html -f
one_sentence
same in.wav sound.html
# With -f a report takes the place of a report alone.
printf '<!DOCTYPE html>\n<p>A page of somebody\n' >page.html
cp page.html before.html
enhance 2 in.wav -o new3.wav --report page.html -f
one_sentence
says "page.html: is there and no report of this program"
run 2 "$DEEPFILTER" compare in.wav out.wav --report page.html -f
one_sentence
same page.html before.html
cp page.html talks-pages/1-a.wav.html
enhance 2 talks -o clean/ -f --report talks.html
says "talks-pages/1-a.wav.html: is there"
# A file where the folder of pages would be.
echo mine >rep-pages
enhance 1 talks -o clean/ -f --report rep.html
one_sentence
says "rep-pages: folder cannot be made"
: >empty.html
for name in compare empty; do
  run 0 "$DEEPFILTER" compare in.wav out.wav --report $name.html -f
  page $name.html "in.wav and out.wav"
done
for options in "--report a.txt" "--report a.html --resume" "--report nowhere/a.html" \
  "--report a.html --latency-csv a.html"; do
  # shellcheck disable=SC2086  # words
  "$DEEPFILTER" enhance -m "$MODEL" in.wav -o new3.wav $options >../out 2>../err && fail "not refused: $options"
  one_sentence
done
[ ! -e new3.wav ] || fail "new3.wav was written"
# A sound without samples has no page, and its output is written all the same.
sound make none.wav --samples 0
enhance 1 none.wav -o none_out.wav --report none.html
says "none_out.wav: holds no samples to report on"
holds none_out.wav samples=0
[ ! -e none.html ] || fail "none.html was written"
