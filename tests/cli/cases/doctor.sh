# The report of installed parts and their faults.
LADSPA_PATH=$PWD/ladspa LV2_PATH=$PWD/lv2 CLAP_PATH=$PWD/clap
LD_LIBRARY_PATH=$PWD/lib XDG_RUNTIME_DIR=$PWD
export LADSPA_PATH LV2_PATH CLAP_PATH LD_LIBRARY_PATH XDG_RUNTIME_DIR

# The program is not installed.
BUILT=$(cd "$(dirname "$DEEPFILTER")/../lib" 2>/dev/null && pwd)
mkdir bin
cp "$DEEPFILTER" bin/deepfilter
DEEPFILTER=$PWD/bin/deepfilter

# A model that runs fast enough suffices for status 0.
run 0 "$DEEPFILTER" doctor -m "$MODEL" --json
quiet
json 'r["ok"] and r["problems"] == [] and r["version"] and r["simd_target"]'
json '0 < r["speed"]["run_us"]["median"] <= r["speed"]["run_us"]["p99"]'
json 'r["speed"]["frame_ms"] == 10 and r["speed"]["fits"]'
json 'r["speed"]["denormal_us"] > 0 and not r["speed"]["denormals_are_slow"]'
json '{m["name"] for m in r["models"]} >= {"dfn2", "dfn2_ll", "dfn3", "dfn3_ll"}'
json 'all(m["path"] is None and not m["damaged"] for m in r["models"])'
json 'not r["pipewire"]["running"]'
json 'r["ladspa"] == r["lv2"] == r["clap"] == []'
# The instruction set in use is reported, also if the user selects one.
run 2 "$DEEPFILTER" bench --simd NOTHING
LAST=$(sed 's/.*[ ,]//' ../err)
DEEPFILTER_SIMD=$LAST
export DEEPFILTER_SIMD
run 0 "$DEEPFILTER" doctor -m "$MODEL" --json
json "r['simd_target'] == '$LAST'"
unset DEEPFILTER_SIMD
run 0 "$DEEPFILTER" doctor -m "$MODEL"
quiet
prints "All is well."
prints "times real time"

# The plugins built with the program meet the hosts' expectations.
if [ -f "$BUILT/ladspa/libdeep_filter_ladspa.so" ]; then
  LADSPA_PATH=$BUILT/ladspa run 0 "$DEEPFILTER" doctor -m "$MODEL" --json
  json 'r["ladspa"][0]["holds"] == ["deep_filter_mono", "deep_filter_stereo"]'
  json 'r["ladspa"][0]["version"] == r["version"]'
fi
if [ -f "$BUILT/lv2/deepfilter.lv2/deepfilter.so" ]; then
  LV2_PATH=$BUILT/lv2 run 0 "$DEEPFILTER" doctor -m "$MODEL" --json
  json 'len(r["lv2"][0]["holds"]) == 2'
fi
if [ -f "$BUILT/clap/deepfilter.clap" ]; then
  CLAP_PATH=$BUILT/clap run 0 "$DEEPFILTER" doctor -m "$MODEL" --json
  json 'r["clap"][0]["holds"] == ["deepfilter.mono", "deepfilter.stereo"]'
  json 'r["clap"][0]["version"] == r["version"]'
fi

if [ -f "$BUILT/gstreamer-1.0/libgstdeepfilter.so" ]; then
  GST_PLUGIN_PATH=$BUILT/gstreamer-1.0 run 0 "$DEEPFILTER" doctor -m "$MODEL" --json
  json 'r["gstreamer"][0]["holds"] == ["deepfilter"]'
  json 'r["gstreamer"][0]["version"] == r["version"]'
fi
if [ -f "$BUILT/obs-plugins/deepfilter.so" ]; then
  mkdir -p lib/obs-plugins
  cp "$BUILT/obs-plugins/deepfilter.so" lib/obs-plugins
  run 0 "$DEEPFILTER" doctor -m "$MODEL" --json
  json 'r["obs"][0]["holds"] == ["deepfilter"] and r["obs"][0]["problem"] == ""'
  rm -r lib
