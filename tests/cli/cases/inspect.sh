# The description of a model's parts.
run 0 "$DEEPFILTER" inspect "$MODEL"
quiet
prints "delay        1440 samples, 30 ms"
prints "look-ahead   2 frames, 20 ms"
prints "enc.gru0"
prints "stft.analysis"
run 0 "$DEEPFILTER" inspect "$MODEL" --json
json 'r["delay_samples"] == 1440 and r["delay_ms"] == 30 and r["lookahead_ms"] == 20'
json 'r["post_filter_beta"] == 0.02'
json 'r["stateful"] is False and r["state_inputs"] == [] and r["opset"] > 0'
json 'r["parameters"] == sum(p["parameters"] for p in r["parts"].values()) > 0'
json 'r["macs_per_frame"] == sum(p["macs_per_frame"] for p in r["parts"].values()) > 0'
json 'any(e["name"] == "enc.gru0" for e in r["network_state"]["entries"])'
run 0 "$DEEPFILTER" inspect "$CLI_TESTS/../data/tiny/dfn3_h0" --json
json 'r["stateful"] and any("h0" in name for name in r["state_inputs"])'
# How ONNX Runtime would run it.
run 0 "$DEEPFILTER" inspect "$MODEL"
prints "ort modes    stateless"
prints "ort takes    stateless, form exact (enc.onnx, erb_dec.onnx, df_dec.onnx)"
run 0 "$DEEPFILTER" inspect "$CLI_TESTS/../data/tiny/dfn3_h0" --json
json 'r["native"] and r["onnx_runtime"]["modes"][0] == r["onnx_runtime"]["mode"] == "stateful"'
for layout in networks:stateful combined:stateful streaming:split audio:audio; do
  run 0 "$DEEPFILTER" export "$MODEL" -o export -f --layout "${layout%:*}"
  run 0 "$DEEPFILTER" inspect export --json
  json "r['onnx_runtime']['mode'] == '${layout#*:}' and r['onnx_runtime']['form'] == 'as given'"
  rm -r export
done
run 3 "$DEEPFILTER" inspect missing
one_sentence
