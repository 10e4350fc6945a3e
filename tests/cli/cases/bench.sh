# Speeds with their errors, and the parts of the time.
modes=live,sleep,file,folder,streams,load,memory,layers
run 0 "$DEEPFILTER" bench -m "$MODEL" --seconds 0.02 --mode $modes --json
quiet
json 'r["model"]["variant"] and r["threads"] == 1 and r["machine"]["cores"] > 0'
json '{s["mode"] for s in r["speeds"]} == {"live", "sleep", "file", "folder", "streams"}'
json '{s["streams"] for s in r["speeds"] if s["mode"] == "streams"} == {1, 4, 16, 64}'
# Each speed has its error, and its times are in order.
json 'all(s["same_bits"] or s["snr_db"] > 80 for s in r["speeds"] if s["precision"] == "f32")'
json 'all(s["snr_seconds"] > 0 for s in r["speeds"])'
json 'all(0 < s["frame_us"]["min"] <= s["frame_us"]["median"] <= s["frame_us"]["p99"]
          <= s["frame_us"]["max"] for s in r["speeds"])'
# On the best target float32 is its own reference, for any number of frames a call.
json 'all(s["same_bits"] for s in r["speeds"]
          if s["precision"] == "f32" and s["target"] == r["speeds"][0]["target"])'
json 'all(l["open_ms"]["count"] >= 5 and l["pack_ms"]["min"] > 0 for l in r["load"]) and r["load"]'
json 'all(m["stream_bytes"] > 0 for m in r["memory"])'
json '[p["mode"] for p in r["layers"] if p["precision"] == "f32"] == ["live", "file", "streams"]'
json 'all("enc.gru0" in [part["name"] for part in p["parts"]] for p in r["layers"])'
json 'all(abs(p["sum_us"] - sum(part["us"] for part in p["parts"])) < 1e-6 for p in r["layers"])'
json 'all(0 < p["roof"]["least_mac_us"] and 0 < p["roof"]["least_read_us"] for p in r["layers"])'
json 'r["roof"] == []'
# Without --json the same figures are a table.
run 0 "$DEEPFILTER" bench -m "$MODEL" --seconds 0.02 --mode live,layers
quiet
prints "same bits"
prints "enc.gru0"
prints "denoiser, measured"
# A real error is reported: here the reference is the noisy sound itself.
sound make noisy.wav --samples 24000
run 0 "$DEEPFILTER" bench -m "$MODEL" --seconds 0.02 --mode live --sound noisy.wav \
  --reference noisy.wav --json
json 'all(not s["same_bits"] and s["snr_db"] < 60 for s in r["speeds"])'
json 'r["sound"] == r["reference"] == "noisy.wav"'
run 2 "$DEEPFILTER" bench -m "$MODEL" --mode quickly
one_sentence
says "live"
run 2 "$DEEPFILTER" bench -m "$MODEL" --precision f99
one_sentence
run 2 "$DEEPFILTER" bench -m "$MODEL" --target NOTHING
one_sentence
run 2 "$DEEPFILTER" bench -m "$MODEL" --reference noisy.wav
one_sentence
run 3 "$DEEPFILTER" bench -m missing
one_sentence
run 3 "$DEEPFILTER" bench -m "$MODEL" --sound missing.wav
one_sentence
only noisy.wav
