#!/usr/bin/env python3
"""Writes a wheel anew, with smaller deflate streams: zopfli's, which take a minute to make and any
unzip to read. The content stays as it is, so RECORD holds.

Usage: pack_wheel.py WHEEL
"""

import os
import sys
import zipfile
import zlib

import zopfli.zlib


class ZopfliObject:
    """In place of zlib's compressor in zipfile: takes all bytes, and gives them at the end."""

    def __init__(self) -> None:
        self.parts: "list[bytes]" = []

    def compress(self, part: bytes) -> bytes:
        self.parts.append(bytes(part))
        return b""

    def flush(self) -> bytes:
        whole = b"".join(self.parts)
        stream = zopfli.zlib.compress(whole, numiterations=5)
        if zlib.decompress(stream) != whole:
            sys.exit("wheel: zopfli gives other bytes back than it took")
        return stream[2:-4]  # without zlib's frame


def main() -> None:
    wheel = sys.argv[1]
    made = wheel + ".packed"
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(made, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if entry.filename.endswith(".gz"):
                entry.compress_type = zipfile.ZIP_STORED
            target.writestr(entry, content)
    os.replace(made, wheel)


# zipfile has no public way to take another compressor.
zipfile._get_compressor = lambda kind, level=None: (  # type: ignore[attr-defined]
    ZopfliObject() if kind == zipfile.ZIP_DEFLATED else None
)
main()
