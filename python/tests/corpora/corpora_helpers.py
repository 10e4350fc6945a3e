"""What the tests of corpora share.

Packages beyond numpy are optional: a test that needs one is skipped without it, but if DEEPFILTER_NEEDS
names it, which tools/corpora_test.sh does for what it has installed, its absence is a failure.
"""

import importlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from deepfilter._command import program_environment, program_path

# tests/conftest.py, whose module name pytest gives to this folder's, too.
_place = Path(__file__).resolve().parents[1] / "conftest.py"
_spec = importlib.util.spec_from_file_location("shared_conftest", _place)
_shared = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_shared)
voice, write_wav, read_wav = _shared.voice, _shared.write_wav, _shared.read_wav

PROMISED = os.environ.get("DEEPFILTER_NEEDS", "").split()


def need(name):
    """The package, or the test is skipped."""
    if name.partition(".")[0] in PROMISED:
        return importlib.import_module(name)
    return pytest.importorskip(name)


def program(*arguments, check=True):
    """Runs the program."""
    return subprocess.run(
        [program_path(), *map(str, arguments)],
        check=check,
        capture_output=True,
        text=True,
        env=program_environment(),
    )


def corpus(*arguments):
    """`python -m deepfilter.corpus`, begun."""
    return subprocess.Popen(
        [sys.executable, "-m", "deepfilter.corpus", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process, status=0):
    """What it printed, once it ended with a status."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == status, (process.returncode, out, err)
    return out + err


def make_sounds(folder, count=12, seconds=0.3):
    """WAV at 48 and 16 kHz, mono and stereo, FLAC and Opus, in folders; their paths in order."""
    folder = Path(folder)
    paths = []
    for i in range(count):
        rate = 16000 if i % 3 == 2 else 48000
        samples = voice(seconds + 0.05 * (i % 4), rate, seed=i)
        if i % 4 == 1:
            samples = np.stack([samples, 0.5 * samples])
        path = folder / f"s{i % 3}" / f"{i:03d}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_wav(path, samples, rate)
        if i % 6 in (3, 4):
            other = path.with_suffix(".flac" if i % 6 == 3 else ".opus")
            program("enhance", path, "-o", other, "-a", "0")
            path.unlink()
            path = other
        paths.append(path.relative_to(folder).as_posix())
    return sorted(paths)


def rows_of(manifest):
    """The rows of a manifest, all of which are whole."""
    text = Path(manifest).read_text("utf-8") if Path(manifest).exists() else ""
    assert not text or text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def wait_for_rows(process, manifest, count, seconds=120):
    """Until a manifest has so many rows. Returns False if the process ended before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if Path(manifest).exists() and Path(manifest).read_bytes().count(b"\n") >= count:
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.02)
    raise AssertionError("no rows came")


def kill(process):
    """As a machine that goes away."""
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def samples_of(path):
    """Of any file, through the program's own decoder, [C, N] float32."""
    wav = Path(str(path) + ".check.wav")
    program("enhance", path, "-o", wav, "-a", "0", "-f", "--sample-format", "f32")
    try:
        return read_wav(wav)
    finally:
        wav.unlink()


def same_sounds(made, wanted, paths):
    """Asserts that files are the same: each byte, but in Ogg, whose streams have random names."""
    for path in paths:
        a, b = Path(made) / path, Path(wanted) / path
        if path.endswith((".opus", ".ogg")):
            assert np.array_equal(samples_of(a), samples_of(b)), path
        else:
            assert a.read_bytes() == b.read_bytes(), path
