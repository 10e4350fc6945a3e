# Spectrograms of one and two sounds as PNG and SVG.
picture() { python "$CLI_TESTS/picture.py" "$@" || fail "picture.py $*"; }

sound make a.wav
sound make b.wav --level 0.05
sound make short.wav --samples 12000
sound make low.wav --rate 16000
run 0 "$DEEPFILTER" plot a.wav -o a.png
quiet
# The corner is paper; at 220 Hz, the tone's row near the bottom is lighter than the top of the picture.
picture png a.png 'width == 1000 and height == 380 and pixel(0, 0) == (255, 255, 255)'
picture png a.png 'max(sum(pixel(400, y)) for y in range(300, 331)) > sum(pixel(400, 60)) + 200'
run 0 "$DEEPFILTER" plot a.wav b.wav -o both.svg --title 'A <& B'
picture svg both.svg 'pictures == 6 and "A <& B" in texts and "a.wav" in texts and "b.wav" in texts'
picture svg both.svg 'any("Difference" in text for text in texts) and "Time in s" in texts'
picture svg both.svg '"Frequency in kHz" in texts and "dB re full-scale sine" in texts'
# Other lengths or rates: no difference.
run 0 "$DEEPFILTER" plot a.wav short.wav -o two.svg
picture svg two.svg 'pictures == 4'
run 0 "$DEEPFILTER" plot a.wav low.wav -o rates.svg --axis log
picture svg rates.svg 'pictures == 4 and "0.1" in texts and "20" in texts'
run 0 "$DEEPFILTER" plot a.wav -o part.png --size 640x300 --start 0.1 --length 0.2 --max-hz 8000 --range -90:-10
picture png part.png 'width == 640 and height == 300'
run 0 "$DEEPFILTER" plot a.wav -o part.svg --start 0.1 --length 0.2 --max-hz 8000 --range -90:-10
picture svg part.svg '"0.1" in texts and "0.3" in texts and "8" in texts and "-10" in texts and "20" not in texts'
# The same sound has the same bytes.
run 0 "$DEEPFILTER" plot a.wav -o again.png
same a.png again.png

# Nothing is replaced without -f, and an input never is.
run 1 "$DEEPFILTER" plot b.wav -o a.png
one_sentence
says "exists already; -f replaces it"
same a.png again.png
run 0 "$DEEPFILTER" plot b.wav -o a.png -f
cp a.wav sound.png
run 2 "$DEEPFILTER" plot sound.png -o sound.png -f
one_sentence
same a.wav sound.png
for options in "-o a.gif" "-o a" "-o c.png --size 20x20" "-o c.png --size 10" "-o c.png --range 0:-80" \
  "-o c.png --start -1" "-o c.png --length 0" "-o c.png --max-hz 3" "-o c.png --start 99" "-o c.png --start nan"; do
  # shellcheck disable=SC2086  # words
  run 2 "$DEEPFILTER" plot a.wav $options
  one_sentence
done
run 2 "$DEEPFILTER" plot a.wav b.wav a.wav -o c.png
one_sentence
run 3 "$DEEPFILTER" plot missing.wav -o c.png
one_sentence
run 1 "$DEEPFILTER" plot a.wav -o nowhere/c.png
one_sentence
[ ! -e c.png ] || fail "c.png was written"
