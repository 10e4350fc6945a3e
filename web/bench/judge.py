#!/usr/bin/env python3
"""SI-SDR and PESQ of what systems made of clips; prints JSON.

    web/bench/judge.py FOLDER

FOLDER holds NAME_clean.wav and NAME_noisy.wav, and for each system a folder with NAME.wav, which may be
late: the delay is found by correlation. {system: {"si_sdr_db": mean, "pesq": mean, "delay_ms": median}};
the system "noisy" is the input.
"""

import json
import pathlib
import sys

import numpy as np
import soundfile
from pesq import pesq
from scipy.signal import correlate, resample_poly

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from speech.measures import si_sdr_db  # noqa: E402

RATE_HZ = 48000
MOST_DELAY = int(0.2 * RATE_HZ)


def read(path):
    return soundfile.read(path)[0]


def delay_of(clean, sound):
    correlation = correlate(sound, clean, mode="full", method="fft")
    zero = len(clean) - 1
    return int(np.argmax(np.abs(correlation[zero : zero + MOST_DELAY])))


def judged(clean, sound):
    delay = delay_of(clean, sound)
    sound = np.pad(sound[delay : delay + len(clean)], (0, max(0, len(clean) - len(sound) + delay)))
    wide = [resample_poly(x, 1, 3) for x in (clean, sound)]
    return si_sdr_db(clean, sound), pesq(16000, *wide, "wb"), 1000 * delay / RATE_HZ


def main():
    folder = pathlib.Path(sys.argv[1])
    names = [path.name[: -len("_clean.wav")] for path in sorted(folder.glob("*_clean.wav"))]
    systems = {"noisy": lambda name: folder / f"{name}_noisy.wav"}
    for system in sorted(path for path in folder.iterdir() if path.is_dir()):
        rendered = [name for name in names if (system / f"{name}.wav").exists()]
        if rendered:
            names = rendered
            systems[system.name] = lambda name, system=system: system / f"{name}.wav"
    report = {}
    for system, path in systems.items():
        values = [judged(read(folder / f"{name}_clean.wav"), read(path(name))) for name in names]
        si_sdr, quality, delay_ms = zip(*values)
        report[system] = {
            "si_sdr_db": float(np.mean(si_sdr)),
            "pesq": float(np.mean(quality)),
            "delay_ms": float(np.median(delay_ms)),
        }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
