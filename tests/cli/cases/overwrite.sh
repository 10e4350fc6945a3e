# Nothing is replaced without -f, and with it a failure leaves the old file.
sound make in.wav --level 0.02
echo old >out.wav
enhance 1 in.wav -o out.wav
one_sentence
says "out.wav: exists already"
[ "$(cat out.wav)" = old ] || fail "out.wav was touched"
enhance 0 in.wav -o out.wav -f
quiet
holds out.wav samples=24000
cp out.wav before.wav
echo "no sound" >bad.wav
enhance 3 bad.wav -o out.wav -f
same out.wav before.wav
only in.wav bad.wav out.wav before.wav
