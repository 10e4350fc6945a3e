"""Exports tiny models in every form and runs the files under ONNX Runtime.

    python3 export_test.py EXPORT_FILES TINY_MODELS

The model checker takes every file. Files that carry every state, fed frame by frame, give what the
source's own graphs give for the whole sequence; files that carry fewer give it for whole sequences;
the audio layout gives what the native engine gives. Needs numpy, onnx and onnxruntime.
"""

import itertools
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime

# Other orders of sums in float32, over a few layers: worst value over worst error.
MOST_ERROR = 1e-5
# The samples of both sides are float32 and differ by rounding alone.
LEAST_AUDIO_SNR_DB = 90.0
FRAMES = 24
MAP_AXIS, VECTOR_AXIS = 2, 1  # where the frames are
VECTORS = ("emb", "emb_skip", "emb_out", "lsnr", "coefs", "alpha")


class Graph:
    """One file under ONNX Runtime that keeps its states from call to call."""

    def __init__(self, path):
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"])
        self.inputs = [value.name for value in self.session.get_inputs()]
        self.outputs = [value.name for value in self.session.get_outputs()]
        self.operators = {node.op_type for node in model.graph.node}
        self.metadata = self.session.get_modelmeta().custom_metadata_map
        self.states = json.loads(self.metadata.get("states", "[]"))
        self.held = {s["in"]: np.zeros(s["shape"], np.float32) for s in self.states}

    def __call__(self, **feeds):
        feeds = {name: feeds[name] for name in self.inputs if name in feeds}
        results = dict(zip(self.outputs, self.session.run(None, {**feeds, **self.held})))
        for state in self.states:
            self.held[state["in"]] = results.pop(state["out"])
        return results


class Exporter:
    def __init__(self, program, folder):
        self.program, self.folder, self.count = program, folder, 0

    def export(self, source, layout, state="full", opset=17, *flags):
        self.count += 1
        target = self.folder / f"export{self.count}"
        subprocess.run([self.program, "export", source, target, layout, state, str(opset), *flags],
                       check=True)
        return target

    def enhance(self, source, samples):
        raw, done = self.folder / "in.f32", self.folder / "out.f32"
        samples.astype("<f4").tofile(raw)
        subprocess.run([self.program, "enhance", source, raw, done], check=True)
        return np.fromfile(done, "<f4")


def parts(folder, layout):
    names = {
        "networks": ("enc", "erb_dec", "df_dec"),
        "combined": ("combined",),
        "streaming": tuple(part + "_streaming" for part in ("enc_conv", "enc_gru", "erb_dec",
                                                            "df_dec")),
    }[layout]
    return [Graph(folder / (name + ".onnx")) for name in names]


def run(graphs, feat_erb, feat_spec, frames_per_call):
    """Feeds the features through the files of one export, so many frames a call."""
    collected = {}
    for start in range(0, feat_erb.shape[2], frames_per_call):
        span = slice(start, start + frames_per_call)
        values = {"feat_erb": feat_erb[:, :, span], "feat_spec": feat_spec[:, :, span]}
        for graph in graphs:
            values.update(graph(**values))
            # The streaming files call the encoder's result emb_out and the decoders' input emb.
            if "emb_out" in values:
                values["emb"] = values.pop("emb_out")
        for name in ("m", "coefs", "lsnr"):
            collected.setdefault(name, []).append(values[name])
    return {name: np.concatenate(values, VECTOR_AXIS if name in VECTORS else MAP_AXIS)
            for name, values in collected.items()}


def check_equal(what, expected, found, names=("m", "coefs", "lsnr")):
    for name in names:
        assert expected[name].shape == found[name].shape, (what, name, found[name].shape)
        error = np.abs(expected[name] - found[name]).max() / np.abs(expected[name]).max()
        assert error <= MOST_ERROR, f"{what}: {name} is off by {error:.2g}"


def features(config, frames):
    random = np.random.default_rng(1)
    bands, bins = int(config["nb_erb"]), int(config["nb_df"])
    return (random.standard_normal((1, 1, frames, bands), np.float32),
            random.standard_normal((1, 2, frames, bins), np.float32))


def read_config(folder):
    pairs = (line.split("=", 1) for line in (folder / "config.ini").read_text().splitlines()
             if "=" in line)
    return {key.strip(): value.strip() for key, value in pairs}


def zero_states(graph, feeds):
    """Inputs of the source's graph that carry a state, as zeros."""
    for value in graph.session.get_inputs():
        if value.name.endswith("h0"):
            feeds[value.name] = np.zeros([value.shape[0], 1, value.shape[2]], np.float32)
    return feeds


def whole_sequence(source, feat_erb, feat_spec):
    values = {"feat_erb": feat_erb, "feat_spec": feat_spec}
    for graph in parts(source, "networks"):
        values.update(graph(**zero_states(graph, values)))
    return values


