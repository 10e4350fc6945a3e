#!/usr/bin/env python3
"""ONNX Runtime with our exact export behind the harness: the network alone.

    onnxruntime_peer.py EXACT.onnx WHOLE.onnx FEATURES OUT

EXACT.onnx   `deepfilter export --layout combined --frames 1`: one frame a call, every state in and out
WHOLE.onnx   `deepfilter export --layout combined --state none`: all frames in one call
FEATURES     folder with feat_erb.f32 [N, E] and feat_spec.f32 [N, D, 2]
OUT          folder where `outputs` writes gains.f32 [N, E] and coefs.f32 [N, D, O, 2]

Inputs, outputs and states are bound once, to memory of ours: states to two sets of arrays that
change places after every call, so that nothing is copied or allocated. What Python adds to a call
is printed as "call_us", the time of a graph that does nothing.
Session options are tried out, and the fastest is taken and named.
"""

import itertools
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper

import harness

# The seconds for each combination of session options.
TRIAL_SECONDS = 0.3


def session(model, options):
    settings = ort.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.inter_op_num_threads = 1
    settings.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    settings.log_severity_level = 3
    settings.graph_optimization_level = getattr(ort.GraphOptimizationLevel, options["graph"])
    settings.enable_cpu_mem_arena = options["arena"]
    settings.enable_mem_pattern = options["pattern"]
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if options["denormals"]:
        settings.add_session_config_entry("session.set_denormal_as_zero", "1")
    return ort.InferenceSession(model, settings, providers=["CPUExecutionProvider"])


def all_options():
    for graph, arena, pattern, denormals in itertools.product(
        ("ORT_ENABLE_ALL", "ORT_ENABLE_EXTENDED"), (True, False), (True, False), (True, False)
    ):
        yield {"graph": graph, "arena": arena, "pattern": pattern, "denormals": denormals}


def name_options(options):
    words = ["1 thread, sequential, no spinning", options["graph"]]
    words += ["arena" if options["arena"] else "no arena"]
    words += ["memory pattern" if options["pattern"] else "no memory pattern"]
    words += ["denormals as zero"] if options["denormals"] else []
    return ", ".join(words)


def shape_of(value):
    return [1 if isinstance(size, str) or size is None else size for size in value.shape]


def bind(binding, direction, name, array):
    getattr(binding, f"bind_{direction}")(
        name, "cpu", 0, np.float32, array.shape, array.ctypes.data
    )


def state_pairs(model):
    """Inputs of state and their outputs, as the export notes them."""
    properties = {p.key: p.value for p in onnx.load(model, load_external_data=False).metadata_props}
    return {state["in"]: state["out"] for state in json.loads(properties["states"])}


class FrameRunner:
    """One frame a call; the states go around."""

    def __init__(self, model, pairs, options):
        self.session = session(model, options)
        self.arrays = {}
        for value in self.session.get_inputs() + self.session.get_outputs():
            self.arrays[value.name] = np.zeros(shape_of(value), np.float32)
        self.bindings = [self.session.io_binding(), self.session.io_binding()]
        swapped = {a: b for a, b in itertools.chain(pairs.items(), ((o, i) for i, o in pairs.items()))}
        for i, binding in enumerate(self.bindings):
            for direction, values in (
                ("input", self.session.get_inputs()), ("output", self.session.get_outputs()),
            ):  # fmt: skip
                for value in values:
                    name = swapped.get(value.name, value.name) if i == 1 else value.name
                    bind(binding, direction, value.name, self.arrays[name])
        self.states = [self.arrays[name] for pair in pairs.items() for name in pair]
        self.turn = 0

    def reset(self):
        for state in self.states:
            state.fill(0.0)
        self.turn = 0

    def run(self):
        self.session.run_with_iobinding(self.bindings[self.turn])
        self.turn ^= 1


class Frames:
    """Feeds a frame runner with the features in a circle."""

    def __init__(self, runner, feat_erb, feat_spec):
        self.runner, self.feat_erb, self.feat_spec = runner, feat_erb, feat_spec
        self.at = 0

    def prepare(self):
        arrays = self.runner.arrays
        arrays["feat_erb"][...] = self.feat_erb[self.at].reshape(arrays["feat_erb"].shape)
        arrays["feat_spec"][...] = self.feat_spec[self.at].T.reshape(arrays["feat_spec"].shape)
        self.at = (self.at + 1) % len(self.feat_erb)

    def measure(self, seconds, sleep_ms):
        return harness.measure(self.runner.run, 1, seconds, sleep_ms, self.prepare)


def whole_feeds(feat_erb, feat_spec):
    return {
        "feat_erb": np.ascontiguousarray(feat_erb[None, None]),
        "feat_spec": np.ascontiguousarray(feat_spec.transpose(2, 0, 1)[None]),
    }


def empty_call_us():
    """What binding, Python and the runtime take before anything is computed."""
    vector = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    graph = helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "empty", [vector], [result])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    runner = FrameRunner(model.SerializeToString(), {}, next(all_options()))
    return harness.measure(runner.run, 1, 0.1, 0.0)["median"]


def main():
    exact, whole, features, out = sys.argv[1:]
    erb_bands = ort.InferenceSession(exact, providers=["CPUExecutionProvider"]).get_inputs()
    sizes = {value.name: shape_of(value) for value in erb_bands}
    feat_erb = np.fromfile(f"{features}/feat_erb.f32", np.float32)
    feat_erb = feat_erb.reshape(-1, sizes["feat_erb"][-1])
    feat_spec = np.fromfile(f"{features}/feat_spec.f32", np.float32)
    feat_spec = feat_spec.reshape(len(feat_erb), -1, 2)
    pairs = state_pairs(exact)

    def trial(options):
        frames = Frames(FrameRunner(exact, pairs, options), feat_erb, feat_spec)
        frames.measure(0.1, 0.0)
        return frames.measure(TRIAL_SECONDS, 0.0)["median"]

    best = min(all_options(), key=trial)
    frames = Frames(FrameRunner(exact, pairs, best), feat_erb, feat_spec)
    file_session = session(whole, best)
    feeds = whole_feeds(feat_erb, feat_spec)

    def whole_file(seconds, sleep_ms):
        run = lambda: file_session.run(None, feeds)  # noqa: E731
        return harness.measure(run, len(feat_erb), seconds, sleep_ms)

    def outputs(mode):
        """The network's answers, for `replay` of the deepfilter peer."""
        if mode == "file":
            values = file_session.run(["m", "coefs"], feeds)
            gains, coefs = (np.asarray(value) for value in values)
        else:
            frames.runner.reset()
            frames.at = 0
            gains, coefs = [], []
            for _ in range(len(feat_erb)):
                frames.prepare()
                frames.runner.run()
                gains.append(frames.runner.arrays["m"].copy())
                coefs.append(frames.runner.arrays["coefs"].copy())
        np.asarray(gains, np.float32).tofile(f"{out}/gains.f32")
        np.asarray(coefs, np.float32).tofile(f"{out}/coefs.f32")
        return {"frames": len(feat_erb)}

    version = f"onnxruntime {ort.__version__}: {name_options(best)}"
    about = {"call_us": empty_call_us(), "graph": pathlib.Path(exact).name}
    harness.serve(
        "ONNX Runtime, network alone", version, 0,
        {"live": frames.measure, "file": whole_file},
        {"outputs": outputs, "about": lambda: about},
    )  # fmt: skip


if __name__ == "__main__":
    main()
