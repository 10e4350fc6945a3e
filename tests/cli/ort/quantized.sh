# Files that compute with integers, and files whose best form does not run: what is run is said, with
# the figure to expect.
sound make in.wav --samples 24000 --format f32
"$PYTHON" - "$MODEL" <<'PYTHON' || fail "no graphs were made"
import logging
import os
import shutil
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_dynamic
from onnxruntime.quantization import quantize_static

logging.disable(logging.WARNING)
SOURCE = sys.argv[1]
PARTS = ("enc", "erb_dec", "df_dec")
random = np.random.default_rng(1)


def folder(name):
    os.mkdir(name)
    shutil.copy(f"{SOURCE}/config.ini", name)
    return name


class Once(CalibrationDataReader):
    def __init__(self, feeds):
        self.feeds = iter([feeds])

    def get_next(self):
        return next(self.feeds, None)


def change(name, changes, parts=PARTS):
    for part in PARTS:
        model = onnx.load(f"{SOURCE}/{part}.onnx")
        if part in parts:
            changes(part, model.graph)
        onnx.save(model, f"{folder(name) if not os.path.isdir(name) else name}/{part}.onnx")


values = {}
for name in ("dynamic", "encoder", "pairs", "channels", "operators"):
    folder(name)
for part in PARTS:
    path = f"{SOURCE}/{part}.onnx"
    session = ort.InferenceSession(path)
    feeds = {}
    for value in session.get_inputs():
        shape = [d if isinstance(d, int) else 30 for d in value.shape]
        values.setdefault(value.name, random.standard_normal(shape).astype(np.float32))
        feeds[value.name] = values[value.name]
    values.update(zip((v.name for v in session.get_outputs()), session.run(None, feeds)))
    newer = f"{part}_13.onnx"
    onnx.save(onnx.version_converter.convert_version(onnx.load(path), 13), newer)
    quantize_dynamic(path, f"dynamic/{part}.onnx")
    if part == "enc":
        quantize_dynamic(path, f"encoder/{part}.onnx")
    else:
        shutil.copy(path, "encoder")
    quantize_static(newer, f"pairs/{part}.onnx", Once(feeds), quant_format=QuantFormat.QDQ)
    quantize_static(newer, f"channels/{part}.onnx", Once(feeds), quant_format=QuantFormat.QDQ,
                    per_channel=True)
    quantize_static(path, f"operators/{part}.onnx", Once(feeds),
                    quant_format=QuantFormat.QOperator)
    os.remove(newer)


def weights_of_integers(part, graph):
    """Integers for weights alone, and floats everywhere else."""
    weights = {n.input[1] for n in graph.node if n.op_type in ("Conv", "ConvTranspose")}
    for tensor in [t for t in graph.initializer if t.name in weights]:
        floats = numpy_helper.to_array(tensor)
        scale = np.float32(np.abs(floats).max() / 127)
        integers = np.round(floats / scale).astype(np.int8)
        graph.initializer.remove(tensor)
        graph.initializer.extend([numpy_helper.from_array(integers, tensor.name + "_i"),
                                  numpy_helper.from_array(scale, tensor.name + "_s")])
        graph.node.insert(0, helper.make_node(
            "DequantizeLinear", [tensor.name + "_i", tensor.name + "_s"], [tensor.name]))


def no_reset_after(part, graph):
    for node in graph.node:
        for attribute in [a for a in node.attribute if a.name == "linear_before_reset"]:
            node.attribute.remove(attribute)


def other_operators(graph):
    for node in graph.node:
        node.op_type = "Ceil" if node.op_type == "Relu" else node.op_type


def pad(graph, source, target, start, end):
    """target = two frames of zeros, then source, cut from start to end."""
    ints = {"pads_2": [0, 0, 2, 0, 0, 0, 0, 0], "start_2": [start], "end_2": [end], "axis_2": [2]}
    graph.initializer.extend(numpy_helper.from_array(np.array(v, np.int64), k)
                             for k, v in ints.items())
    return [helper.make_node("Pad", [source, "pads_2"], ["padded_2"]),
            helper.make_node("Slice", ["padded_2", "start_2", "end_2", "axis_2"], [target])]


def skips_two(part, graph):
    """Frames that are put in front of a map, and taken away again by an operator of which it is not
    known that it reads them: where one frame is left of the map, nothing is left behind it."""
    other_operators(graph)
    for node in graph.node:
        if node.output[0] == "e0":
            node.output[0] = "e0_plain"
        for i, name in enumerate(node.input):
            node.input[i] = "e0_plain" if name == "e0" else name
    graph.node.extend(pad(graph, "e0_plain", "e0", 2, 1 << 30))


def late_by_two(part, graph):
    """Another way to read earlier frames than by convolution, of which nothing is known either."""
    other_operators(graph)
    for node in graph.node:
        for i, name in enumerate(node.input):
            node.input[i] = "late" if name == "feat_erb" else name
    for node in reversed(pad(graph, "feat_erb", "late", 0, -2)):
        graph.node.insert(0, node)


change("weights", weights_of_integers)
change("reset", no_reset_after)
change("skips", skips_two, ("enc",))
change("late", late_by_two, ("enc",))
PYTHON
tries() { # STATUS FOLDER ARGUMENTS...
  status_of_try=$1
  model_of_try=$2
  shift 2
  run "$status_of_try" "$DEEPFILTER" enhance -m "$model_of_try" in.wav -o "$model_of_try.wav" -f "$@"
}
# Scales that depend on the frames of a call: cut all the same, with the figure.
for model in dynamic encoder; do
  tries 0 "$model" --json
  one_sentence
  says "scales its integers by all frames of a call"
  says "SNR of gains and coefficients against the whole sequence: "
  json 'r["engine"]["form"] == "cut" and " dB" in r["engine"]["note"]'
done
# Scales that are fixed: frame by frame they give what the whole sequence gives.
for model in pairs channels weights; do
  tries 0 "$model" --json
  quiet
  json 'r["engine"]["backend"] == "ort" and r["engine"]["form"] == "cut"'
  json 'r["engine"]["note"] is None'
done
# Integers all the way cannot always be cut.
tries 0 operators --json
json 'r["engine"]["note"] is None or "dB" in r["engine"]["note"]'
# A cut that fails its trial run: windows are next.
tries 0 skips --json
one_sentence
says "so windows of 40 frames are run"
says "SNR of gains and coefficients against the whole sequence: "
json 'r["engine"]["form"] == "as given" and r["engine"]["window_frames"] == 40'
json '"erb_dec.onnx" in r["engine"]["note"]'
tries 2 skips --mode stateful
# A cut that runs but misunderstands its graph is measured, and never taken silently.
tries 0 late --json
one_sentence
says "whole sequence"
json '" dB" in r["engine"]["note"]'
# Other GRUs than PyTorch's run as written, and are named without -v.
tries 0 reset
one_sentence
says "linear_before_reset = 0"
says " dB"
tries 3 reset --backend native
one_sentence
says "linear_before_reset"
tries 0 reset --mode stateless --window 10
says "linear_before_reset = 0"
