#!/usr/bin/env python3
"""Measures this project and its peers side by side, and writes the result as Markdown.

    bench/run.py [--sound WAV] [--golden WAV] [--rounds N] [--seconds S] [--out FILE]

All run the same sound on one thread each, in turns: a round asks every program for each of its ways
of use once, and a ratio is the median of the rounds' ratios, so that the machine's slow moments meet
all of them. Peers that cannot be had are listed with the reason. `make bench` builds what is needed
and runs this; docs/performance.md says what the figures mean.
"""

import argparse
import pathlib
import statistics
import sys

import prepare
import report
from peer_process import PeerError, PeerProcess
from prepare import HERE, ROOT
from signals import read_signal, snr_db, snr_text

SLEEP_MS = 9.0


class Entry:
    """One line of a table: a program in one way of use."""

    def __init__(self, label, process, mode, sleep_ms=0.0):
        self.label, self.process, self.mode, self.sleep_ms = label, process, mode, sleep_ms
        self.rounds = []
        self.error = ""

    def measure(self, seconds):
        self.rounds.append(self.process.measure(self.mode, seconds, self.sleep_ms))

    def median(self):
        return statistics.median(r["median"] for r in self.rounds)

    def best(self):
        return min(r["min"] for r in self.rounds)

    def p99(self):
        return statistics.median(r["p99"] for r in self.rounds)

    def ratio_to(self, base):
        """How many times as long as `base`."""
        return statistics.median(
            mine["median"] / its["median"] for mine, its in zip(self.rounds, base.rounds)
        )


class Table:
    """Entries that are compared with the first of them."""

    def __init__(self, title):
        self.title = title
        self.entries = []

    def add(self, *arguments):
        self.entries.append(Entry(*arguments))
        return self.entries[-1]


