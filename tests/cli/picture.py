#!/usr/bin/env python3
"""Looks at pictures and pages for the command-line tests, with the standard library only.

picture.py png FILE EXPRESSION   a Python expression over `width`, `height` and `pixel(x, y)`, a tuple of
                                 red, green and blue, holds for a PNG file of 8 bits with a palette
picture.py svg FILE EXPRESSION   the same over `root`, the element of a well-formed SVG file, `texts`, and
                                 `pictures`, the number of PNG files in it
picture.py page FILE [WORD...]   the page of a report is strict and self-contained, and its text has the
                                 words
"""

import base64
import re
import struct
import sys
import xml.etree.ElementTree as tree
import zlib
from html.parser import HTMLParser

SVG = "{http://www.w3.org/2000/svg}"
VOID = {"meta", "img", "input", "path", "link", "br"}
# Attributes that would make a browser fetch something, beside those that begin with data: or #.
ADDRESSES = {"src", "href", "xlink:href", "action", "data", "poster", "srcset"}
MOST_BYTES = 5_000_000


def end(problem):
    print(problem)
    sys.exit(1)


def png(data):
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        end("no PNG file")
    chunks, at = {}, 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        (crc,) = struct.unpack(">I", data[at + 8 + size : at + 12 + size])
        if crc != zlib.crc32(kind + body):
            end(f"checksum of {kind}")
        chunks[kind] = chunks.get(kind, b"") + body
        at += 12 + size
    width, height, bits, kind = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    rows = zlib.decompress(chunks[b"IDAT"])
    if (bits, kind) != (8, 3) or len(rows) != (width + 1) * height or b"IEND" not in chunks:
        end("not a PNG file of 8 bits with a palette")
    palette = chunks[b"PLTE"]

    def pixel(x, y):
        index = rows[y * (width + 1) + 1 + x]
        return tuple(palette[3 * index : 3 * index + 3])

    return {"width": width, "height": height, "pixel": pixel}


def svg(data):
    root = tree.fromstring(data)
    pictures = 0
    for image in root.iter(SVG + "image"):
        head, _, body = image.get("href").partition(",")
        if head != "data:image/png;base64":
            end("a picture that is not in the file")
        png(base64.b64decode(body, validate=True))
        pictures += 1
    return {"root": root, "pictures": pictures, "texts": [text.text for text in root.iter(SVG + "text")]}


class Page(HTMLParser):
    """Every element is closed in its turn, every id is there once, and nothing leads outside."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.wanted, self.text, self.links = [], set(), [], [], []
        self.declared = False

    def handle_decl(self, decl):
        self.declared = decl.lower() == "doctype html"

    def handle_starttag(self, tag, attrs):
        if len({name for name, _ in attrs}) != len(attrs):
            end(f"an attribute twice: {self.get_starttag_text()}")
        values = dict(attrs)
        if "id" in values:
            if values["id"] in self.ids:
                end(f"id {values['id']} twice")
            self.ids.add(values["id"])
        for name in ("for", "aria-labelledby"):
            self.wanted += (values.get(name) or "").split()
        for name in ADDRESSES & set(values):
            if tag == "a":
                self.links.append(values[name])
            elif not values[name].startswith(("data:", "#")):
                end(f"{tag} leads to {values[name][:60]}")
        if tag == "img" and not values.get("alt"):
            end("a picture without words")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            end(f"</{tag}> closes nothing")

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)


def page(name, words):
    with open(name, encoding="utf-8") as file:
        html = file.read()
    if len(html.encode()) > MOST_BYTES:
        end(f"{len(html)} bytes")
    parser = Page()
    parser.feed(html)
    parser.close()
    if not parser.declared or parser.open:
        end(f"not closed: {parser.open}")
    missing = set(parser.wanted) - parser.ids
    if missing:
        end(f"no such id: {missing}")
    if re.search(r"https?://|//[a-z0-9.-]+\.[a-z]{2,}/", re.sub(r"base64,[^\"]*", "", html)):
        end("an address in the page")
    text = " ".join(parser.text)
    for word in words:
        if word not in text and word not in parser.links:
            end(f'the page does not say "{word}"')


def main():
    kind, name, *rest = sys.argv[1:]
    if kind == "page":
        page(name, rest)
        return
    with open(name, "rb") as file:
        facts = {"png": png, "svg": svg}[kind](file.read())
    if not eval(rest[0], facts):
        end(f"{name}: not {rest[0]}")


if __name__ == "__main__":
    main()
