#!/usr/bin/env python3
"""Writes the licence texts of all that is linked statically into the files of a target, one after
the other.

Usage: licenses.py TARGET LIBRARIES COMPILER OUT      as sbom.py
"""

import sys
from pathlib import Path

import parts

LINE = "=" * 78


def main() -> None:
    target, libraries, compiler, out = sys.argv[1:]
    chapters = ["The files of this archive contain the following parts. Their licences are theirs.\n"]
    found = parts.all_of(target, Path(libraries), Path(compiler))
    width = max(len(part.name) for part in found) + 2
    chapters.append("".join(
        f"  {part.name:{width}}{part.version:24}  {part.license}\n" for part in found))
    chapters.append("DeepFilterNet3 is the official weights, copyright (c) Hendrik Schr\u00f6ter. Their licences have the "
                    "texts of\nLICENSE-MIT and LICENSE-APACHE beside this file, with that name.\n")
    inside = [part for part in found if not part.contained]
    for part in inside:
        if not part.texts:
            sys.exit(f"licenses: {part.name} has no licence text")
        chapters.append(f"{LINE}\n{part.name} {part.version}\n{LINE}\n")
        for text in part.texts:
            chapters.append(text.read_text("utf-8", "replace").strip() + "\n")
    Path(out).write_text("\n".join(chapters), "utf-8")


main()