class Comparison:
    """Everything that runs for one model."""

    def __init__(self, model, tools, sound, golden):
        self.model, self.tools, self.sound = model, tools, sound
        self.archive = prepare.archive(model)
        self.absent = []  # (peer, reason)
        self.versions = []
        self.processes = []
        self.live = Table("Live: one frame a call")
        self.asleep = Table("Live as in life: 9 ms asleep before each frame")
        self.file = Table("File: many frames a call")
        self.streams = Table("64 live streams on one core: one frame of each a call")
        self.ours = [(p, self.start_ours(p)) for p in tools.precisions()]
        self.golden = golden or self.own_golden()

    def start(self, *command):
        process = PeerProcess(command)
        self.processes.append(process)
        return process

    def start_ours(self, precision, profile="reference"):
        return self.start(self.tools.peer, self.archive, precision, profile, self.sound)

    def output(self, process, *mode):
        path = self.tools.work / "output.f32"
        process.ask("output", path, *mode)
        return read_signal(path)

    def own_golden(self):
        process = self.ours[0][1]
        return self.output(process)[process.delay_samples :]

    def error_of(self, process, delay, *mode):
        return snr_text(snr_db(self.golden, self.output(process, *mode), delay))

    def attempt(self, name, add):
        try:
            add()
        except PeerError as error:
            print(f"bench: without {name}: {error}", file=sys.stderr)
            self.absent.append((name, str(error)))

    def add_ours(self):
        for precision, process in self.ours:
            for table, mode, sleep_ms in (
                (self.live, "live", 0.0), (self.asleep, "live", SLEEP_MS),
                (self.file, "file", 0.0), (self.file, "folder", 0.0),
                (self.streams, "streams64", 0.0),
            ):  # fmt: skip
                label = f"deepfilter {precision}" + (", a folder's" if mode == "folder" else "")
                entry = table.add(label, process, mode, sleep_ms)
                entry.error = self.error_of(process, process.delay_samples, mode)

    def add_live(self, label, process, error):
        self.versions.append((process.name, process.version))
        for table, sleep_ms in ((self.live, 0.0), (self.asleep, SLEEP_MS)):
            table.add(label, process, "live", sleep_ms).error = error

    def add_official(self):
        process = self.start(
            self.tools.libdf, self.archive, prepare.official_library(self.tools), self.sound
        )
        # Its start differs from that of df.enhance; our profile libdf starts in the same way.
        twin = self.start_ours("f32", "libdf")
        delay = twin.delay_samples
        against_twin = snr_db(self.output(twin)[delay:], self.output(process), delay)
        error = f"{self.error_of(process, delay)} ({snr_text(against_twin)} against our profile libdf)"
        self.add_live("official runtime, C library", process, error)
        self.versions[-1] = (process.name, f"C library of {prepare.OFFICIAL_PACKAGE}")

    def add_rnnoise(self):
        process = self.start(prepare.rnnoise_program(self.tools), self.sound)
        error = self.error_of(process, process.delay_samples)
        self.add_live("RNNoise", process, f"{error} (another network)")

    def replayed_error(self, process, mode, folder):
        """The error of a peer that runs the network alone: its answers in our signal path."""
        process.ask("outputs", mode)
        path = self.tools.work / "output.f32"
        ours = self.ours[0][1]
        ours.ask("replay", folder, path)
        return snr_text(snr_db(self.golden, read_signal(path), ours.delay_samples))

    def add_onnxruntime(self):
        python = prepare.onnx_python()
        exact = self.tools.export(self.archive, "exact", "--frames", "1")
        whole = self.tools.export(self.archive, "whole", "--state", "none")
        folder = self.tools.folder("features")
        self.ours[0][1].ask("features", folder)
        process = self.start(
            python, HERE / "peers" / "onnxruntime_peer.py", exact, whole, folder, folder
        )
        about = process.ask("about")
        self.add_live(
            "ONNX Runtime, our exact export, network alone", process,
            self.replayed_error(process, "live", folder),
        )  # fmt: skip
        self.versions[-1] = (
            process.name,
            f"{process.version}; Python and binding take {about['call_us']:.1f} us of each call",
        )
        entry = self.file.add("ONNX Runtime, whole file at once, network alone", process, "file")
        entry.error = self.replayed_error(process, "file", folder)

    def add_torch(self):
        python = prepare.torch_python()
        whole = self.tools.export(self.archive, "whole", "--state", "none")
        weights, config = prepare.torch_weights(self.tools, prepare.onnx_python(), whole)
        process = self.start(
            python, HERE / "peers" / "torch_peer.py", weights, config, self.sound
        )
        self.versions.append((process.name, process.version))
        entry = self.file.add("PyTorch, df.enhance, whole file at once", process, "file")
        entry.error = self.error_of(process, process.delay_samples)

    def add_peers(self, names):
        adders = {
            "official": ("the official runtime", self.add_official),
            "onnxruntime": ("ONNX Runtime", self.add_onnxruntime),
            "rnnoise": ("RNNoise", self.add_rnnoise),
            "torch": ("PyTorch", self.add_torch),
        }
        for name in names:
            self.attempt(*adders[name])

    def tables(self):
        return [self.live, self.asleep, self.file, self.streams]

    def run_rounds(self, rounds, seconds):
        for number in range(rounds):
            print(f"bench: {self.model}, round {number + 1} of {rounds}", file=sys.stderr)
            for table in self.tables():
                for entry in table.entries:
                    entry.measure(seconds)

    def close(self):
        for process in self.processes:
            process.close()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sound", default=ROOT / "examples" / "sample" / "noisy.flac")
    parser.add_argument("--golden", help="enhanced form of --sound, aligned (default: our f32's)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="a line and round")
    parser.add_argument("--models", default="dfn3,dfn3_ll")
    parser.add_argument("--peers", default="official,onnxruntime,rnnoise,torch")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "RESULTS.md")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    tools = prepare.Tools(arguments.build.resolve(), arguments.build.resolve() / "bench" / "work")
    sound = tools.samples(arguments.sound, "sound.f32")
    golden = None
    if arguments.golden:
        golden = read_signal(tools.samples(arguments.golden, "golden.f32"))
    sections = []
    for model in arguments.models.split(","):
        # A golden output belongs to the first model; the others are compared with their own float32
        # output.
        comparison = Comparison(model, tools, sound, golden if not sections else None)
        comparison.add_ours()
        # The other peers run one model only.
        peers = arguments.peers.split(",") if not sections else ["official"]
        comparison.add_peers([name for name in peers if name in arguments.peers.split(",")])
        comparison.run_rounds(arguments.rounds, arguments.seconds)
        comparison.close()
        sections.append(comparison)
    report.write(arguments, tools, sections)
    print(arguments.out)


if __name__ == "__main__":
    try:
        main()
    except PeerError as failure:
        sys.exit(f"bench: {failure}")
