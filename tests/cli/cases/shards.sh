# Runs over a folder that are shared between processes, killed, and gone on with.
mkdir -p in/sub/deep
sound make long.wav --samples 240000 --level 0.02
sound make short.wav --samples 12000 --channels 2 --rate 16000 --level 0.02
for name in a b c sub/d sub/e sub/deep/f; do cp long.wav in/$name.wav; done
for name in g h sub/i sub/deep/j; do cp short.wav in/$name.wav; done
enhance 0 in -o whole

# rows MANIFEST... EXPRESSION: it holds of the rows `m`, of which `by` has the last one by path.
rows() {
  python -c 'import collections, json, sys
m = [json.loads(line) for name in sys.argv[2:] for line in open(name)]
by = {r["path"]: r for r in m}
count = collections.Counter(r["status"] for r in m)
sys.exit(0 if eval(sys.argv[1]) else 1)' "$@" || fail "manifest: not $1"
}
# whole FOLDER: it holds the outputs of the run that was not shared, manifests, and nothing else.
whole() {
  (cd whole && find . -type f | sort) >expected
  (cd "$1" && find . -type f ! -name 'manifest*.jsonl' | sort) >found
  cmp -s expected found || fail "$1 holds $(tr '\n' ' ' <found)"
  while read -r name; do same "whole/$name" "$1/$name"; done <expected
}
once='len(m) == len(by) == 10 and count == {"done": 10}'

# Every file is in one shard, whatever the order, and two at once do not disturb each other.
for shard in 1 2 3; do
  "$DEEPFILTER" enhance -m "$MODEL" in -o shards --shard $shard/3 --threads 2 >/dev/null 2>err$shard &
done
wait
[ ! -s err1 ] && [ ! -s err2 ] && [ ! -s err3 ] || fail "a shard says something: $(cat err?)"
whole shards
rows "$once" shards/manifest-*-of-3.jsonl
# The shard is 1 + the first 16 digits of the sum modulo N.
python -c 'import hashlib, json
for i in 1, 2, 3:
    for line in open("shards/manifest-%d-of-3.jsonl" % i):
        digits = hashlib.sha256(json.loads(line)["path"].encode()).hexdigest()[:16]
        assert 1 + int(digits, 16) % 3 == i' || fail "another hash"
