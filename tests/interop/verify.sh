# export --verify proves every form that can be proved, and tells when it cannot run.
DATA=$CLI_TESTS/../data
for model in "$DATA"/tiny/dfn2 "$DATA"/tiny/dfn3_time2 "$DATA"/tiny/dfn3_skips "$DATA"/checkpoints/dfn3_time2; do
  [ -d "$model" ] || continue
  for form in "" "--layout combined" "--layout streaming" "--layout audio" "--state gru" \
    "--state none --layout combined" "--state gru --layout streaming" "--state none --frames 1" \
    "--fp16" "--lower-gru" "--lower-gru --fp16 --layout audio" "--opset 14" "--opset 21"; do
    # shellcheck disable=SC2086
    run 0 "$DEEPFILTER" export "$model" -o out -f --verify --json $form
    json 'r["parity"]["passed"] and r["parity"]["runtime"].startswith("ONNX Runtime ")'
  done
done
run 0 "$DEEPFILTER" export "$MODEL" -o table -f --verify
prints "waveform SNR"
prints "equal"
run 3 "$DEEPFILTER" export "$MODEL" -o none --verify --ort-library nowhere.so
one_sentence
says "nowhere.so"
# Audio of another rate, and too little of it.
sound make other.wav --rate 44100 --samples 44100
run 3 "$DEEPFILTER" export "$MODEL" -o rate --verify other.wav
one_sentence
says "44100 Hz"