def test_every_cut_of_the_frames(exporter, source):
    feat_erb, feat_spec = features(read_config(source), FRAMES)
    expected = whole_sequence(source, feat_erb, feat_spec)
    for layout in ("networks", "combined", "streaming"):
        for flags in ((), ("frames1",), ("lower_gru",)):
            folder = exporter.export(source, layout, "full", 17, *flags)
            for frames in (1,) if flags else (1, 7, FRAMES):
                graphs = parts(folder, layout)
                assert ("GRU" in set().union(*(g.operators for g in graphs))) == \
                    ("lower_gru" not in flags)
                check_equal(f"{source.name} {layout} {flags} by {frames}", expected,
                            run(graphs, feat_erb, feat_spec, frames))


def test_whole_sequences(exporter, source):
    feat_erb, feat_spec = features(read_config(source), FRAMES)
    expected = whole_sequence(source, feat_erb, feat_spec)
    for layout, state in itertools.product(("networks", "combined"), ("gru", "none")):
        graphs = parts(exporter.export(source, layout, state), layout)
        assert not any(name.endswith("_s0") for graph in graphs for name in graph.inputs)
        assert any(graph.states for graph in graphs) == (state == "gru")
        check_equal(f"{source.name} {layout} {state}", expected,
                    run(graphs, feat_erb, feat_spec, FRAMES))


def test_windows(exporter, source):
    """The encoder's maps of a window are the newest frame of the same window, run with history."""
    feat_erb, feat_spec = features(read_config(source), FRAMES)
    exact = parts(exporter.export(source, "streaming", "full"), "streaming")[0]
    windowed = parts(exporter.export(source, "streaming", "gru"), "streaming")[0]
    window = int(windowed.metadata["window_frames"])
    expected = exact(feat_erb=feat_erb, feat_spec=feat_spec)
    found = windowed(feat_erb=feat_erb[:, :, -window:], feat_spec=feat_spec[:, :, -window:])
    newest = {name: np.take(expected[name], [-1], VECTOR_AXIS if name in VECTORS else MAP_AXIS)
              for name in found}
    check_equal(f"{source.name} window", newest, found, tuple(found))


def test_audio(exporter, source):
    config = read_config(source)
    hop = int(config["hop_size"])
    random = np.random.default_rng(2)
    level = np.repeat(random.uniform(0.0, 0.3, 40), 2 * hop)[: 80 * hop]
    samples = (level * random.standard_normal(80 * hop)).astype(np.float32)
    samples[30 * hop: 40 * hop] = 0.0
    expected = exporter.enhance(source, samples)
    for flags in ((), ("lower_gru",)):
        graph = Graph(exporter.export(source, "audio", "full", 17, *flags) / "audio.onnx")
        found = np.concatenate([
            graph(input_frame=samples[None, at:at + hop])["enhanced_frame"][0]
            for at in range(0, len(samples), hop)])
        error = np.sum((expected - found) ** 2, dtype=np.float64)
        snr_db = 10 * np.log10(np.sum(expected.astype(np.float64) ** 2) / max(error, 1e-300))
        assert snr_db >= LEAST_AUDIO_SNR_DB, f"{source}: audio {flags} at {snr_db:.1f} dB"
        print(f"{source.name:12} audio {' '.join(flags):10} {snr_db:6.1f} dB")


def test_all_options_pass_the_checker(exporter, source):
    opsets, flags = (14, 17, 21), ((), ("frames1",), ("lower_gru",), ("fp16",))
    forms = [("networks", "full"), ("networks", "gru"), ("networks", "none"),
             ("combined", "full"), ("combined", "gru"), ("combined", "none"),
             ("streaming", "full"), ("streaming", "gru"), ("audio", "full")]
    for (layout, state), opset, flag in itertools.product(forms, opsets, flags):
        folder = exporter.export(source, layout, state, opset, *flag)
        for path in sorted(folder.glob("*.onnx")):
            graph = Graph(path)
            assert graph.metadata["layout"] == layout and graph.metadata["state"] == state


def with_config(source, folder, name, **changes):
    """A copy of the model under other rules of signal processing."""
    copy = folder / name
    shutil.copytree(source, copy)
    lines = []
    for line in (copy / "config.ini").read_text().splitlines():
        key = line.split("=", 1)[0].strip()
        lines.append(f"{key} = {changes[key]}" if key in changes else line)
    (copy / "config.ini").write_text("\n".join(lines) + "\n")
    return copy


def main(program, models):
    sources = sorted(path for path in models.iterdir() if path.is_dir())
    assert sources, f"no models in {models}"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        exporter = Exporter(program, folder)
        for source in sources:
            test_every_cut_of_the_frames(exporter, source)
            test_whole_sequences(exporter, source)
            test_windows(exporter, source)
            test_audio(exporter, source)
        # Look-aheads apart from each other, and both post filters.
        for family in ("dfn2", "dfn3"):
            for conv, df in ((0, 0), (2, 0), (3, 1), (1, 3)):
                for post_filter in (False, True):
                    changed = with_config(models / family, folder,
                                          f"{family}_{conv}{df}{post_filter}", conv_lookahead=conv,
                                          df_lookahead=df, mask_pf=post_filter)
                    test_audio(exporter, changed)
        for family in ("dfn2", "dfn3_time2"):
            test_all_options_pass_the_checker(exporter, models / family)


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
