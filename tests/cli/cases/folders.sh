# A folder keeps its tree, its names and its formats below the output folder.
mkdir -p in/sub/deep
sound make in/a.wav --level 0.02
sound make whole.wav --rate 16000 --level 0.02
enhance 0 whole.wav -o in/sub/deep/b.flac
echo "not a sound" >in/notes.txt
echo "not a sound" >in/.hidden.wav
enhance 0 in -o out
quiet
only in/a.wav in/sub/deep/b.flac in/notes.txt in/.hidden.wav whole.wav out/a.wav \
  out/sub/deep/b.flac
distance in/sub/deep/b.flac out/sub/deep/b.flac 'r["sample_rate_hz"] == 16000'
mkdir none
enhance 3 none -o out2
one_sentence
says "no sound files"
enhance 2 in -o whole.wav
says "need a folder"
