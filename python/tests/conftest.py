"""What the tests share. They run over the installed package, as tools/python_test.sh arranges it."""

import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

import deepfilter

SOURCE = Path(os.environ.get("DEEPFILTER_SOURCE", Path(__file__).resolve().parents[2]))
VECTORS = SOURCE / "tests" / "reference" / "data"
RATE = 48000


def snr_db(wanted, found):
    """How far `found` is from `wanted`, in dB."""
    wanted, found = np.asarray(wanted, np.float64), np.asarray(found, np.float64)
    error = np.sum((wanted - found) ** 2)
    return np.inf if error == 0 else 10 * np.log10(np.sum(wanted**2) / error)


def voice(seconds, rate=RATE, seed=1):
    """A hum with a voice's overtones that comes and goes, in noise; float32 [N]."""
    t = np.arange(int(seconds * rate)) / rate
    hum = sum(np.sin(2 * np.pi * 140 * k * t) / k for k in range(1, 20))
    gate = np.sin(2 * np.pi * 1.5 * t) > 0
    noise = np.random.default_rng(seed).standard_normal(len(t))
    return (0.1 * hum * gate + 0.02 * noise).astype(np.float32)


def write_wav(path, samples, rate=RATE):
    """float32 WAV of [N] or [C, N]."""
    planes = np.atleast_2d(samples)
    data = np.ascontiguousarray(planes.T, "<f4").tobytes()
    channels = len(planes)
    form = struct.pack("<HHIIHH", 3, channels, rate, 4 * channels * rate, 4 * channels, 32)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(data)) + data
    Path(path).write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)


def read_wav(path):
    """The float32 samples of a WAV, [C, N]."""
    content = Path(path).read_bytes()
    assert content[:4] == b"RIFF"
    place, channels = 12, 0
    while place < len(content):
        name, size = content[place : place + 4], struct.unpack("<I", content[place + 4 : place + 8])[0]
        chunk = content[place + 8 : place + 8 + size]
        if name == b"fmt ":
            kind, channels = struct.unpack("<HH", chunk[:4])
            assert kind in (3, 0xFFFE)
        if name == b"data":
            return np.frombuffer(chunk, "<f4").reshape(-1, channels).T
        place += 8 + size + size % 2
    raise AssertionError("no samples")


@pytest.fixture(scope="session")
def noisy():
    """The input of the official vectors, [48000] float32 at 48 kHz."""
    return (np.load(VECTORS / "input.npy") / 32768).astype(np.float32)


@pytest.fixture(scope="session")
def model():
    with deepfilter.Model() as opened:
        yield opened


@pytest.fixture
def clips():
    return [voice(0.4 + 0.13 * i, seed=i) for i in range(5)]


def pytest_report_header(config):
    return (
        f"deepfilter {deepfilter.__version__} ({deepfilter.__file__}), "
        f"{deepfilter.simd_target()}, numpy {np.__version__}, {sys.implementation.name}"
    )
