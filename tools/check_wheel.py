#!/usr/bin/env python3
"""Checks what a wheel of the Python package is made of, and prints its size by parts.

Usage: check_wheel.py WHEEL MOST_BYTES
"""

import sys
import zipfile
from collections import Counter
from pathlib import Path

ONCE = ["deepfilter/_models/DeepFilterNet3_onnx.tar.gz", "deepfilter/_bin/deepfilter",
        "deepfilter/py.typed", "deepfilter/_licenses/THIRD-PARTY.txt"]
ONCE_ON_WINDOWS = [ONCE[0], "deepfilter/_bin/deepfilter.exe", *ONCE[2:], "deepfilter/_bin/deepfilter.dll"]


def main() -> None:
    wheel, most_bytes = Path(sys.argv[1]), int(sys.argv[2])
    once = ONCE_ON_WINDOWS if "-win_" in wheel.name else ONCE
    sizes: "Counter[str]" = Counter()
    names = []
    with zipfile.ZipFile(wheel) as archive:
        bad = archive.testzip()
        for entry in archive.infolist():
            names.append(entry.filename)
            parts = entry.filename.split("/")
            sizes["/".join(parts[:2]) if parts[1][:1] == "_" and len(parts) > 2 else parts[0]] += \
                entry.compress_size
        model = archive.getinfo(once[0])
        program_mode = archive.getinfo(once[1]).external_attr >> 16
    problems = [f"no {name}" for name in once if names.count(name) != 1]
    if bad is not None:
        problems.append(f"{bad} is damaged")
    if not program_mode & 0o111:
        problems.append("the program may not be executed")
    # Compiled-in weights would show as a library of more than its code.
    if sizes["deepfilter/_lib"] + sizes["deepfilter/_bin"] > model.file_size // 2:
        problems.append("library and program are so large that a model must be in them, too")
    total = wheel.stat().st_size
    if total > most_bytes:
        problems.append(f"{total} bytes are more than {most_bytes}")
    for part, size in sizes.most_common():
        print(f"wheel: {size / 1e6:7.2f} MB  {part}")
    print(f"wheel: {total / 1e6:7.2f} MB  {wheel.name}")
    if problems:
        sys.exit("wheel: " + "; ".join(problems))


main()
