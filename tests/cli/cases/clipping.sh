# Integers clip, never wrap, and the report says so; floats hold what is beyond full scale.
sound make in.wav --format f32 --level 3
enhance 0 in.wav -o out.wav -a 0 --sample-format s16 --json
json 'r["clipped_samples"] > 1000 and r["files"][0]["clipped_samples"] == r["clipped_samples"]'
# Wrapping would be an error of 2.
distance in.wav out.wav 'r["max_error"] < 2.5 and r["snr_db"] > 5'
enhance 0 in.wav -o float.wav -a 0 --json
json 'r["clipped_samples"] == 0'
distance in.wav float.wav 'r["snr_db"] > 100'
# It is said without -v too, also of a pipe.
enhance 0 in.wav -o out2.wav -a 0 --sample-format s16
one_sentence
grep -q "note: in.wav: [0-9]* samples were beyond full scale and clipped; a WAV file with \
--sample-format f32 holds such samples" ../err || fail "the clipping is not told"
"$DEEPFILTER" enhance -m "$MODEL" - -o out3.wav -a 0 --sample-format s16 <in.wav 2>../err
says "note: out3.wav: "
"$DEEPFILTER" enhance -m "$MODEL" - -o - -a 0 --sample-format s16 <in.wav 2>../err >../out
says "note: standard input: "
enhance 0 in.wav -o float2.wav -a 0
quiet
