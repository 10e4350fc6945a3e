#!/usr/bin/env python3
"""Checks which room includes which, and that a type name has one definition.

Usage: check_includes.py [ROOT] [--table]
  ROOT     the repository; by default the one that contains this file
  --table  print the rooms and what they may include, as Markdown, and exit

A room is a folder under src/ with an entry in ROOMS. It includes its own headers, base, the C++ standard library, and
what its entry names. Headers of POSIX and of Windows are for the rooms that are marked so, below src/os; another folder
includes none but those that its entry names. Headers form no cycle, and neither does the table. Folders in OUTSIDE use the
library through include/deepfilter.

Test code may include every room: the folders tests, fuzz and bench, the folders src/ROOM/testing, and *_test.cc. The code
of a room includes no test code.

A class, struct, union or enum that has a name and external linkage is defined in one place for each namespace. Two
definitions of one name are two types that the linker merges into one (a breach of the one-definition rule). The twins of
one source, in the folders posix and win32, are for different programs.

Exits with 1 and one line for each breach, else with 0.
"""

import re
import sys
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Set, Tuple


class Room(NamedTuple):
    uses: Tuple[str, ...] = ()       # rooms, or wings ("convert/*"), or single headers from EXCEPTIONS
    libraries: Tuple[str, ...] = ()  # prefixes of other projects' headers
    core: bool = False               # no operating system, not even by way of another room
    system: bool = False             # headers of an operating system


# From the bottom up: a room uses rooms above its own line only.
ROOMS: Dict[str, Room] = {
    # The compilers' own headers, for the floating-point mode; systems' headers that tell what a processor has.
    "base": Room(libraries=("xmmintrin.h", "arm_acle.h", "sys/auxv.h", "sys/sysctl.h", "windows.h"), core=True),
    "os": Room(),
    "os/posix": Room(uses=("os",), system=True),
    "os/win32": Room(uses=("os",), system=True),
    "os/process": Room(uses=("os",)),
    "os/process/posix": Room(uses=("os", "os/process"), system=True),
    "os/process/win32": Room(uses=("os", "os/win32", "os/process"), system=True),
    # The compilers' own headers, for instructions that Highway does not have.
    "kernels": Room(libraries=("hwy/", "immintrin.h", "cpuid.h", "intrin.h", "arm_neon.h"), core=True),
    "dsp": Room(uses=("kernels",), core=True),
    "formats/onnx": Room(libraries=("protozero/",)),
    "formats/torch": Room(libraries=("zlib.h",)),
    "formats/safetensors": Room(uses=("formats/torch",), libraries=("nlohmann/",)),
    "formats/archive": Room(libraries=("archive.h", "archive_entry.h")),
    "formats/ini": Room(libraries=("ini.h",)),
    "formats/packed": Room(core=True),
    "model": Room(core=True),
    "convert/packed": Room(uses=("formats/packed", "model"), core=True),
    "convert/graph": Room(uses=("formats/onnx",)),
    "convert/config": Room(uses=("model", "formats/ini")),
    "convert/lift": Room(uses=("convert/graph", "convert/config", "model", "formats/onnx")),
    "convert/load": Room(uses=("convert/graph", "convert/lift", "convert/config", "convert/packed", "model", "formats/*",
                               "os")),
    "convert/export": Room(uses=("convert/graph", "convert/config", "model", "formats/onnx", "dsp/erb.h")),
    "convert/surgery": Room(uses=("convert/graph", "convert/config", "convert/lift", "convert/load",
                                  "convert/export", "model", "formats/onnx")),
    "convert/plan": Room(uses=("convert/*", "model", "formats/onnx", "formats/ini")),
    "engine": Room(uses=("model",), core=True),
    "engine/native": Room(uses=("engine", "model", "kernels"), core=True),
    "stream/denoise": Room(uses=("dsp", "model", "engine"), core=True),
    "stream/host": Room(uses=("stream/denoise", "dsp", "model", "engine"), core=True),
    "ort": Room(uses=("engine", "model", "convert/plan", "stream/denoise", "dsp", "os"),
                libraries=("onnxruntime_c_api.h",)),
    "verify": Room(uses=("convert/*", "engine", "engine/native", "ort", "stream/denoise", "model", "dsp",
                         "formats/onnx")),
    "store/embed": Room(uses=("convert/load", "convert/packed", "model")),
    "store": Room(uses=("formats/archive", "os"), libraries=("nettle/",)),
    "store/pull": Room(uses=("store", "os", "os/process"), libraries=("curl/",)),
    "api/open": Room(uses=("convert/*", "engine", "engine/native", "kernels", "model", "store", "os")),
    "api/select": Room(uses=("api/open", "convert/*", "engine", "kernels", "stream/denoise", "ort", "model", "store")),
    "api/tools": Room(uses=("api/open", "api/select", "convert/*", "model", "store", "verify", "ort", "os"),
                      libraries=("nlohmann/",)),
    "api/c": Room(uses=("api/open", "api/tools", "convert/*", "formats/packed", "kernels", "engine", "engine/native", "stream/*", "model",
                        "store", "os", "include")),
    "api/libdf": Room(uses=("api/open", "convert/*", "engine", "engine/native", "stream/*", "model", "include")),
    "audio": Room(uses=("os",), libraries=("ebur128.h", "sndfile", "soxr")),
    "media": Room(uses=("audio", "os", "os/process"), libraries=("nlohmann/",)),
    "picture": Room(uses=("dsp",), libraries=("zlib.h",)),
    "device": Room(uses=("os",), libraries=("miniaudio.h",)),
    "live": Room(uses=("device", "audio", "picture", "stream/*", "dsp", "model", "engine", "os")),
    "screen": Room(),
    "bench": Room(uses=("kernels", "dsp", "model", "engine", "engine/native", "stream/*", "os"),
                  libraries=("hwy/", "malloc.h")),
    "cli": Room(uses=("*",), libraries=("CLI/", "fmt/", "nlohmann/")),
    "cli/report": Room(uses=("audio", "picture", "cli"), libraries=("fmt/",)),
    "cli/enhance": Room(uses=("*",), libraries=("fmt/", "nlohmann/")),
    "cli/deep_filter": Room(uses=("*",), libraries=("fmt/", "nlohmann/")),
    "cli/compare": Room(uses=("*",), libraries=("fmt/", "nlohmann/")),
    "cli/models": Room(uses=("*",), libraries=("fmt/", "nlohmann/")),
    "cli/bench": Room(uses=("*",), libraries=("fmt/", "nlohmann/")),
    "cli/doctor": Room(uses=("*",), libraries=("fmt/", "nlohmann/")),
    "cli/plot": Room(uses=("*",), libraries=("fmt/",)),
    "cli/live": Room(uses=("*",), libraries=("fmt/", "nlohmann/")),
    "cli/main": Room(uses=("*",), libraries=("fmt/", "nlohmann/")),
}

