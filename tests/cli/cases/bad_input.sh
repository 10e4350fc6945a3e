# A file that cannot be read gives status 3, one sentence with its name, and no output.
echo "no sound at all" >text.wav
sound make whole.wav --samples 48000
head -c 20 whole.wav >cut.wav
for input in missing.wav text.wav cut.wav; do
  enhance 3 $input -o out.wav
  one_sentence
  says "$input"
done
sound make slow.wav --rate 500 --samples 100
enhance 3 slow.wav -o out.wav
says "500 Hz"
sound make many.wav --channels 65 --samples 10
enhance 3 many.wav -o out.wav
says "65 channels"
only text.wav whole.wav cut.wav slow.wav many.wav
# Many channels may be mixed down to one.
enhance 0 many.wav -o out.wav --downmix
holds out.wav channels=1 samples=10
