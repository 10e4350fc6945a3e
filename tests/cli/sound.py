#!/usr/bin/env python3
"""Makes and looks at sounds for the command-line tests, with the standard library only.

sound.py make FILE [--rate HZ] [--channels N] [--samples N] [--format s16|s24|f32] [--raw]
                   [--level X] [--nan INDEX] [--gap FROM:TO]
    A reproducible mixture of tones and noise below 3 kHz, other for each channel; samples FROM to TO
    are digital silence.
sound.py holds FILE NAME=VALUE...
    Ends with status 0 if a WAV file has this rate, channels, samples and format (as above), and, as
    "finite=yes", no float that is NaN or infinite.
"""

import argparse
import math
import struct
import sys

BYTES = {"s16": 2, "s24": 3, "f32": 4}


def signal(samples, channels, rate, level, nan, gap):
    gap_start, gap_end = map(int, gap.split(":"))
    seed = 1
    smooth = [0.0] * channels
    for i in range(samples):
        for c in range(channels):
            seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
            smooth[c] += 0.05 * (seed / 2**31 - 1.0 - smooth[c])
            tone = math.sin(2 * math.pi * (220 + 110 * c) * i / rate)
            value = level * (0.5 * tone + 0.5 * smooth[c])
            if gap_start <= i < gap_end:
                value = 0.0
            yield math.nan if i == nan else value


def encode(value, sample_format):
    if sample_format == "f32":
        return struct.pack("<f", value)
    bits = 8 * BYTES[sample_format]
    top = 2 ** (bits - 1)
    integer = max(-top, min(top - 1, round(value * top)))
    return (integer & (2**bits - 1)).to_bytes(BYTES[sample_format], "little")


def make(options):
    data = b"".join(
        encode(value, options.format)
        for value in signal(
            options.samples,
            options.channels,
            options.rate,
            options.level,
            options.nan,
            options.gap,
        )
    )
    frame = BYTES[options.format] * options.channels
    with open(options.file, "wb") as out:
        if not options.raw:
            tag = 3 if options.format == "f32" else 1
            out.write(b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt ")
            out.write(
                struct.pack(
                    "<IHHIIHH",
                    16,
                    tag,
                    options.channels,
                    options.rate,
                    options.rate * frame,
                    frame,
                    8 * BYTES[options.format],
                )
            )
            out.write(b"data" + struct.pack("<I", len(data)))
        out.write(data)


def facts(path):
    """What a WAV file says of itself: {"rate": "48000", ...}."""
    with open(path, "rb") as source:
        riff = source.read()
    if riff[:4] != b"RIFF" or riff[8:12] != b"WAVE":
        sys.exit(path + ": no WAV file")
    found = {}
    position = 12
    while position + 8 <= len(riff):
        name, size = struct.unpack("<4sI", riff[position : position + 8])
        body = riff[position + 8 : position + 8 + size]
        if name == b"fmt ":
            tag, channels, rate = struct.unpack("<HHI", body[:8])
            bits = struct.unpack("<H", body[14:16])[0]
            if tag == 0xFFFE:
                tag = struct.unpack("<H", body[24:26])[0]
            found.update(rate=str(rate), channels=str(channels))
            found["format"] = ("f" if tag == 3 else "s") + str(bits)
        elif name == b"data":
            found["samples"] = str(len(body) * 8 // bits // channels)
            if tag == 3:
                values = struct.unpack("<%df" % (len(body) // 4), body)
                found["finite"] = "yes" if all(map(math.isfinite, values)) else "no"
        position += 8 + size + size % 2
    return found


def holds(options):
    found = facts(options.file)
    for wanted in options.facts:
        name, _, value = wanted.partition("=")
        if found.get(name) != value:
            sys.exit("%s: %s expected, found %s" % (options.file, wanted, found))


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    maker = commands.add_parser("make")
    maker.add_argument("file")
    maker.add_argument("--rate", type=int, default=48000)
    maker.add_argument("--channels", type=int, default=1)
    maker.add_argument("--samples", type=int, default=24000)
    maker.add_argument("--format", choices=sorted(BYTES), default="s16")
    maker.add_argument("--raw", action="store_true")
    maker.add_argument("--level", type=float, default=0.5)
    maker.add_argument("--nan", type=int, default=-1)
    maker.add_argument("--gap", default="0:0")
    holder = commands.add_parser("holds")
    holder.add_argument("file")
    holder.add_argument("facts", nargs="+")
    options = parser.parse_args()
    make(options) if options.command == "make" else holds(options)


main()
