# Output = input is refused, and safe with -f.
sound make in.wav
cp in.wav copy.wav
enhance 0 copy.wav -o expected.wav
enhance 1 in.wav -o in.wav
one_sentence
says "is input and output"
same in.wav copy.wav
enhance 0 in.wav -o ./in.wav -f
same in.wav expected.wav
only in.wav copy.wav expected.wav
