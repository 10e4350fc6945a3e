#!/usr/bin/env python3
"""Runs an archive of tools/dist.sh on the system that it is for: unpacks it into a temporary folder, lets its
program enhance the official packages' test sound, and compares with their output. Then its shared library
enhances the same sound, and has to give the program's samples. Needs nothing but Python.

Usage: run_archive.py ARCHIVE

Exit status: 0 all right, 1 not; the sentences say what.
"""

import array
import ctypes
import math
import os
import platform
import re
import subprocess
import sys
import tarfile
import tempfile
import wave
import zipfile
from pathlib import Path
from typing import List

DATA = Path(__file__).resolve().parent.parent / "reference/data"
RATE_HZ = 48000
# What the project holds every build to.
LEAST_SNR_DB = 100.0


def read_npy(path: Path, kind: str) -> "array.array[float]":
    """A one-dimensional array of numpy's format, version 1, of little-endian numbers."""
    content = path.read_bytes()
    header = int.from_bytes(content[8:10], "little")
    values = array.array(kind, content[10 + header:])
    if sys.byteorder == "big":
        values.byteswap()
    return values


def read_float_wav(path: Path) -> "array.array[float]":
    content = path.read_bytes()
    at = 12
    while content[at:at + 4] != b"data":
        at += 8 + int.from_bytes(content[at + 4:at + 8], "little")
    size = int.from_bytes(content[at + 4:at + 8], "little")
    return array.array("f", content[at + 8:at + 8 + size])


def snr_db(expected: "array.array[float]", found: "array.array[float]") -> float:
    if len(expected) != len(found):
        return -math.inf
    error = sum((a - b) ** 2 for a, b in zip(expected, found))
    return math.inf if error == 0 else 10 * math.log10(sum(a * a for a in expected) / error)


def unpack(archive: Path, folder: Path) -> Path:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
    else:
        with tarfile.open(archive) as packed:
            packed.extractall(folder)
    return folder / re.sub(r"\.(zip|tar\.gz)$", "", archive.name)


def enhance(inside: Path, folder: Path, name: str, *options: str) -> "array.array[float]":
    program = inside / "bin" / ("deepfilter.exe" if os.name == "nt" else "deepfilter")
    subprocess.run([str(program), "enhance", "-f", "--sample-format", "f32", *options,
                    str(folder / "noisy.wav"), "-o", str(folder / name)], check=True)
    return read_float_wav(folder / name)


def enhance_by_library(library: Path, noisy: "array.array[float]") -> "array.array[float]":
    dfn = ctypes.CDLL(str(library))
    dfn.dfn_error_message.restype = ctypes.c_char_p
    model, error = ctypes.c_void_p(), ctypes.c_void_p()
    if dfn.dfn_model_open(None, None, ctypes.byref(model), ctypes.byref(error)) != 0:
        sys.exit(f"{library.name}: {dfn.dfn_error_message(error)}")
    clean = (ctypes.c_float * len(noisy))()
    samples = (ctypes.c_float * len(noisy)).from_buffer(noisy)
    if dfn.dfn_enhance_interleaved(model, None, samples, clean, ctypes.c_size_t(len(noisy)),
                                   ctypes.byref(error)) != 0:
        sys.exit(f"{library.name}: {dfn.dfn_error_message(error)}")
    dfn.dfn_model_free(model)
    return array.array("f", clean)


def main(arguments: "List[str]") -> int:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    archive = Path(arguments[0]).resolve()
    pcm = read_npy(DATA / "input.npy", "h")
    noisy = array.array("f", (value / 32768 for value in pcm))
    official = read_npy(DATA / "dfn3/wav.npy", "f")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        inside = unpack(archive, folder)
        with wave.open(str(folder / "noisy.wav"), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE_HZ)
            sound.writeframes(pcm.tobytes())
        exact = snr_db(official, enhance(inside, folder, "exact.wav", "--level", "keep"))
        print(f"{archive.name}: on {platform.platform()}, {platform.machine()}: "
              f"{exact:.1f} dB from the official output")
        status = 0 if exact >= LEAST_SNR_DB else 1
        names = ("bin/deepfilter.dll", "lib/libdeepfilter.dylib", "lib/libdeepfilter.so")
        for library in (inside / name for name in names if (inside / name).exists()):
            same = enhance_by_library(library, noisy) == enhance(inside, folder, "default.wav")
            print(f"{library.name}: {'the' if same else 'NOT the'} samples of the program")
            status = status if same else 1
    if status != 0:
        print(f"FAILED: {archive.name}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
