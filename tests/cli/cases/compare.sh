# How far two sounds are apart.
sound make a.wav --format f32
sound make louder.wav --format f32 --level 0.55
sound make short.wav --format f32 --samples 20000
sound make other.wav --rate 44100
run 0 "$DEEPFILTER" compare a.wav a.wav
prints "no difference"
distance a.wav louder.wav 'abs(r["snr_db"] - 20) < 0.01 and r["delay_samples"] == 0'
run 0 "$DEEPFILTER" compare a.wav short.wav
prints "lengths    differ: a.wav has 24000 samples, short.wav has 20000"
distance a.wav short.wav 'not r["identical"] and r["compared_samples"] == 20000'
enhance 0 a.wav -o late.wav -a 0 --no-delay-compensation
distance a.wav late.wav 'r["delay_samples"] == 1440 and r["snr_db"] > 100'
json 'r["as_is"]["snr_db"] < 10'
distance late.wav a.wav 'r["delay_samples"] == -1440'
run 3 "$DEEPFILTER" compare a.wav other.wav
one_sentence
says "44100 Hz"
run 3 "$DEEPFILTER" compare a.wav missing.wav
one_sentence
