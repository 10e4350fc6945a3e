# The PipeWire configuration contains the requested settings. config EXPRESSION: over the object `c`
# in ../out; `filters` are the arguments of its filter chains.
config() {
  cat ../out >../config
  python "$CLI_TESTS/spa_json.py" ../config "(lambda filters: $1)([m['args'] for m in
    c['context.modules'] if m['name'] == 'libpipewire-module-filter-chain'])" ||
    fail "configuration: not $1"
}
refrain() { ! grep -qF -- "$1" ../out || fail "standard output holds \"$1\""; }
pipewire_config() {
  expected_status=$1
  shift
  run "$expected_status" "$DEEPFILTER" pipewire-config -m "$MODEL" "$@"
}
# The plugin that hosts would find can be any file, since it is not opened here.
mkdir -p plugins "odd \"name\""
touch plugins/libdeep_filter_ladspa.so "odd \"name\"/plugin.so"
LADSPA_PATH=/nowhere:$PWD/plugins
export LADSPA_PATH

pipewire_config 0
quiet
config 'len(filters) == 2'
config 'filters[0]["playback.props"]["media.class"] == "Audio/Source"'
config 'filters[1]["capture.props"]["media.class"] == "Audio/Sink"'
config '[f["audio.channels"] for f in filters] == [1, 2]'
config '{f["audio.rate"] for f in filters} == {48000}'
config '[f["filter.graph"]["nodes"][0]["label"] for f in filters]
  == ["deep_filter_mono", "deep_filter_stereo"]'
# PipeWire searches $LADSPA_PATH, so the name is enough; its process has to have the variable too.
config '{f["filter.graph"]["nodes"][0]["plugin"] for f in filters} == {"libdeep_filter_ladspa"}'
prints " LADSPA_PATH=/nowhere:$PWD/plugins pipewire -c"
prints "Environment=\"LADSPA_PATH=/nowhere:$PWD/plugins\""
refrain "1.6.3"
config '{f["filter.graph"]["nodes"][0]["control"]["Attenuation Limit (dB)"] for f in filters}
  == {100}'
# A whole configuration, for a separate process.
config '"libpipewire-module-protocol-native" in [m["name"] for m in c["context.modules"]]'
config '"context.spa-libs" in c'
# PipeWire reads it in another working folder, so paths are absolute.
prints "DEEPFILTER_PLUGIN_MODEL=/"
# The tiny model looks two hops ahead.
prints "40 ms later; 50 ms"

pipewire_config 0 --mic -a 12.5
config 'len(filters) == 1 and filters[0]["playback.props"]["node.name"] == "deepfilter_microphone"'
config 'filters[0]["filter.graph"]["nodes"][0]["control"]["Attenuation Limit (dB)"] == 12.5'
pipewire_config 0 --speaker --drop-in --plugin 'odd "name"/plugin.so'
config 'len(filters) == 1 and filters[0]["capture.props"]["node.name"] == "deepfilter_speaker"'
config 'filters[0]["filter.graph"]["nodes"][0]["plugin"].endswith("/odd \"name\"/plugin.so")'
config 'len(c) == 1 and len(c["context.modules"]) == 1'
# That folder is not searched: the path, and what those versions need that take no path.
prints "1.6.3 to 1.6.5"
prints "#   LADSPA_PATH='$PWD/odd \"name\":/nowhere:$PWD/plugins'"
# A name by which another file would be found does not do.
mkdir first
touch first/libdeep_filter_ladspa.so
LADSPA_PATH=$PWD/first:$PWD/plugins pipewire_config 0 --plugin plugins/libdeep_filter_ladspa.so
config 'filters[0]["filter.graph"]["nodes"][0]["plugin"]
  == "'"$PWD"'/plugins/libdeep_filter_ladspa.so"'
prints "1.6.3 to 1.6.5"
# A link to the same file does.
ln -sf ../plugins/libdeep_filter_ladspa.so first/libdeep_filter_ladspa.so
LADSPA_PATH=$PWD/first:$PWD/plugins pipewire_config 0 --plugin plugins/libdeep_filter_ladspa.so
config 'filters[0]["filter.graph"]["nodes"][0]["plugin"] == "libdeep_filter_ladspa"'
# Without the variable the system's folders are named, which the others of that process need.
unset LADSPA_PATH
pipewire_config 0 --plugin first/libdeep_filter_ladspa.so
prints "LADSPA_PATH=$PWD/first:/usr/lib64/ladspa:/usr/lib/ladspa"
# $LADSPA_PATH has no way to write a colon, and a name without .so is none that is found.
mkdir a:b
touch a:b/libdeep_filter_ladspa.so first/plugin
LADSPA_PATH=/nowhere:$PWD/first
export LADSPA_PATH
pipewire_config 0 --plugin a:b/libdeep_filter_ladspa.so
config 'filters[0]["filter.graph"]["nodes"][0]["plugin"].endswith("/a:b/libdeep_filter_ladspa.so")'
refrain "LADSPA_PATH="
prints "linked into one of those"
pipewire_config 0 --plugin first/plugin
config 'filters[0]["filter.graph"]["nodes"][0]["plugin"].endswith("/first/plugin")'
rm -r a:b first
LADSPA_PATH=/nowhere:$PWD/plugins
pipewire_config 0 --both
config 'len(filters) == 2'

# An existing file is kept without -f.
pipewire_config 0 --mic -o here.conf
prints here.conf
pipewire_config 1 --speaker -o here.conf
one_sentence
says here.conf
grep -q deepfilter_microphone here.conf || fail "the file was replaced"
pipewire_config 0 --speaker -o here.conf -f
grep -q deepfilter_speaker here.conf || fail "the file was not replaced"

pipewire_config 3 --plugin missing.so
one_sentence
run 3 "$DEEPFILTER" pipewire-config -m missing
one_sentence
pipewire_config 2 --mic --both
one_sentence
pipewire_config 2 -a 101
one_sentence
rm -r here.conf plugins "odd \"name\""
only
