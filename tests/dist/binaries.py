"""What programs, libraries and plugins ask of the system that they run on, and what they show to it."""

import re
from pathlib import Path
from typing import List

import lief

NEWEST_GLIBC = (2, 17)
LINUX_LIBRARIES = re.compile(r"^(lib(c|m|pthread|dl|rt)\.so\.[0126]|ld-linux.*\.so\.[12]|libc\.so)$")
# Of every Windows from 10 on.
WINDOWS_LIBRARIES = re.compile(
    r"^(kernel32|ntdll|advapi32|shell32|user32|ole32|bcrypt|ws2_32|crypt32|shlwapi|version)\.dll$"
    r"|^(api-ms-win-.*|ucrtbase)\.dll$", re.IGNORECASE)
MACOS_LIBRARIES = re.compile(r"^/usr/lib/|^/System/Library/Frameworks/")
# The compiler's linker for macOS keeps no list of what to export, so visibility decides alone: what C++
# says is visible, zstd's two loops in assembly (with and without C's underscore), and in plugins this
# project's own functions. Names of one file do not reach into another there (two-level namespaces).
MACOS_VISIBLE = r"|(dfn|df)_[a-z0-9_]+|_Z(n[wa]|d[la])\w+|_?H?UF_decompress\w+_fast_asm_loop"
MACOS_OLDEST = {"aarch64-macos": [11, 0], "x86_64-macos": [10, 13]}
PLUGIN_SYMBOLS = {"deep_filter_ladspa": {"ladspa_descriptor"}, "deepfilter.lv2": {"lv2_descriptor"},
                  "clap": {"clap_entry"}}
# On Linux one module is all three.
ANY_PLUGIN = "clap_entry|ladspa_descriptor|lv2_descriptor"


def expected_exports(path: Path) -> "tuple[str, set[str]]":
    """What a file may export: a pattern, and what has to be there."""
    whole = path.as_posix()
    for part, names in PLUGIN_SYMBOLS.items():
        if part in whole:
            return ANY_PLUGIN, names
    if re.search(r"/bin/deep-?filter(\.exe)?$", whole):
        return "$.", set()
    return "(dfn|df)_[a-z0-9_]+", {"dfn_model_open", "dfn_stream_process", "df_create"}


def check_exports(path: Path, names: "set[str]", also: str = "") -> "List[str]":
    """`also` goes to the end of the pattern."""
    pattern, wanted = expected_exports(path)
    pattern += also
    problems = [f"exports {name}" for name in sorted(names) if not re.fullmatch(pattern, name)]
    return problems + [f"does not export {name}" for name in sorted(wanted - names)]


def check_elf(path: Path, target: str) -> "List[str]":
    binary = lief.ELF.parse(str(path))
    problems = [f"needs {name}" for name in binary.libraries if not LINUX_LIBRARIES.match(name)]
    if target.endswith("-musl"):
        problems += [f"needs {name}, and is for musl" for name in binary.libraries if name != "libc.so"]
    for requirement in binary.symbols_version_requirement:
        for entry in requirement.get_auxiliary_symbols():
            version = re.fullmatch(r"GLIBC_([0-9.]+)", entry.name)
            if version is None or tuple(map(int, version[1].split("."))) [:2] > NEWEST_GLIBC:
                problems.append(f"needs {entry.name} of {requirement.name}")
    for tag in ("RPATH", "RUNPATH"):
        if binary.has(getattr(lief.ELF.DynamicEntry.TAG, tag)):
            problems.append(f"has a {tag}")
    if any(section.name.startswith(".debug_") for section in binary.sections):
        problems.append("has debug information")
    stack = binary.get(lief.ELF.Segment.TYPE.GNU_STACK)
    if stack is None or int(stack.flags) & 1:
        problems.append("wants a stack that may be executed")
    names = {symbol.name for symbol in binary.exported_symbols}
    # What every linker defines in a program.
    names -= {"_init", "_fini", "_start", "_end", "_edata", "__bss_start", "main"}
    if path.parent.name == "bin":
        return problems
    # Destructors that nobody calls when a library is closed are called at the process's end, in no memory.
    needed = {symbol.name for symbol in binary.imported_symbols}
    if "__cxa_atexit" in needed and not ("__cxa_finalize" in needed and
                                         binary.has(lief.ELF.DynamicEntry.TAG.FINI_ARRAY)):
        problems.append("leaves its destructors to the end of the process")
    return problems + check_exports(path, names)


def check_pe(path: Path, target: str) -> "List[str]":
    binary = lief.PE.parse(str(path))
    problems = [f"needs {name}" for name in binary.libraries if not WINDOWS_LIBRARIES.match(name)]
    flags = lief.PE.OptionalHeader.DLL_CHARACTERISTICS
    for flag in (flags.DYNAMIC_BASE, flags.NX_COMPAT, flags.HIGH_ENTROPY_VA):
        if not binary.optional_header.has(flag):
            problems.append(f"lacks {flag.name}")
    return problems + check_exports(path, {entry.name for entry in binary.exported_functions})


def check_macho(path: Path, target: str) -> "List[str]":
    binary = lief.MachO.parse(str(path)).at(0)
    own_name = lief.MachO.LoadCommand.TYPE.ID_DYLIB
    problems = [f"needs {entry.name}" for entry in binary.libraries
                if entry.command != own_name and not MACOS_LIBRARIES.match(entry.name)]
    problems += [f"is named {entry.name}" for entry in binary.libraries
                 if entry.command == own_name and not entry.name.startswith("@rpath/")]
    if binary.has_build_version:
        oldest = list(binary.build_version.minos)[:2]
    elif binary.has_version_min:
        oldest = list(binary.version_min.version)[:2]
    else:
        oldest = []
    if oldest != MACOS_OLDEST[target]:
        problems.append(f"is for macOS {oldest}, expected {MACOS_OLDEST[target]}")
    if target.startswith("aarch64") and not binary.has_code_signature:
        problems.append("is not signed, so that Apple silicon does not run it")
    exports = (binary.dyld_exports_trie if binary.has_dyld_exports_trie else binary.dyld_info).exports
    # Without C's underscore.
    names = {entry.symbol.name[1:] for entry in exports if entry.symbol is not None}
    # What the linker adds.
    names -= {"_mh_execute_header", "_mh_dylib_header", "_mh_bundle_header", "__dso_handle", "main"}
    # Nothing looks for names in a program.
    if path.parent.name == "bin":
        return problems
    return problems + check_exports(path, names, MACOS_VISIBLE)


def check(path: Path, target: str) -> "List[str]":
    """Sentences about what is wrong with a file."""
    for magic, one in ((b"\x7fELF", check_elf), (b"MZ", check_pe), (b"\xcf\xfa\xed\xfe", check_macho)):
        if path.read_bytes()[:len(magic)] == magic:
            return one(path, target)
    return ["is no program or library"]


def is_binary(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and \
        path.read_bytes()[:4] in (b"\x7fELF", b"\xcf\xfa\xed\xfe") or \
        (path.suffix in (".exe", ".dll", ".clap") and path.is_file())
