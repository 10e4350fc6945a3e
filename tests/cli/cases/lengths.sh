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
  quiet
  json 'len(r["files"]) == 12 and all(f["input"] ==
    "in/%d-%d.wav" % (f["samples"], f["sample_rate_hz"]) for f in r["files"])'
  for file in in/*; do
    samples=${file#in/}
    holds out/"${file#in/}" "samples=${samples%-*}" channels=1 format=s16
  done
done
