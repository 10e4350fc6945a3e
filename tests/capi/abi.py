#!/usr/bin/env python3
"""Compares the binary interface of libdeepfilter with abi.txt: abi.py INCLUDE COMPILER [--update]

INCLUDE is the folder of the public headers, COMPILER a C compiler. abi.txt holds the declaration of each function (the
library exports these and nothing else, see symbols.py), the size of each struct with the offset of each field, and the
value of each enumerator. Its numbers are those of 64-bit systems; on others only the declarations are compared. A line
that is gone or changed breaks programs that were linked before. --update writes abi.txt anew.
"""

import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import List

HEADERS = ("deepfilter/deepfilter.h", "deepfilter/tools.h", "deep_filter/deep_filter.h")
FILE = Path(__file__).resolve().parent / "abi.txt"


def text_of(header: Path) -> str:
    """A header's declarations, separated by single spaces, without comments and preprocessor lines."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", header.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"^\s*#(?:\\\n|[^\n])*", "", text, flags=re.MULTILINE)
    return re.sub(r"\s+", " ", text)


def functions(text: str) -> List[str]:
    """Each declaration without the macros around it."""
    return [" ".join(found.split()) for found in re.findall(r"\bDFN?_API\s+([^;{]*?\))[\sA-Z_]*;", text)]


def layout(texts: List[str], include: str, compiler: str) -> List[str]:
    """Sizes, offsets and values, as a C program prints them."""
    prints = []
    for text in texts:
        for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\} \1;", text):
            prints.append(f'printf("size {name} %zu\\n", sizeof({name}));')
            for field in re.findall(r"(\w+)(?:\[\w*\])?\s*(?:;|,)", body):
                prints.append(f'printf("offset {name}.{field} %zu\\n", offsetof({name}, {field}));')
        for name, body in re.findall(r"typedef enum (\w+) \{(.*?)\} \1;", text):
            prints.append(f'printf("size {name} %zu\\n", sizeof({name}));')
            for value in re.findall(r"(\w+)\s*(?:=[^,]*)?(?:,|$)", body.strip()):
                prints.append(f'printf("value {value} %d\\n", (int){value});')
    source = "#include <stddef.h>\n#include <stdio.h>\n" + "".join(f"#include <{header}>\n" for header in HEADERS)
    source += "int main(void) {\n" + "\n".join(prints) + "\nreturn 0;\n}\n"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "layout.c").write_text(source, encoding="utf-8")
        program = str(Path(folder, "layout"))
        subprocess.run([compiler, "-I", include, "-o", program, str(Path(folder, "layout.c"))], check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()


def main() -> int:
    include, compiler = sys.argv[1:3]
    texts = [text_of(Path(include, header)) for header in HEADERS]
    found = [f"function {f}" for text in texts for f in functions(text)] + layout(texts, include, compiler)
    if "--update" in sys.argv:
        FILE.write_text("\n".join(found) + "\n", encoding="utf-8")
        return 0
    kept = FILE.read_text(encoding="utf-8").splitlines()
    if struct.calcsize("P") != 8:
        found = [line for line in found if line.startswith("function ")]
        kept = [line for line in kept if line.startswith("function ")]
    faults = [f"gone or changed: {line}" for line in kept if line not in found]
    faults += [f"not in {FILE.name}: {line}" for line in found if line not in kept]
    for fault in faults:
        print(fault)
    if faults:
        print(f"If that is meant, run this with --update and commit {FILE.name}. A line that is gone or changed")
        print("breaks programs that were linked before: it needs a new major version.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
