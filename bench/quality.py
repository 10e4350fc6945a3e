#!/usr/bin/env python3
"""What a precision costs in quality: SNR, PESQ and STOI of each on recordings of yours.

    bench/quality.py [-m MODEL] [--golden NOISY GOLDEN]... [--clip NOISY CLEAN]...
                     [--levels NOISY CLEAN]... [--json]

--golden compares the enhanced NOISY with GOLDEN, its exact enhanced form (aligned). --clip judges
the enhanced NOISY by the CLEAN speech in it: PESQ (wide band, 16 kHz) and STOI, and how far both are
from float32's. --levels brings NOISY to levels of -70 to 0 dBFS and tells the SI-SDR in dB of what comes
out, after the first second: with the level kept, known from the whole file, and followed in a pipe.
Sounds have 48 kHz; their first channel counts. Needs the packages of
bench/requirements.txt and the program bench_deepfilter (cmake --build build --target
bench_deepfilter), for --levels also deepfilter.
"""

import argparse
import json
import pathlib
import subprocess
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


def si_sdr_db(clean, enhanced):
    """The energy of what is proportional to the clean speech over that of the rest."""
    import numpy as np

    samples = min(len(clean), len(enhanced))
    reference = np.asarray(clean[RATE_HZ:samples], np.float64)
    signal = np.asarray(enhanced[RATE_HZ:samples], np.float64)
    reference, signal = reference - reference.mean(), signal - signal.mean()
    speech = reference * (reference @ signal / (reference @ reference))
    rest = signal - speech
    return float(10 * np.log10((speech @ speech + 1e-30) / (rest @ rest + 1e-30)))


def measure_levels(tools, program, model, noisy, clean):
    import numpy as np

    sound = np.asarray(read_signal(tools.samples(noisy, "quality_sound.f32")), np.float32)
    speech = np.asarray(read_signal(tools.samples(clean, "quality_clean.f32")), np.float32)
    level_db = 10 * np.log10(np.mean(sound.astype(np.float64) ** 2))
    raw = ["--raw-format", "f32", "--rate", str(RATE_HZ)]
    wanted, enhanced = tools.work / "quality_level.wav", tools.work / "quality_level.f32"
    lines = []
    for wanted_db in range(-70, 1, 10):
        scaled = sound * np.float32(10 ** ((wanted_db - level_db) / 20))
        line = {"level_dbfs": wanted_db}
        # The file that is read twice is made by the program itself, which passes it on at -a 0.
        command = [program, "enhance", "-m", model]
        subprocess.run(
            [*command, "-", *raw, "-a", "0", "--level", "keep", "-o", wanted]
            + ["--sample-format", "f32", "-f"],
            input=scaled.tobytes(),
            check=True,
        )
        for name, level in (("keep", "keep"), ("file", "auto")):
            run = [*command, wanted, "--level", level, "-o", "-", "--raw-format", "f32"]
            enhanced.write_bytes(subprocess.run(run, capture_output=True, check=True).stdout)
            line[name] = si_sdr_db(speech, read_signal(enhanced))
        run = [*command, "-", *raw, "--level", "auto", "-o", "-"]
        enhanced.write_bytes(
            subprocess.run(run, input=scaled.tobytes(), capture_output=True, check=True).stdout
        )
        line["pipe"] = si_sdr_db(speech, read_signal(enhanced))
        lines.append(line)
    return lines


def print_levels(name, lines):
    print(f"{name}, SI-SDR in dB")
    for line in lines:
        print(
            f"  {line['level_dbfs']:>4} dBFS  keep {line['keep']:6.1f}  file {line['file']:6.1f}"
            f"  pipe {line['pipe']:6.1f}"
        )


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
    parser.add_argument("--levels", nargs=2, action="append", default=[], metavar=("NOISY", "CLEAN"))
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not arguments.golden and not arguments.clip and not arguments.levels:
        parser.error("nothing to compare: give --golden, --clip or --levels")
    build = arguments.build.resolve()
    tools = prepare.Tools(build, build / "bench" / "work")
    results = {"model": arguments.model, "golden": [], "clips": [], "levels": []}
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
    for noisy, clean in arguments.levels:
        program = build / "bin" / "deepfilter"
        lines = measure_levels(tools, program, arguments.model, noisy, clean)
        results["levels"].append({"noisy": noisy, "levels": lines})
        if not arguments.json:
            print_levels(noisy, lines)
    if arguments.json:
        print(json.dumps(results, indent=2))


if __name__ == "__main__":
    try:
        main()
    except PeerError as failure:
        sys.exit(f"quality: {failure}")
