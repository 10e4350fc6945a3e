#!/usr/bin/env python3
"""What quality is left if weights are stored with fewer bits.

    bench/weight_bits.py MODEL_FOLDER DEEPFILTER --clip NOISY CLEAN [--clip ...]

MODEL_FOLDER holds the official graphs and config.ini, DEEPFILTER is the program. Each case rounds the
weights of some layers to integers of some bits, puts the rounded values into graphs of float32, and
enhances each NOISY with them: what a precision of such weights would give, but for its own rounding of
inputs. Integers are symmetric, with one float scale a row, or a group of 32 weights of a row ("4/32").
f16 stands for half floats.

Printed: bytes of all weights in that form with their scales, SNR against the unrounded network (the
least of all clips), PESQ (wide band) and STOI against CLEAN, means over the clips.

Needs onnx beside the packages of bench/requirements.txt.
"""

import argparse
import pathlib
import shutil
import subprocess
import tempfile

import numpy as np

GRAPHS = ("enc.onnx", "erb_dec.onnx", "df_dec.onnx")
FEWEST_WEIGHTS = 200  # biases and norms stay as they are
PESQ_RATE_HZ = 16000

# Bits of GRUs, linear layers, convolutions; None: float32.
CASES = [
    (None, None, None),
    ("8", "8", None),
    ("8", "8", "f16"),
    ("8", "8", "8"),
    ("6", "8", None),
    ("6/32", "8", None),
    ("5/32", "8", None),
    ("4", "8", None),
    ("4/32", "8", None),
    ("8", "6/32", None),
    ("8", "4/32", None),
    ("8", "8", "6"),
]


def kind_of(node, place):
    """0: GRU, 1: linear, 2: convolution, None: no weights that are rounded."""
    if node.op_type == "GRU" and place in (1, 2):
        return 0
    if node.op_type in ("Einsum", "MatMul", "Gemm") and place == 1:
        return 1
    return 2 if node.op_type in ("Conv", "ConvTranspose") and place == 1 else None


def rows_of(weights, kind, node):
    """[rows, depth], where a row is what one output adds up, and the way back."""
    if kind == 1:  # [..., in, out]
        moved = np.swapaxes(weights, -1, -2)
        return moved.reshape(-1, moved.shape[-1]), lambda rows: np.swapaxes(
            rows.reshape(moved.shape), -1, -2
        )
    if kind == 2 and node.op_type == "ConvTranspose":  # depthwise here: a row a channel
        return weights.reshape(weights.shape[0], -1), lambda rows: rows.reshape(weights.shape)
    depth = weights.shape[-1] if kind == 0 else int(np.prod(weights.shape[1:]))
    return weights.reshape(-1, depth), lambda rows: rows.reshape(weights.shape)


def rounded(rows, form):
    """The rows as they would be read back, and their bytes."""
    if form is None:
        return rows, 4 * rows.size
    if form == "f16":
        return rows.astype(np.float16).astype(np.float32), 2 * rows.size
    bits, _, group = form.partition("/")
    most = 2 ** (int(bits) - 1) - 1
    size = min(int(group), rows.shape[1]) if group else rows.shape[1]
    padded = -(-rows.shape[1] // size) * size
    groups = np.zeros((rows.shape[0], padded), np.float32)
    groups[:, : rows.shape[1]] = rows
    groups = groups.reshape(-1, size)
    scale = np.max(np.abs(groups), axis=1, keepdims=True) / most
    scale[scale == 0] = 1
    back = (np.rint(groups / scale) * scale).reshape(rows.shape[0], padded)[:, : rows.shape[1]]
    scale_bytes = (2 if group else 4) * scale.size
    return back.astype(np.float32), rows.size * int(bits) / 8 + scale_bytes


def write_model(source, target, forms):
    """Returns the bytes of all weights."""
    import onnx
    from onnx import numpy_helper

    total = 0.0
    shutil.copy(source / "config.ini", target)
    for name in GRAPHS:
        model = onnx.load(source / name)
        graph = model.graph
        tensors = {tensor.name: tensor for tensor in graph.initializer}
        for node in graph.node:
            if node.op_type == "Constant" and node.attribute[0].HasField("t"):
                tensors[node.output[0]] = node.attribute[0].t
        seen = set()
        for node in graph.node:
            for place, operand in enumerate(node.input):
                kind = kind_of(node, place)
                if kind is None or operand in seen or operand not in tensors:
                    continue
                seen.add(operand)
                tensor = tensors[operand]
                weights = numpy_helper.to_array(tensor)
                if weights.size < FEWEST_WEIGHTS:
                    continue
                rows, back = rows_of(weights, kind, node)
                values, size = rounded(rows, forms[kind])
                total += size
                made = numpy_helper.from_array(np.ascontiguousarray(back(values)), tensor.name)
                tensor.CopyFrom(made)
        onnx.save(model, target / name)
    return total


def read_mono(path):
    import soundfile

    samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return samples[:, 0], rate_hz


def judged(clean, enhanced, rate_hz):
    """PESQ and STOI."""
    from pesq import pesq
    from pystoi import stoi
    from scipy.signal import resample_poly

    narrow = [
        x if rate_hz == PESQ_RATE_HZ else resample_poly(x, PESQ_RATE_HZ, rate_hz).astype(np.float32)
        for x in (clean, enhanced)
    ]
    return pesq(PESQ_RATE_HZ, *narrow, "wb"), stoi(clean, enhanced, rate_hz)


def snr_db(reference, signal):
    error = np.sum(np.square(signal - reference, dtype=np.float64))
    power = np.sum(np.square(reference, dtype=np.float64))
    return np.inf if error == 0 else 10 * np.log10(power / error)


def measure(arguments, forms, exact, work):
    """Bytes of the weights, and [(SNR in dB, PESQ, STOI)] of each clip. exact: the outputs of the first
    case by name of the clip, which that case fills in."""
    model, out = work / "model", work / "out.wav"
    model.mkdir()
    size = write_model(arguments.model, model, forms)
    lines = []
    for noisy, clean in arguments.clip:
        subprocess.run(
            [arguments.program, "enhance", "-m", model, "-f", "--sample-format", "f32", noisy, "-o", out],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        enhanced, rate_hz = read_mono(out)
        reference, _ = read_mono(clean)
        samples = min(len(enhanced), len(reference))
        enhanced, reference = enhanced[:samples], reference[:samples]
        first = exact.setdefault(noisy, enhanced)
        lines.append((snr_db(first, enhanced), *judged(reference, enhanced, rate_hz)))
    return size, lines


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=pathlib.Path, metavar="MODEL_FOLDER")
    parser.add_argument("program", metavar="DEEPFILTER")
    parser.add_argument(
        "--clip", nargs=2, action="append", required=True, metavar=("NOISY", "CLEAN")
    )
    arguments = parser.parse_args()

    print("| GRUs, linear, convolutions | kB | dB against f32, least | PESQ | STOI |")
    print("| --- | ---: | ---: | ---: | ---: |")
    exact = {}
    for forms in CASES:
        with tempfile.TemporaryDirectory() as folder:
            size, lines = measure(arguments, forms, exact, pathlib.Path(folder))
        name = ", ".join(form or "f32" for form in forms)
        pesq, stoi = np.mean(lines, axis=0)[1:]
        least_db = np.min(lines, axis=0)[0]
        print(f"| {name} | {size / 1000:.0f} | {least_db:.1f} | {pesq:.3f} | {stoi:.4f} |", flush=True)


if __name__ == "__main__":
    main()
