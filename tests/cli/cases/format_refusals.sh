# A sound that a format cannot hold gives a sentence and status 2.
sound make in.wav
sound make odd.wav --rate 44100
sound make nine.wav --channels 9
enhance 2 in.wav -o out.xyz
one_sentence
says ".xyz"
enhance 2 in.wav -o out.mp2
enhance 2 in.wav -o out.flac --sample-format f32
says "out.flac"
enhance 2 in.wav -o out.mp3 --sample-format s24
says "s24"
enhance 2 odd.wav -o out.opus
one_sentence
says "48000"
enhance 2 nine.wav -o out.flac
says "9 channels"
only in.wav odd.wav nine.wav
