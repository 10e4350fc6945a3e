# The output is as long as the input, whatever the length, rate and profile.
mkdir in
for samples in 0 1 479 480 481 1441; do
  for rate in 48000 44100; do
    sound make in/$samples-$rate.wav --samples $samples --rate $rate
  done
done
for options in "" "--profile libdf" "--no-delay-compensation" "--latency"; do
  # shellcheck disable=SC2086
  enhance 0 in -o out -f $options --json
  says "note: in/0-48000.wav: holds no samples"
  [ "$(wc -l <../err)" -eq 2 ] || fail "more than the two empty sounds are noted"
  json 'len(r["files"]) == 12 and all(f["input"] ==
    "in/%d-%d.wav" % (f["samples"], f["sample_rate_hz"]) for f in r["files"])'
  for file in in/*; do
    samples=${file#in/}
    holds out/"${file#in/}" "samples=${samples%-*}" channels=1 format=s16
  done
done