# Headers that a room may include from a room which it may not use, each with its reason; three at most.
EXCEPTIONS: Dict[str, str] = {
    "dsp/erb.h": "an exported audio graph holds the ERB filter bank as a constant; the rest of dsp runs samples",
}
MOST_EXCEPTIONS = 3

# Folders beside src/ that use the library through include/deepfilter.
OUTSIDE = ("bindings", "examples", "plugins", "python", "web")

PUBLIC = ("deepfilter/", "deep_filter/")

STANDARD = frozenset("""
    algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv
    chrono cinttypes climits clocale cmath codecvt compare complex concepts condition_variable
    coroutine csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar
    cwctype deque exception execution filesystem forward_list fstream functional future
    initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map
    memory memory_resource mutex new numbers numeric optional ostream queue random ratio regex
    scoped_allocator semaphore set shared_mutex source_location span sstream stack stdexcept
    stop_token streambuf string string_view system_error thread tuple type_traits typeindex
    typeinfo unordered_map unordered_set utility valarray variant vector version
    assert.h ctype.h errno.h fenv.h float.h inttypes.h limits.h locale.h math.h setjmp.h signal.h
    stdarg.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h time.h uchar.h wchar.h wctype.h
    """.split())

SYSTEM = re.compile(
    r"(sys|arpa|net|netinet|linux|mach|mach-o)/.*|(aclapi|aio|dirent|direct|dlfcn|fcntl|fnmatch|ftw|glob|grp|iconv|io|"
    r"langinfo|libgen|netdb|poll|process|psapi|pthread|pwd|sched|semaphore|shellapi|shlobj|spawn|strings|syslog|"
    r"termios|unistd|utime|windows|winsock2|winternl|wordexp|ws2tcpip)\.h", re.IGNORECASE)

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SUFFIXES = (".h", ".hpp", ".c", ".cc", ".cpp")


def are_twins(one: Path, other: Path) -> bool:
    """Whether these are one source for two systems, of which a program has one."""
    return (one.parts != other.parts and one.name == other.name and one.parent.parent == other.parent.parent
            and {one.parent.name, other.parent.name} == {"posix", "win32"})


def is_test(name: str) -> bool:
    return name.endswith("_test.cc") or "/testing/" in name


def sources(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES)


