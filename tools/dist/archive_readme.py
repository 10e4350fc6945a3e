#!/usr/bin/env python3
"""Writes the README of an archive, from packaging/archive/README.md.in and the files that are there.

Usage: archive_readme.py TARGET FOLDER OUT
"""

import sys
from pathlib import Path

import parts

# System, oldest of its kind, and how the first command is written.
SYSTEMS = {
    "x86_64-linux": ("Linux on x86-64", "Linux with glibc 2.17 (2012) or newer, on any x86-64 processor"),
    "aarch64-linux": ("Linux on 64-bit ARM", "Linux with glibc 2.17 (2012) or newer, on any 64-bit ARM processor"),
    "x86_64-linux-musl": ("any Linux on x86-64", "any Linux with kernel 2.6.39 or newer, such as Alpine, "
                          "on any x86-64 processor"),
    "x86_64-windows": ("Windows", "Windows 10 or newer, on any x86-64 processor"),
    "aarch64-macos": ("macOS on Apple silicon", "macOS 11 or newer, on Apple silicon"),
    "x86_64-macos": ("macOS on Intel", "macOS 10.13 or newer, on Intel"),
}
# Files that may be there, and what they are.
FILES = [
    ("bin/deepfilter", "the program; alone it is enough"),
    ("bin/deepfilter.exe", "the program; alone it is enough"),
    ("bin/deep-filter", "the same by the official program's name, with its options"),
    ("bin/deep-filter.exe", "the same by the official program's name, with its options"),
    ("lib/libdeepfilter.so", "the library, for C, C++ and all that loads C"),
    ("lib/libdeepfilter.0.dylib", "the library, for C, C++ and all that loads C"),
    ("bin/deepfilter.dll", "the library, for C, C++ and all that loads C"),
    ("lib/libdeepfilter.a", "the same to link statically"),
    ("include", "headers: `deepfilter/deepfilter.h` (C), `.hpp` (C++), `deep_filter/deep_filter.h` (libDF's)"),
    ("lib/cmake", "for `find_package(deepfilter)`"),
    ("lib/pkgconfig", "for pkg-config"),
    ("lib/ladspa", "LADSPA plugin: copy into a folder of `LADSPA_PATH`"),
    ("lib/lv2/deepfilter.lv2", "LV2 plugin: copy the folder to `~/.lv2`"),
    ("lib/clap/deepfilter.clap", "CLAP plugin: copy it to {clap}"),
    ("share/man/man1", "manual pages: `man -l share/man/man1/deepfilter.1`"),
    ("share/doc/deepfilter", "documents, licences and bill of materials"),
]
CLAP_FOLDERS = {"windows": "`%CommonProgramFiles%\\CLAP`", "macos": "`~/Library/Audio/Plug-Ins/CLAP`",
                "linux": "`~/.clap`"}


def main() -> None:
    target, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    clap = next(text for name, text in CLAP_FOLDERS.items() if name in target)
    rows = [f"| `{name}` | {text.format(clap=clap)} |" for name, text in FILES if (folder / name).exists()]
    program = "bin\\deepfilter.exe" if "windows" in target else "bin/deepfilter"
    name, oldest = SYSTEMS[target]
    text = (parts.ROOT / "packaging/archive/README.md.in").read_text("utf-8")
    for key, value in (("VERSION", parts.project_version()), ("SYSTEM", name), ("OLDEST", oldest),
                       ("PROGRAM", program), ("FILES", "\n".join(rows)),
                       ("FIRST_COMMAND", f"{program} enhance noisy.wav -o clean.wav")):
        text = text.replace(f"@{key}@", value)
    out.write_text(text, "utf-8")


main()