fi

# Some versions of PipeWire load plugins from the folders that they search and from nowhere else.
# The program has its own library folder beside it, which PipeWire does not search.
if [ -f "$BUILT/ladspa/libdeep_filter_ladspa.so" ]; then
  mkdir -p lib/ladspa
  cp "$FAKE_PIPEWIRE" lib/libpipewire-0.3.so.0
  cp "$BUILT/ladspa/libdeep_filter_ladspa.so" lib/ladspa
  for version in 1.6.3 1.6.4 1.6.5; do
    FAKE_PIPEWIRE_VERSION=$version run 1 "$DEEPFILTER" doctor -m "$MODEL" --json
    json "r['pipewire']['version'] == '$version' and r['pipewire']['loads_ladspa'] is False"
    json "len(r['problems']) == 1 and 'PipeWire $version loads' in r['problems'][0]"
    json "'LADSPA_PATH=$PWD/lib/ladspa' in r['problems'][0]"
    FAKE_PIPEWIRE_VERSION=$version LADSPA_PATH=/nowhere:$PWD/lib/ladspa \
      run 0 "$DEEPFILTER" doctor -m "$MODEL" --json
    json 'r["pipewire"]["loads_ladspa"] is True'
  done
  for version in 0.3.65 1.6.2 1.6.6 1.6.10 1.7.0 2.0 odd ""; do
    FAKE_PIPEWIRE_VERSION=$version run 0 "$DEEPFILTER" doctor -m "$MODEL" --json
    json "r['pipewire']['version'] == '$version' and r['pipewire']['loads_ladspa'] is True"
  done
  rm -r lib
fi

mkdir -p lib/gstreamer-1.0
cp "$OLD_LIBRARY" lib/gstreamer-1.0/libgstdeepfilter.so
run 1 "$DEEPFILTER" doctor -m "$MODEL" --json
json '"it has no gst_plugin_deepfilter_get_desc" in [g["problem"] for g in r["gstreamer"]]'
rm -r lib

# Without a model the program cannot work.
run 1 "$DEEPFILTER" doctor -m missing --json
json 'not r["ok"] and r["speed"] is None and "missing" in r["problems"][0]'
# A library, a bundle and an archive are damaged.
mkdir -p ladspa lv2/deepfilter.lv2 clap lib "$DEEPFILTER_CACHE"
echo "no library" >ladspa/libdeep_filter_ladspa.so
echo "no library" >lib/libdeepfilter.so.0
echo "no library" >clap/deepfilter.clap
echo "not the archive" >"$DEEPFILTER_CACHE/DeepFilterNet2_onnx.tar.gz"
run 1 "$DEEPFILTER" doctor -m "$MODEL" --json
json 'len(r["problems"]) == 5 and not r["ok"]'
json 'any(m["name"] == "dfn2" and m["damaged"] for m in r["models"])'
json 'r["lv2"][0]["problem"] == "it has no manifest.ttl"'
run 1 "$DEEPFILTER" doctor -m "$MODEL"
prints "BROKEN"
prints "5 to put right"
# A library of that name is not this project's.
cp "$OLD_LIBRARY" ladspa/libdeep_filter_ladspa.so
run 1 "$DEEPFILTER" doctor -m "$MODEL" --json
json 'r["ladspa"][0]["problem"] == "it has no ladspa_descriptor"'
cp "$OLD_LIBRARY" clap/deepfilter.clap
run 1 "$DEEPFILTER" doctor -m "$MODEL" --json
json 'r["clap"][0]["problem"] == "it has no clap_entry"'
rm -r ladspa lv2 clap lib "$DEEPFILTER_CACHE"
DEEPFILTER_PLUGIN_MODEL=missing run 1 "$DEEPFILTER" doctor -m "$MODEL"
prints "DEEPFILTER_PLUGIN_MODEL"
run 2 "$DEEPFILTER" doctor more
one_sentence
only bin/deepfilter
