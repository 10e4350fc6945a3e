#!/usr/bin/env python3
"""How good the output is: of the program as it is, and of each precision.

    bench/quality.py [-m MODEL]... [--sounds PATH]... [--quick] [--only GROUP]... [--clips N]
                     [--json FILE] [--table FILE] [--baseline FILE]
    bench/quality.py [-m MODEL] [--golden NOISY GOLDEN]... [--clip NOISY CLEAN]... [--json FILE]

The first form is a regression. It mixes speech and noise at many levels, SNRs, rates and with all that
makes an input hard, sends each mixture through the program as a file and as a pipe, with the level
kept and followed, and prints tables of SI-SDR, PESQ, STOI, DNSMOS (with the package speechmos) and of
the noise that is left. --json keeps what was found; --baseline compares with an earlier such file and
ends with status 1 if something got worse by more than a bound. --sounds takes folders and files:
X_clean beside X_noisy is speech and, by difference, noise; names that begin with clean or noise are
that; what is left is judged by DNSMOS alone. Without it speech comes from espeak-ng and the Debian
package pocketsphinx-testdata. --quick takes about a minute, all of it five on two idle cores, for a model.

In the second form, --golden compares the enhanced NOISY with GOLDEN, its exact enhanced form
(aligned), for each precision. --clip judges the enhanced NOISY by the CLEAN speech in it: PESQ (wide
band, 16 kHz) and STOI, and how far both are from float32's. These sounds have 48 kHz; their first
channel counts.

Needs the packages of bench/requirements.txt and the program deepfilter; the second form
bench_deepfilter (cmake --build build --target bench_deepfilter).
"""

import argparse
import json
import pathlib
import sys

import prepare
from peer_process import PeerError, PeerProcess
from prepare import ROOT
from signals import read_signal, snr_db, snr_text

GROUPS = "zone level best band late step talkers noise music hard recording".split()
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


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-m", "--model", action="append", help="may be repeated (default: dfn3)")
    parser.add_argument("--sounds", action="append", default=[], metavar="PATH")
    parser.add_argument("--quick", action="store_true", help="few levels and clips")
    parser.add_argument("--only", action="append", default=[], choices=GROUPS)
    parser.add_argument("--clips", type=int, metavar="N", help="clips of speech (default: 6; quick: 2)")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: one a core)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--table", type=pathlib.Path, metavar="FILE", help="Markdown")
    parser.add_argument("--baseline", type=pathlib.Path, metavar="FILE", help="an earlier --json")
    parser.add_argument("--golden", nargs=2, action="append", default=[], metavar=("NOISY", "GOLDEN"))
    parser.add_argument("--clip", nargs=2, action="append", default=[], metavar=("NOISY", "CLEAN"))
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    arguments = parser.parse_args()
    arguments.model = arguments.model or ["dfn3"]
    if arguments.clips is not None and arguments.clips < 1:
        parser.error("--clips takes a number from 1 on")
    return arguments


def precisions(arguments, build):
    tools = prepare.Tools(build, build / "bench" / "work")
    model = arguments.model[0]
    results = {"model": model, "golden": [], "clips": []}
    for noisy, golden in arguments.golden:
        lines = measure_golden(tools, model, noisy, golden)
        results["golden"].append({"noisy": noisy, "precisions": lines})
        print_golden(noisy, lines)
    for noisy, clean in arguments.clip:
        lines = measure_clip(tools, model, noisy, clean)
        results["clips"].append({"noisy": noisy, "precisions": lines})
        print_clip(noisy, lines)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n")
    return 0


def main():
    arguments = parsed()
    build = arguments.build.resolve()
    if arguments.golden or arguments.clip:
        return precisions(arguments, build)
    from speech.regression import regression

    return regression(arguments, build / "bin" / "deepfilter", build / "bench" / "quality")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PeerError as failure:
        sys.exit(f"quality: {failure}")
    except ModuleNotFoundError as failure:
        sys.exit(f"quality: {failure.name} is missing; install the packages of bench/requirements.txt")
