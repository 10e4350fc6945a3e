# The known models, and a fetch that cannot succeed.
run 0 "$DEEPFILTER" models
quiet
for name in dfn2 dfn2_ll dfn3 dfn3_ll; do prints "$name"; done
prints "MIT OR Apache-2.0"
prints "deepfilter models pull dfn2_ll"
run 0 "$DEEPFILTER" models list --json
json '{m["name"] for m in r} >= {"dfn2", "dfn2_ll", "dfn3", "dfn3_ll"}'
json 'all(len(m["sha256"]) == 64 and m["source"].startswith("https://") for m in r)'
json 'sum(m["default"] for m in r) == 1 and all(m["path"] is None for m in r)'
# No server listens on port 1.
DEEPFILTER_MODEL_URL=http://127.0.0.1:1 run 1 "$DEEPFILTER" models pull dfn2
one_sentence
says "put it at $DEEPFILTER_CACHE/DeepFilterNet2_onnx.tar.gz"
[ -z "$(find "$DEEPFILTER_CACHE" -type f 2>/dev/null)" ] || fail "something was left in the cache"
# Where there is no place for the cache, the sentence says how to name one, and how to go on.
run 1 env -u HOME -u XDG_CACHE_HOME -u DEEPFILTER_CACHE "$DEEPFILTER" models pull dfn2
one_sentence
says "no cache folder: set DEEPFILTER_CACHE"
run 3 env -u HOME -u XDG_CACHE_HOME -u DEEPFILTER_CACHE "$DEEPFILTER" inspect dfn2
one_sentence
says "no cache folder: set DEEPFILTER_CACHE"
says "get it with: deepfilter models pull dfn2"
# A damaged archive is detected.
# A folder that a package brings goes before the cache.
mkdir brought
echo "not the archive" >brought/DeepFilterNet2_onnx_ll.tar.gz
DEEPFILTER_MODELS=$PWD/brought run 0 "$DEEPFILTER" models
prints "$PWD/brought/DeepFilterNet2_onnx_ll.tar.gz (damaged)"
rm -r brought
mkdir -p "$DEEPFILTER_CACHE"
echo "not the archive" >"$DEEPFILTER_CACHE/DeepFilterNet2_onnx.tar.gz"
run 0 "$DEEPFILTER" models
prints "(damaged)"
