# Graphs of other authors: states of any name, a rate that is asked for, a delay that is measured.
sound make in.wav --samples 24000 --format f32
run 0 "$DEEPFILTER" export "$MODEL" -o gru --state gru
"$PYTHON" - <<'PYTHON' || fail "no graphs were made"
import os
import shutil

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# States are named after nothing known, and an operator more keeps the graphs from being lifted.
os.mkdir("named")
shutil.copy("gru/config.ini", "named")
for part in ("enc", "erb_dec", "df_dec"):
    model = onnx.load(f"gru/{part}.onnx")
    del model.metadata_props[:]
    names = {}
    for value in model.graph.input:
        stem = value.name[:-1]
        if any(output.name == stem + "1" for output in model.graph.output) and "h" in stem:
            names[stem + "0"], names[stem + "1"] = f"hidden_{part}_in", f"hidden_{part}_out"
    assert names
    for value in list(model.graph.input) + list(model.graph.output):
        value.name = names.get(value.name, value.name)
    nodes = []
    for node in model.graph.node:
        for fields in (node.input, node.output):
            for i, name in enumerate(fields):
                fields[i] = names.get(name, name)
        nodes.append(node)
        if node.op_type == "Relu":
            plain = node.output[0] + "/plain"
            nodes.append(helper.make_node("Max", [plain], [node.output[0]]))
            node.output[0] = plain
    nodes = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, f"named/{part}.onnx")


def line(path, delay, out="out_states", metadata=(), extra=()):
    """Samples in, the same samples out, late; a limit that does nothing and a local SNR."""
    value = lambda name, shape, kind=TensorProto.FLOAT: helper.make_tensor_value_info(
        name, kind, shape)
    ints = lambda name, values: numpy_helper.from_array(np.array(values, np.int64), name)
    graph = helper.make_graph(
        [helper.make_node("Concat", ["states", "input_frame"], ["all"], axis=0),
         helper.make_node("Slice", ["all", "zero", "hop"], ["enhanced_audio_frame"]),
         helper.make_node("Slice", ["all", "hop", "end"], [out]),
         helper.make_node("Identity", ["atten_lim_db"], ["lsnr"])],
        "line",
        [value("input_frame", [480]), value("states", [delay]), value("atten_lim_db", [1]), *(
            value(name, [], TensorProto.INT64) for name in extra)],
        [value("enhanced_audio_frame", [480]), value(out, [delay]), value("lsnr", [1])],
        [ints("zero", [0]), ints("hop", [480]), ints("end", [1 << 30])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    for key, text in metadata:
        model.metadata_props.add(key=key, value=text)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    onnx.save(model, path)


line("theirs/denoiser_model.onnx", 1536)
line("two/a.onnx", 700, "next_states", [("sample_rate", "48000"), ("delay_samples", "700")])
line("two/b.onnx", 700)
line("silero/vad.onnx", 700, extra=("sr",))
PYTHON
# Hidden states under other names, in files without convolutions' histories.
enhance 0 in.wav -o native.wav
run 0 "$DEEPFILTER" enhance -m named in.wav -o named.wav --json
quiet
json 'r["engine"]["backend"] == "ort" and r["engine"]["mode"] == "stateful"'
json 'r["engine"]["form"] == "cut"'
distance native.wav named.wav 'r["delay_samples"] == 0 and r["snr_db"] > 100'
# Nobody tells the rate, so it is asked for; as a folder and as a file.
for model in theirs theirs/denoiser_model.onnx; do
  run 2 "$DEEPFILTER" enhance -m "$model" in.wav -o refused.wav
  one_sentence
  says "--model-rate HZ"
  [ ! -e refused.wav ] || fail "an output is left"
  run 0 "$DEEPFILTER" enhance -m "$model" in.wav -o theirs.wav -f --model-rate 48000 --json
  one_sentence
  says "theirs/denoiser_model.onnx: does not tell its delay, which was measured: 1536 samples, 32.0 ms"
  json 'r["delay_samples"] == 1536 and r["delay_source"] == "measured" and r["delay_compensated"]'
  distance in.wav theirs.wav 'r["delay_samples"] == 0 and r["identical"]'
done
run 0 "$DEEPFILTER" enhance -m theirs in.wav -o theirs.wav -f --model-rate 48000 -v
says "delay removed (1536 samples, measured)"
run 0 "$DEEPFILTER" enhance -m theirs in.wav -o late.wav --model-rate 48000 --no-delay-compensation
distance in.wav late.wav 'r["delay_samples"] == 1536'
run 0 "$DEEPFILTER" process in.wav theirs.wav theirs/denoiser_model.onnx -f --model-rate 16000 --json
json 'abs(r["delay_ms"] - 96) < 1e-9'
run 0 "$DEEPFILTER" inspect theirs
prints "not told by the file"
run 0 "$DEEPFILTER" inspect theirs/denoiser_model.onnx --json
json 'r["onnx_runtime"]["mode"] == "audio" and r["onnx_runtime"]["sample_rate_hz"] is None'
run 0 "$DEEPFILTER" compare-backends -m theirs --model-rate 48000 --rounds 1 --json
json 'r["engines"][1]["engine"]["mode"] == "audio"'
# What metadata tell is taken, and nothing is measured; a file among others is named.
run 0 "$DEEPFILTER" enhance -m two/a.onnx in.wav -o two.wav --json
quiet
json 'r["delay_samples"] == 700 and r["delay_source"] == "model" and r["engine"]["note"] is None'
distance in.wav two.wav 'r["delay_samples"] == 0 and r["identical"]'
# Rates that contradict each other.
run 2 "$DEEPFILTER" enhance -m two/a.onnx in.wav -o refused.wav --model-rate 16000
one_sentence
says "48000 Hz"
enhance 2 in.wav -o refused.wav --model-rate 16000
one_sentence
enhance 0 in.wav -o native.wav -f --model-rate 48000
# A number that only its author knows.
run 3 "$DEEPFILTER" enhance -m silero in.wav -o refused.wav --model-rate 16000
one_sentence
says 'input "sr"'
[ ! -e refused.wav ] || fail "an output is left"