def includes(path: Path) -> Iterator[Tuple[int, str]]:
    """Line and name of each #include except a room's own generated parts ("x.inc")."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = INCLUDE.match(line)
        if found and not (found.group(1) == '"' and re.fullmatch(r"\w+\.inc", found.group(2))):
            yield number, found.group(2)


def room_of(name: str) -> Optional[str]:
    """The room of a file or header under src/: its folder's entry in ROOMS. Test code in ROOM/testing is ROOM's."""
    folder = name.rpartition("/")[0]
    return folder if folder in ROOMS else None


def may_use(user: str, used: str) -> bool:
    for entry in ROOMS[user].uses:
        if entry in ("*", used) or (entry.endswith("/*") and used.startswith(entry[:-1])):
            return True
    return used in (user, "base")


TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/                               # comments
      |R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"       # raw strings
      |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'            # strings, characters
      |^[ \t]*\#(?:\\\n|[^\n])*                           # preprocessor
      |[A-Za-z_]\w*|::|[{}();<>=,:]""", re.X | re.S | re.M)


def defined_types(text: str) -> Iterator[Tuple[str, int]]:
    """Qualified name and line of every named type that is defined with external linkage.

    Follows namespaces and classes by their braces. Types inside functions and unnamed namespaces have no linkage, and
    macros are not expanded.
    """
    scopes: List[Optional[str]] = []  # None: a scope whose types have no external linkage
    words: List[Tuple[str, int]] = []  # the declaration so far
    for match in TOKEN.finditer(text):
        token = match.group()
        if token[0] in "/\"'#R" and not re.fullmatch(r"[A-Za-z_]\w*", token) or token.lstrip().startswith("#"):
            continue
        if token == "{":
            kind, name = opens(words)
            if kind == "namespace":
                scopes.append(name)
            elif kind == "type" and name:
                if None not in scopes:
                    yield "::".join([s for s in scopes if s] + [name]), text.count("\n", 0, words[0][1]) + 1
                scopes.append(name)
            else:
                scopes.append(None)
            words = []
        elif token == "}":
            if scopes:
                scopes.pop()
            words = []
        elif token == ";":
            words = []
        else:
            words.append((token, match.start()))


def opens(words: List[Tuple[str, int]]) -> Tuple[str, Optional[str]]:
    """What a brace after these words opens: ("namespace", name or None), ("type", name) or ("other", None)."""
    tokens = [word for word, _ in words]
    if tokens[:1] == ["extern"]:  # extern "C"
        return ("namespace", "")
    if "namespace" in tokens and "=" not in tokens:
        name = "".join(tokens[tokens.index("namespace") + 1:])
        return ("namespace", name or None)
    if "(" in tokens and "template" not in tokens and "alignas" not in tokens:
        return ("other", None)
    # Skip "template <...>": a keyword inside it opens nothing.
    depth = 0
    for i, token in enumerate(tokens):
        depth += (token == "<") - (token == ">")
        if depth == 0 and token in ("class", "struct", "union", "enum"):
            rest = [t for t in tokens[i + 1:] if t not in ("class", "struct", "final")]
            if rest and rest[0] == "alignas":
                rest = rest[rest.index(")") + 1:]
            name = ""
            for t in rest:
                if re.fullmatch(r"[A-Za-z_]\w*|::", t):
                    if name and not name.endswith("::") and t != "::":
                        break
                    name += t
                else:
                    # A specialisation ("struct X<int>") is a type of its own, and a function is no type.
                    if t == "<":
                        return ("other", None)
                    if t == "(":
                        return ("other", None)
                    break
            return ("type", name or None)
    return ("other", None)


