#!/usr/bin/env python3
"""Checks what libdeepfilter shows and uses: symbols.py SHARED STATIC INCLUDE [--release]

 - the shared library exports the functions of the public headers, all of them and nothing else;
 - our objects use nothing that prints, ends the process or asserts (asserts: --release only);
 - they hold no memory that is written after they are loaded, but for the process's instruction set;
 - the library needs no other library than those named below.
"""

import re
import subprocess
import sys
from pathlib import Path

# Direct dependencies; what is not there on a system (libm, libgcc_s) is no fault.
NEEDED = re.compile(r"lib(nettle|archive|inih|z|hwy|stdc\+\+|c\+\+|c\+\+abi|m|gcc_s|"
                    r"pthread|c|atomic)\.so\.\d+|ld-linux.*|libunwind\.so\.\d+")
FORBIDDEN = re.compile(r"_?(stdout|stderr|v?f?printf|(__)?v?f?printf_chk|puts|fputs|putchar|fputc|"
                       r"perror|syslog|abort|exit|_exit|_Exit|quick_exit|_ZSt4cout|_ZSt4cerr|"
                       r"_ZSt4clog|_ZSt4wcout)")
ASSERT = re.compile(r"__assert_fail|__assert_rtn")
# libstdc++'s own, for waiting on atomics: shared by the whole process, in any program that does.
STANDARD_STATE = re.compile(r"_ZZ?(G?V)?Z?N(St|Ss|Sa)|_ZSt|_ZGVNSt|DW\.ref\.|__dso_handle|completed|"
                            r"__TMC_END__")
# The instruction set is the process's: Highway keeps its part of that choice in libhwy for all of the
# process, and these are what it does not know, the instructions for bytes (src/kernels/targets.h).
KERNEL_CHOICE = re.compile(r"_ZN3dfn12_GLOBAL__N_1(15active_byte_dot|13tiles_allowed)E$")


def lines(*command: str) -> list:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def declared(include: Path) -> set:
    names = set()
    for header in include.rglob("*.h"):
        text = re.sub(r"/\*.*?\*/|//[^\n]*", "", header.read_text(), flags=re.DOTALL)
        names |= set(re.findall(r"\b(dfn?_[a-z0-9_]+)\s*\(", text))
    return {name for name in names if not re.search(rf"\(\*\s*{name}\b", "")}


def main() -> int:
    shared, static, include = sys.argv[1:4]
    faults = []

    exported = {line.split()[-1].split("@")[0]
                for line in lines("nm", "-D", "--defined-only", shared)}
    expected = declared(Path(include))
    faults += [f"{name} is exported" for name in sorted(exported - expected)]
    faults += [f"{name} is declared and not exported" for name in sorted(expected - exported)]
    if len(expected) < 40:
        faults.append(f"only {len(expected)} functions were found in the headers")

    member = static
    for line in lines("nm", "-A", "--undefined-only", static):
        member, name = line.split(":")[1], line.split()[-1]
        if FORBIDDEN.fullmatch(name) or ("--release" in sys.argv and ASSERT.fullmatch(name)):
            faults.append(f"{member} uses {name}")

    for library in (shared, static):
        section = []  # the line that names the section, in a member of which all else is allowed
        for line in lines("objdump", "-t", library) + ["end: file format"]:
            if ": " in line and "file format" in line:
                faults += section
                section = []
            found = re.search(r"\sO?\s*\.(t?data|t?bss)(\.(?!rel\.ro)\S+)?\s+[0-9a-f]+\s+(.*)$", line)
            if not found:
                continue
            name = found.group(3).split()[-1]
            fault = f"{Path(library).name} holds state: {line}"
            if KERNEL_CHOICE.match(name):
                section = []
            elif name == ".bss":
                section = [fault]
            elif not STANDARD_STATE.match(name):
                faults.append(fault)

    for line in lines("readelf", "-d", shared):
        found = re.search(r"\(NEEDED\).*\[(.*)\]", line)
        if found and not NEEDED.fullmatch(found.group(1)):
            faults.append(f"it needs {found.group(1)}")

    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
