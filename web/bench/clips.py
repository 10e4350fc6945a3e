#!/usr/bin/env python3
"""Makes the clips that web/bench/bench.mjs measures with: speech in noise, and the speech alone.

    web/bench/clips.py FOLDER [SOUNDS...]

Writes NAME_clean.wav and NAME_noisy.wav, 48 kHz mono. SOUNDS are folders and files as bench/quality.py
takes them; without them, speech of Debian packages in made noise.
"""

import pathlib
import sys

import numpy as np
import soundfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from speech import makers, sounds  # noqa: E402

CLIPS = 8
SPEECH_DB, SNR_DB = -26.0, 5.0


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    found = sounds.from_folders(sys.argv[2:]) if sys.argv[2:] else sounds.from_packages(folder)
    if not found.noise:
        found.add_made()
    for number, (name, speech, _) in enumerate(found.speech[:CLIPS]):
        noise_name, noise, _ = found.noise[number % len(found.noise)]
        clean = makers.at_level(speech, SPEECH_DB)
        noise = makers.at_level(np.resize(noise, len(clean)), SPEECH_DB - SNR_DB)
        for kind, sound in (("clean", clean), ("noisy", clean + noise)):
            path = folder / f"{name}+{noise_name}_{kind}.wav"
            soundfile.write(path, sound.astype(np.float32), 48000, subtype="FLOAT")


if __name__ == "__main__":
    main()
