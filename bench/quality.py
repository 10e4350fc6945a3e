#!/usr/bin/env python3
"""What a precision costs in quality: SNR, PESQ and STOI of each on recordings of yours.

    bench/quality.py [-m MODEL] [--golden NOISY GOLDEN]... [--clip NOISY CLEAN]... [--json]

--golden compares the enhanced NOISY with GOLDEN, its exact enhanced form (aligned). --clip judges
the enhanced NOISY by the CLEAN speech in it: PESQ (wide band, 16 kHz) and STOI, and how far both are
from float32's. Sounds have 48 kHz; their first channel counts. Needs the packages of
bench/requirements.txt and the program bench_deepfilter (cmake --build build --target
bench_deepfilter).
"""

import argparse
import json
import pathlib
import sys

import prepare
from peer_process import PeerError, PeerProcess
from prepare import ROOT
from signals import read_signal, snr_db, snr_text

RATE_HZ = 48000
PESQ_RATE_HZ = 16000


def enhance(tools, model, precision, sound):
    """The enhanced sound, aligned with it and shorter by the delay."""
    process = PeerProcess([tools.peer, model, precision, "reference", sound])
    path = tools.work / "quality.f32"
    process.ask("output", path)
    process.close()
    return read_signal(path)[process.delay_samples :]


def judge(clean, enhanced):
    import numpy as np
    from pesq import pesq
    from pystoi import stoi
    from scipy.signal import resample_poly

    samples = min(len(clean), len(enhanced))
    reference = np.asarray(clean[:samples], np.float32)
    signal = np.asarray(enhanced[:samples], np.float32)
    step = RATE_HZ // PESQ_RATE_HZ
    narrow = [resample_poly(x, 1, step).astype(np.float32) for x in (reference, signal)]
    return {
        "pesq": float(pesq(PESQ_RATE_HZ, narrow[0], narrow[1], "wb")),
        "stoi": float(stoi(reference, signal, RATE_HZ)),
    }


def measure_golden(tools, model, noisy, golden):
    sound = tools.samples(noisy, "quality_sound.f32")
    reference = read_signal(tools.samples(golden, "quality_golden.f32"))
    return [
        {"precision": p, "snr_db": snr_db(reference, enhance(tools, model, p, sound))}
        for p in tools.precisions()
    ]


def measure_clip(tools, model, noisy, clean):
    sound = tools.samples(noisy, "quality_sound.f32")
    speech = read_signal(tools.samples(clean, "quality_clean.f32"))
    lines = [{"precision": "(noisy)"} | judge(speech, read_signal(sound))]
    for precision in tools.precisions():
        lines.append(
            {"precision": precision} | judge(speech, enhance(tools, model, precision, sound))
        )
    first = lines[1]
    for line in lines:
        line["pesq_from_f32"] = line["pesq"] - first["pesq"]
        line["stoi_from_f32"] = line["stoi"] - first["stoi"]
    return lines


def print_golden(name, lines):
    print(f"{name}, against its golden output")
    for line in lines:
        print(f"  {line['precision']:<8} {snr_text(line['snr_db'])}")


def print_clip(name, lines):
    print(f"{name}, against the clean speech")
    for line in lines:
        print(
            f"  {line['precision']:<8} PESQ {line['pesq']:.3f} ({line['pesq_from_f32']:+.3f})  "
            f"STOI {line['stoi']:.4f} ({line['stoi_from_f32']:+.4f})"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-m", "--model", default="dfn3")
    parser.add_argument("--golden", nargs=2, action="append", default=[], metavar=("NOISY", "GOLDEN"))
    parser.add_argument("--clip", nargs=2, action="append", default=[], metavar=("NOISY", "CLEAN"))
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not arguments.golden and not arguments.clip:
        parser.error("nothing to compare: give --golden or --clip")
    build = arguments.build.resolve()
    tools = prepare.Tools(build, build / "bench" / "work")
    results = {"model": arguments.model, "golden": [], "clips": []}
    for noisy, golden in arguments.golden:
        lines = measure_golden(tools, arguments.model, noisy, golden)
        results["golden"].append({"noisy": noisy, "precisions": lines})
        if not arguments.json:
            print_golden(noisy, lines)
    for noisy, clean in arguments.clip:
        lines = measure_clip(tools, arguments.model, noisy, clean)
        results["clips"].append({"noisy": noisy, "precisions": lines})
        if not arguments.json:
            print_clip(noisy, lines)
    if arguments.json:
        print(json.dumps(results, indent=2))


if __name__ == "__main__":
    try:
        main()
    except PeerError as failure:
        sys.exit(f"quality: {failure}")
