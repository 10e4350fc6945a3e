#!/usr/bin/env python3
"""make_official.py MODEL_FOLDER: writes official.npz beside this file, what the original package
computes. Run by hand with Python 3.11, torch and torchaudio 2.1.2, numpy 1.26.4, deepfilternet 0.5.6.

MODEL_FOLDER is DeepFilterNet3's, with config.ini and checkpoints/. The input is the first tenth of a
second of tests/reference/data/input.npy after its first half, and 123 samples more.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from df.enhance import enhance, init_df
from df.io import resample

HERE = Path(__file__).resolve().parent
START, LENGTH, SHORT = 24000, 4923, 241
RATES = ((48000, 16000), (44100, 48000), (22050, 48000))

noisy = np.load(HERE.parents[3] / "tests" / "reference" / "data" / "input.npy") / 32768
audio = torch.from_numpy(noisy[START : START + LENGTH].astype(np.float32))[None]
torch.set_num_threads(1)
out = {}
for name, post_filter in (("plain", False), ("pf", True)):
    model, state, _ = init_df(sys.argv[1], post_filter, log_level="none", log_file=None)
    out[f"{name}/pad"] = enhance(model, state, audio.clone()).numpy()
    if post_filter:
        continue
    out["plain/lim12"] = enhance(model, state, audio.clone(), atten_lim_db=12).numpy()
    out["plain/nopad"] = enhance(model, state, audio.clone(), pad=False).numpy()
for method in ("sinc_fast", "sinc_best", "kaiser_fast", "kaiser_best"):
    for old, new in RATES:
        out[f"{method}/{old}/{new}"] = resample(audio[:, :SHORT], old, new, method).numpy()
np.savez_compressed(HERE / "official.npz", **out)
