#!/usr/bin/env python3
"""Compares two builds of this project, call for call in turns.

    bench/compare.py OLD NEW [--model FILE] [--rounds N] [--seconds S] [--tolerance PERCENT]

OLD and NEW are build folders with bench_deepfilter. In each round both run every precision and way
of use one right after the other, the first one in turns, so that the machine's slow moments meet
both. A round's ratio is the old median over the new one: 2 means twice as fast. A line is a loss
when three quarters of the rounds, and the best times too, say that the new one is slower by more
than the tolerance. Exits with 1 if there is a loss. `make bench-compare REV=...` builds what is
needed and runs this.
"""

import argparse
import pathlib
import statistics
import sys

import prepare
from peer_process import PeerError, PeerProcess
from prepare import ROOT
from signals import read_signal, snr_db, snr_text

SLEEP_MS = 9.0
WAYS = {
    "live": ("live", 0.0),
    "sleep": ("live", SLEEP_MS),
    "file": ("file", 0.0),
    "streams16": ("streams16", 0.0),
    "streams64": ("streams64", 0.0),
}


class Line:
    """One precision in one way of use: the times of both builds, round by round."""

    def __init__(self, label, way, old, new):
        self.label, self.way, self.old, self.new = label, way, old, new
        self.rounds = []  # (old, new)
        self.bits = ""

    def measure(self, seconds, new_first):
        mode, sleep_ms = WAYS[self.way]
        times = {}
        for side in (self.new, self.old) if new_first else (self.old, self.new):
            times[side] = side.measure(mode, seconds, sleep_ms)
        self.rounds.append((times[self.old], times[self.new]))

    def ratios(self):
        return sorted(old["median"] / new["median"] for old, new in self.rounds)

    def ratio(self):
        return statistics.median(self.ratios())

    def spread(self):
        """The ratios between which half of the rounds lie."""
        ratios = self.ratios()
        if len(ratios) < 2:
            return ratios[0], ratios[0]
        low, _, high = statistics.quantiles(ratios, n=4, method="inclusive")
        return low, high

    def medians(self):
        return tuple(statistics.median(r[side]["median"] for r in self.rounds) for side in (0, 1))

    def best_ratio(self):
        old, new = (min(r[side]["min"] for r in self.rounds) for side in (0, 1))
        return old / new

    def is_loss(self, tolerance):
        least = 1.0 / (1.0 + tolerance)
        return self.spread()[1] < least and self.best_ratio() < least

    def text(self, tolerance):
        old, new = self.medians()
        low, high = self.spread()
        verdict = "LOSS" if self.is_loss(tolerance) else ""
        return (
            f"| {self.label} {self.way} | {old:.1f} | {new:.1f} | {self.ratio():.3f} "
            f"| {low:.3f} to {high:.3f} | {self.best_ratio():.3f} | {self.bits} | {verdict} |"
        )


HEAD = """| | old us | new us | ratio | half of the rounds | of best | output | |
| --- | ---: | ---: | ---: | :---: | ---: | --- | --- |"""


def outcome(old, new, mode, work):
    """How far the outputs of both are apart."""
    signals = []
    for name, side in (("old.f32", old), ("new.f32", new)):
        side.ask("output", work / name, mode)
        signals.append(read_signal(work / name))
    return snr_text(snr_db(*signals))


def make_lines(arguments, old_tools, new_tools, sound, processes):
    lines = []
    for precision in arguments.precisions.split(","):
        sides = []
        for tools in (old_tools, new_tools):
            side = PeerProcess([tools.peer, arguments.model, precision, "reference", sound])
            processes.append(side)
            sides.append(side)
        for way in arguments.ways.split(","):
            if way not in WAYS:
                raise PeerError(f'way "{way}" is not known; choose from {", ".join(WAYS)}')
            mode = WAYS[way][0]
            if all(mode in side.modes for side in sides):
                line = Line(precision, way, *sides)
                line.bits = outcome(*sides, mode, new_tools.work)
                lines.append(line)
    return lines


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old", type=pathlib.Path)
    parser.add_argument("new", type=pathlib.Path)
    parser.add_argument("--model", help="default: dfn3 of the cache")
    parser.add_argument("--sound", default=ROOT / "examples" / "sample" / "noisy.flac")
    parser.add_argument("--precisions", default="f32,f16,i8")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.5, help="a line and round")
    parser.add_argument("--tolerance", type=float, default=2.0, help="percent")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    arguments.model = arguments.model or prepare.archive("dfn3")
    tools = [
        prepare.Tools(build.resolve(), build.resolve() / "bench" / "work")
        for build in (arguments.old, arguments.new)
    ]
    sound = tools[1].samples(arguments.sound, "sound.f32")
    processes = []
    lines = make_lines(arguments, *tools, sound, processes)
    for number in range(arguments.rounds):
        print(f"bench-compare: round {number + 1} of {arguments.rounds}", file=sys.stderr)
        for line in lines:
            line.measure(arguments.seconds, number % 2 == 1)
    for process in processes:
        process.close()
    tolerance = arguments.tolerance / 100.0
    print("\n".join([HEAD] + [line.text(tolerance) for line in lines]))
    return 1 if any(line.is_loss(tolerance) for line in lines) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PeerError as failure:
        sys.exit(f"bench-compare: {failure}")
