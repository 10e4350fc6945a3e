# A folder that takes no files, or is not there, is status 1, one sentence.
sound make in.wav
echo x >file
enhance 1 in.wav -o /proc/out.wav
one_sentence
says "/proc/out.wav: cannot be written"
enhance 1 in.wav -o missing/out.wav
one_sentence
says 'no folder "missing"'
enhance 1 in.wav -o file/out.wav
one_sentence
enhance 1 in.wav -o file/sub/
one_sentence
enhance 1 in.wav -o /proc/sub/
one_sentence
says "/proc/sub: folder cannot be made"
only in.wav file