# A row has what the report has, and more.
rows 'by["sub/i.wav"]["channels"] == 2 and by["sub/i.wav"]["sample_rate_hz"] == 16000' shards/*.jsonl
rows 'all(set(r) >= {"input", "output", "error", "seconds", "level", "input_level", "output_level",
  "local_snr_db", "clipped_samples", "broken_samples", "note", "model", "options", "version",
  "source", "target_bytes"} for r in m)' shards/*.jsonl
rows 'all(-50 < r["input_level"]["rms_dbfs"] < -30 and len(r["model"]["sha256"]) == 64
  and -15 <= r["local_snr_db"] <= 35 for r in m)' shards/*.jsonl
rows 'len({json.dumps(r["options"]) + r["model"]["sha256"] for r in m}) == 1' shards/*.jsonl
# The model's sum can be computed from its files.
sum=$(cd "$MODEL" && sha256sum config.ini ./*.onnx | sed 's,\./,,' | LC_ALL=C sort -k 2 | sha256sum)
rows "m[0][\"model\"][\"sha256\"] == \"${sum%% *}\"" shards/manifest-1-of-3.jsonl

# Killed at any moment and gone on with: the same files, each once, nothing half-written.
for threads in 1 2; do
  rm -rf killed
  for least in 0 1 2 4 7; do
    "$DEEPFILTER" enhance -m "$MODEL" in -o killed --resume --threads $threads >/dev/null 2>&1 &
    pid=$!
    while [ ! -f killed/manifest.jsonl ] || [ "$(wc -l <killed/manifest.jsonl)" -lt $least ]; do
      kill -0 $pid 2>/dev/null || break
    done
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
  done
  enhance 0 in -o killed --resume --threads $threads
  whole killed
  rows "$once" killed/manifest.jsonl
done
# All is done: nothing is touched.
cp killed/manifest.jsonl before
enhance 0 in -o killed --resume --json
says "note: killed/manifest.jsonl: 10 of 10 files are done already"
json 'r["files"] == [] and r["done_before"] == 10 and r["manifest"] == "killed/manifest.jsonl"'
same before killed/manifest.jsonl

# Killed for certain in the middle of a file: it comes by a pipe that stays open.
mkdir first second
cp short.wav first/k.wav
cp short.wav second/l.wav
mkfifo pipe.wav
exec 3<>pipe.wav
head -c 60000 long.wav >&3
"$DEEPFILTER" enhance -m "$MODEL" first pipe.wav second -o held --resume >/dev/null 2>&1 3>&- &
pid=$!
until [ -s held/manifest.jsonl ] && ls held/.deepfilter-run-*.part >/dev/null 2>&1; do
  kill -0 $pid || fail "it has ended"
done
kill -9 $pid
wait $pid 2>/dev/null
exec 3>&-
[ -e held/k.wav ] && [ ! -e held/pipe.wav ] && [ ! -e held/l.wav ] || fail "not killed midway"
rows 'list(by) == ["k.wav"]' held/manifest.jsonl
rm pipe.wav
cp long.wav pipe.wav
enhance 0 first pipe.wav second -o held --resume
says "1 of 3 files are done already"
rows 'len(m) == len(by) == 3 and count == {"done": 3}' held/manifest.jsonl
[ "$(find held -type f | sort | tr '\n' ' ')" = "held/k.wav held/l.wav held/manifest.jsonl held/pipe.wav " ] ||
  fail "held holds other files"
same whole/a.wav held/pipe.wav

# A file of something else that has no end of line is not taken for half a row.
printf '{"path":"a.wav","text":"mine"}' >mine.jsonl
cp mine.jsonl mine_before.jsonl
enhance 3 in -o killed --resume --manifest mine.jsonl
one_sentence
says "mine.jsonl: line 1 is no row of a manifest"
same mine.jsonl mine_before.jsonl
# A row that was torn, an output that was lost or cut short.
head -n 8 before >killed/manifest.jsonl
tail -n 1 before | head -c 300 >>killed/manifest.jsonl
enhance 0 in -o killed --resume
says "8 of 10 files are done already; made again: the one whose row was half-written"
rows "$once" killed/manifest.jsonl
rm killed/a.wav
head -c 1000 whole/b.wav >killed/b.wav
enhance 0 in -o killed --resume
says "8 of 10 files are done already; made again: 2 whose output is gone or changed"
whole killed
rows "$once" killed/manifest.jsonl

# A file that failed is made again, whether it is mended or not; a new one is added.
echo "no sound" >in/b.wav
enhance 3 in -o killed --resume
says "made again: 1 whose input changed"
says "in/b.wav: not a sound file"
rows 'count == {"done": 9, "failed": 1} and "not a sound" in by["b.wav"]["error"]' killed/manifest.jsonl
enhance 3 in -o killed --resume
says "made again: 1 that failed"
cp short.wav in/b.wav
cp short.wav in/new.wav
enhance 0 in -o killed --resume
says "9 of 11 files are done already; made again: 1 that failed"
rows 'len(m) == len(by) == 11 and count == {"done": 11}' killed/manifest.jsonl
same whole/g.wav killed/new.wav
# Other options make all again.
enhance 0 in -o killed --resume -a 12
says "0 of 11 files are done already; made again: 11 made with other options or another model"
enhance 0 in/a.wav -o limited.wav -a 12
same limited.wav killed/a.wav
rows 'len(m) == len(by) == 11 and all(r["options"]["atten_lim_db"] == 12 for r in m)' killed/manifest.jsonl
# What is left out has its row; a shard without files has an empty manifest.
mkfifo in/pipe.wav
enhance 3 in -o killed --resume -a 12
rows 'by["pipe.wav"]["status"] == "skipped" and "is a pipe" in by["pipe.wav"]["error"]' killed/manifest.jsonl
enhance 3 in -o killed --resume -a 12
rows 'len(m) == len(by) == 12' killed/manifest.jsonl
mkdir one
cp short.wav one/x.wav
enhance 0 one -o two --shard 1/2
enhance 0 one -o two --shard 2/2
[ "$(cat two/manifest-1-of-2.jsonl two/manifest-2-of-2.jsonl | wc -l)" -eq 1 ] || fail "not one row"

# Refusals are sentences, and nothing is lost.
enhance 1 in -o whole --resume
one_sentence
says "outputs exist already, and there is no manifest whole/manifest.jsonl of the run that made them; -f replaces them"
[ ! -e whole/manifest.jsonl ] || fail "a manifest was made"
enhance 1 in -o shards --shard 1/3
one_sentence
says "shards/manifest-1-of-3.jsonl: exists already; --resume goes on with that run, -f starts it anew"
enhance 2 one -o one --resume
says "is input and output folder"
enhance 2 one/x.wav -o y.wav --resume
says "need a folder as output"
for wrong in 0/2 3/2 1 a/b; do
  enhance 2 one -o three --shard $wrong
  one_sentence
  says "expected I/N"
done
cp short.wav diary
enhance 3 one -o three --resume --manifest diary
one_sentence
same short.wav diary
[ ! -e three ] || fail "a folder was made"
