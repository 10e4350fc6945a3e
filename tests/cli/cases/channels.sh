# Every channel is processed by itself; a downmix is the mean of all.
sound make in.wav --channels 3 --format f32
enhance 0 in.wav -o out.wav
holds out.wav channels=3
python - in.wav out.wav <<'P' || fail "python"
import struct, sys
def split(path, to):
    data = open(path, "rb").read()
    at = data.index(b"data") + 8
    values = struct.unpack("<%df" % ((len(data) - at) // 4), data[at:])
    for c in range(3):
        one = values[c::3]
        with open("%s%d.raw" % (to, c), "wb") as out:
            out.write(struct.pack("<%df" % len(one), *one))
    if to == "in":
        mean = [sum(values[i:i + 3]) / 3 for i in range(0, len(values), 3)]
        with open("mean.raw", "wb") as out:
            out.write(struct.pack("<%df" % len(mean), *mean))
split(sys.argv[1], "in")
split(sys.argv[2], "out")
P
for channel in 0 1 2; do
  "$DEEPFILTER" enhance -m "$MODEL" - -o - --raw-format f32 --rate 48000 <in$channel.raw \
    >alone.raw 2>../err || fail "channel $channel"
  same alone.raw out$channel.raw
done
enhance 0 in.wav -o mixed.wav --downmix
holds mixed.wav channels=1
"$DEEPFILTER" enhance -m "$MODEL" - -o mean.wav --raw-format f32 --rate 48000 <mean.raw \
  2>../err || fail "mean"
distance mean.wav mixed.wav 'r["identical"] or r["snr_db"] > 100'
