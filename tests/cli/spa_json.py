"""Reads SPA-JSON, the relaxed JSON of PipeWire's configuration files.

    spa_json.py FILE EXPRESSION      whether a Python expression over its object `c` holds

Words need no quotes, ":" may be "=" or nothing, commas are blanks, "#" begins a comment.
"""

import json
import re
import sys

TOKEN = re.compile(r"""(?P<skip>[\s,:=]+|\#[^\n]*)|(?P<sign>[{}\[\]])|(?P<string>"(?:[^"\\\n]|\\.)*")
                       |(?P<word>[^\s,:={}\[\]"\#]+)""", re.VERBOSE)


def tokens(text):
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise ValueError(f"no SPA-JSON at {text[at:at + 30]!r}")
        at = found.end()
        if found.lastgroup != "skip":
            yield found.lastgroup, found.group()


def value(source):
    kind, text = next(source)
    if text == "{" and kind == "sign":
        return members(source, "}")
    if text == "[" and kind == "sign":
        return items(source, "]")
    if kind == "sign":
        raise ValueError(f"{text} where a value belongs")
    return word(kind, text)


def word(kind, text):
    if kind == "string":
        return json.loads(text)
    try:
        return json.loads(text)
    except ValueError:
        return text


def members(source, end):
    found = {}
    for kind, text in source:
        if kind == "sign":
            if text == end:
                return found
            raise ValueError(f"{text} where a key belongs")
        key = json.loads(text) if kind == "string" else text
        if key in found:
            raise ValueError(f"{key} stands twice")
        found[key] = value(source)
    if end:
        raise ValueError(f"{end} is missing")
    return found


def items(source, end):
    found = []
    for kind, text in source:
        if kind == "sign" and text == end:
            return found
        if kind == "sign" and text in "{[":
            found.append(members(source, "}") if text == "{" else items(source, "]"))
        elif kind == "sign":
            raise ValueError(f"{text} in a list")
        else:
            found.append(word(kind, text))
    raise ValueError(f"{end} is missing")


def parse(text):
    """A whole file: the members of an object without its braces."""
    return members(tokens(text), "")


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        c = parse(file.read())
    sys.exit(0 if eval(sys.argv[2]) else 1)