class Checker:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.src = root / "src"
        self.breaches: List[str] = []
        # Every source under src/, by its name there, with the files of src/ that it includes.
        self.graph: Dict[str, List[Tuple[int, str]]] = {
            path.relative_to(self.src).as_posix(): [
                (number, header) for number, header in includes(path)
                if (self.src / header).is_file()]
            for path in sources(self.src)}

    def report(self, path: Path, number: int, text: str) -> None:
        self.breaches.append(f"{path.relative_to(self.root)}:{number}: {text}")

    def check_table(self) -> None:
        table = self.root / "tools" / "check_includes.py"
        if len(EXCEPTIONS) > MOST_EXCEPTIONS:
            self.report(table, 1, f"{len(EXCEPTIONS)} exceptions, at most {MOST_EXCEPTIONS} are allowed")
        names = list(ROOMS)
        for i, name in enumerate(names):
            for entry in ROOMS[name].uses:
                if entry in EXCEPTIONS or entry == "include" or entry.endswith("*"):
                    continue
                if entry not in names[:i]:
                    self.report(table, 1, f'room {name} uses "{entry}", which is not above it in ROOMS')
                elif ROOMS[name].core and not ROOMS[entry].core:
                    self.report(table, 1, f'room {name} is core and uses "{entry}", which is not')
            if not any(path.parent == self.src / name for path in sources(self.src / name)):
                self.report(table, 1, f"room {name} has no sources")

    def check_line(self, path: Path, number: int, header: str, user: str) -> None:
        """One #include in a file of the room `user`."""
        room = ROOMS[user]
        if header.startswith(PUBLIC):
            if "include" not in room.uses and "*" not in room.uses:
                self.report(path, number, f'{user} may not include "{header}"')
        elif (self.src / header).is_file():
            used = room_of(header)
            if is_test(header):
                self.report(path, number, f'"{header}" is for tests only')
            elif header not in room.uses and (used is None or not may_use(user, used)):
                self.report(path, number, f'{user} may not include "{header}"')
        elif header in STANDARD:
            pass
        elif SYSTEM.fullmatch(header):
            if not room.system and header not in room.libraries:
                self.report(path, number, f"{user} may not include the system's <{header}>; only src/os may, in the "
                                          "rooms posix and win32")
        elif not (room.libraries and header.startswith(room.libraries)):
            self.report(path, number, f"{user} may not include <{header}>, which is neither standard "
                                      "nor a file under src/")

    def check_rooms(self) -> None:
        for name in self.graph:
            if is_test(name):
                continue
            user = room_of(name)
            path = self.src / name
            if user is None:
                self.report(path, 1, f"the folder {Path(name).parent} has no entry in tools/check_includes.py")
                continue
            for number, header in includes(path):
                self.check_line(path, number, header, user)

    def check_public(self) -> None:
        for path in sources(self.root / "include"):
            for number, header in includes(path):
                if header not in STANDARD and not header.startswith(PUBLIC):
                    self.report(path, number, f'public headers may not include "{header}"')

    def check_outside(self) -> None:
        for folder in OUTSIDE:
            for path in sources(self.root / folder):
                for number, header in includes(path):
                    if (self.src / header).is_file():
                        self.report(path, number, f'{folder}/ may not include "{header}"')
                    elif folder == "plugins" and SYSTEM.fullmatch(header):
                        self.report(path, number, f"{folder}/ may not include the system's <{header}>")

    def check_cycles(self) -> None:
        done: Set[str] = set()

        def visit(header: str, trail: List[str]) -> None:
            for number, target in self.graph.get(header, []):
                if target in trail:
                    loop = trail[trail.index(target):] + [target]
                    self.report(self.src / header, number, "cycle: " + " -> ".join(loop))
                elif target not in done:
                    visit(target, trail + [target])
            done.add(header)

        for header in self.graph:
            if header.endswith(".h") and header not in done:
                visit(header, [header])

    def check_types(self) -> None:
        first: Dict[str, Tuple[Path, int]] = {}
        for folder in ("src", "include", "plugins"):
            for path in sources(self.root / folder):
                seen_here: Set[str] = set()  # the branches of an #if may define one type each
                for name, number in defined_types(path.read_text(encoding="utf-8")):
                    if name in seen_here:
                        continue
                    seen_here.add(name)
                    if name in first and not are_twins(path, first[name][0]):
                        other, line = first[name]
                        self.report(path, number, f"type {name} is also defined in "
                                                  f"{other.relative_to(self.root)}:{line}")
                    else:
                        first[name] = (path, number)


def print_table() -> None:
    print("| room | may include, beside `base` and the standard library | other projects | core | system |")
    print("| --- | --- | --- | --- | --- |")
    for name, room in ROOMS.items():
        uses = ", ".join(f"`{entry}`" for entry in room.uses) or "–"
        libraries = ", ".join(f"`{entry}`" for entry in room.libraries) or "–"
        print(f"| `{name}` | {uses} | {libraries} | {'yes' if room.core else ''} | "
              f"{'yes' if room.system else ''} |")


def main() -> int:
    arguments = [a for a in sys.argv[1:] if a != "--table"]
    if len(arguments) < len(sys.argv) - 1:
        print_table()
        return 0
    default = Path(__file__).resolve().parent.parent
    checker = Checker(Path(arguments[0]).resolve() if arguments else default)
    if not checker.src.is_dir():
        print(f"{checker.src} is no folder", file=sys.stderr)
        return 2
    checker.check_table()
    checker.check_rooms()
    checker.check_public()
    checker.check_outside()
    checker.check_cycles()
    checker.check_types()
    for breach in checker.breaches:
        print(breach)
    return 1 if checker.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
