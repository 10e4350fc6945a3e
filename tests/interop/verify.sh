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
# The files are judged by what the config asks for: a post filter, or no deep filter.
for change in "deepfilternet mask_pf" "train mask_only"; do
  section=${change% *}
  key=${change#* }
  for model in dfn2 dfn3 dfn3_time2; do
    cp -r "$DATA/tiny/$model" "${model}_$key"
    sed -i "/^$key/d; s/^\[$section\]/&\n$key = True/" "${model}_$key/config.ini"
    for layout in networks combined streaming audio; do
      run 0 "$DEEPFILTER" export "${model}_$key" -o out -f --verify --json --layout "$layout"
      json 'r["parity"]["passed"] and r["parity"]["snr_db"] >= 100'
    done
    rm -r out
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
