# A bad file among several is reported, the others are enhanced, and the status is the error's.
sound make a.wav --level 0.02
sound make c.wav --channels 2 --level 0.02
echo "no sound" >b.wav
enhance 3 a.wav b.wav c.wav -o out --json
one_sentence
says "b.wav"
json 'len(r["files"]) == 3 and "error" in r["files"][1] and r["files"][2]["channels"] == 2'
json 'r["seconds"] == 1.0 and all("error" not in r["files"][i] for i in (0, 2))'
only a.wav b.wav c.wav out/a.wav out/c.wav
# A second run replaces nothing: the first failure is that the output exists.
enhance 1 a.wav b.wav c.wav -o out
# A sound does not depend on those before it.
enhance 0 c.wav -o alone.wav
same alone.wav out/c.wav
enhance 2 a.wav ./a.wav -o out
says "would both become"
# Several sounds do not go into a folder with a sound's name.
sound make one_a.wav
sound make one_b.wav
enhance 2 one_a.wav one_b.wav -o one.wav
one_sentence
says 'several sounds need a folder as output, not one.wav'
