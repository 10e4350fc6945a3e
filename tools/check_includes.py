#!/usr/bin/env python3
"""Holds the law of who may include whom, and says where the sources break it.

Usage: check_includes.py [ROOT]     ROOT is the repository, by default the one this file lies in.

Every room under src/ includes itself, base, the C++ standard library, and what its entry in ROOMS
names; nothing else. Core rooms know no operating system. Headers form no cycle. Folders in OUTSIDE
are users of the library.
Test code may include any room: the folders tests, fuzz and bench; beside the code the files
*_test.cc, test_*.h, testing.h, the sources that only dfn_test() lists, and the headers that only
test code includes. Room code may not include what is named as test code.
Exits 1 with one line per breach, else 0.
"""

import re
import sys
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Set, Tuple


class Room(NamedTuple):
    uses: Tuple[str, ...] = ()       # path prefixes under src/: "model/" or one header
    libraries: Tuple[str, ...] = ()  # prefixes of other people's headers
    core: bool = False               # no operating system


# From the bottom up: a room uses only rooms above its own line.
ROOMS: Dict[str, Room] = {
    # The compilers' own headers, for the floating-point mode.
    "base": Room(libraries=("xmmintrin.h", "arm_acle.h"), core=True),
    "kernels": Room(libraries=("hwy/",), core=True),
    "dsp": Room(uses=("kernels/",), libraries=("kissfft/", "kiss_fft"), core=True),
    "formats": Room(libraries=("protozero/", "archive.h", "archive_entry.h", "ini.h", "zlib.h")),
    "model": Room(core=True),
    "convert": Room(uses=("model/", "formats/", "dsp/erb.h")),
    "engine": Room(uses=("model/", "kernels/"), core=True),
    "stream": Room(uses=("dsp/", "model/", "engine/network.h"), core=True),
    "ort": Room(uses=("engine/network.h", "model/", "convert/run_plan.h", "stream/denoiser.h",
                      "formats/printable.h"),
                libraries=("onnxruntime_c_api.h",)),
    "verify": Room(uses=("model/", "formats/onnx/", "convert/", "engine/", "ort/", "stream/")),
    "store": Room(uses=("formats/archive/",), libraries=("curl/", "openssl/")),
    "api": Room(uses=("model/", "convert/", "kernels/targets.h", "engine/", "ort/", "stream/",
                      "store/", "deepfilter/", "deep_filter/")),
    "audio": Room(libraries=("sndfile", "soxr")),
    "bench": Room(uses=("kernels/", "dsp/", "model/", "engine/", "stream/", "audio/snr.h",
                        "api/large_pages.h"),
                  libraries=("hwy/", "malloc.h")),
    "cli": Room(uses=("",), libraries=("CLI/", "fmt/", "nlohmann/")),
}

# The public headers: the standard library and each other.
PUBLIC = Room(uses=("deepfilter/", "deep_filter/"), core=True)

# Folders beside src/ that go through include/deepfilter, and the rooms they may use besides.
OUTSIDE: Dict[str, Tuple[str, ...]] = {
    "bindings": (),
    "examples": (),
    "plugins": (),
    "python": ("convert/",),
    "wasm": (),
}

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
    r"(sys|arpa|net|netinet|linux)/.*|(aio|dirent|dlfcn|fcntl|fnmatch|ftw|glob|grp|iconv|langinfo|"
    r"libgen|netdb|poll|pthread|pwd|sched|semaphore|spawn|strings|syslog|termios|unistd|utime|"
    r"wordexp)\.h")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
TEST_CALL = re.compile(r"dfn_test\([^)]*\)")
SOURCE_NAME = re.compile(r"[\w./-]+\.cc\b")
SUFFIXES = (".h", ".hpp", ".c", ".cc", ".cpp")


def named_as_test(name: str) -> bool:
    base = name.rsplit("/", 1)[-1]
    return base == "testing.h" or base.startswith("test_") or base.endswith("_test.cc")


def sources(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES)


def includes(path: Path) -> Iterator[Tuple[int, str]]:
    """Line and name of each #include but those of the room's own generated parts ("x.inc")."""
    text = path.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        found = INCLUDE.match(line)
        if found and not (found.group(1) == '"' and re.fullmatch(r"\w+\.inc", found.group(2))):
            yield number, found.group(2)


def listed_for_tests_only(room: Path) -> Set[str]:
    """The sources that only the dfn_test() calls of a room's CMakeLists.txt name."""
    lists = room / "CMakeLists.txt"
    text = lists.read_text(encoding="utf-8") if lists.is_file() else ""
    in_tests = set(SOURCE_NAME.findall(" ".join(TEST_CALL.findall(text))))
    return in_tests - set(SOURCE_NAME.findall(TEST_CALL.sub("", text)))


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
        self.tests = self.find_tests()

    def find_tests(self) -> Set[str]:
        tests = {name for name in self.graph if named_as_test(name)}
        for room in self.src.iterdir():
            tests |= {f"{room.name}/{name}" for name in listed_for_tests_only(room)}
        includers: Dict[str, Set[str]] = {}
        for name, targets in self.graph.items():
            for _, header in targets:
                includers.setdefault(header, set()).add(name)
        while True:
            more = {header for header, names in includers.items() if names <= tests} - tests
            if not more:
                return tests
            tests |= more

    def report(self, path: Path, number: int, text: str) -> None:
        self.breaches.append(f"{path.relative_to(self.root)}:{number}: {text}")

    def is_ours(self, header: str) -> bool:
        return header.startswith(PUBLIC.uses) or (self.src / header).is_file()

    def check_line(self, path: Path, number: int, header: str, own: str, room: Room) -> None:
        """One #include in a file of `room`, whose own headers start with `own`."""
        if self.is_ours(header):
            if not header.startswith((own, "base/") + room.uses):
                self.report(path, number, f'{own} may not include "{header}"')
            elif named_as_test(header):
                self.report(path, number, f'"{header}" is for tests only')
        elif header in STANDARD:
            pass
        elif SYSTEM.fullmatch(header):
            if room.core:
                self.report(path, number, f"{own} is core and may not use the system's <{header}>")
        elif not (room.libraries and header.startswith(room.libraries)):
            self.report(path, number, f"{own} may not use <{header}>, which is neither standard "
                                      "nor a file under src/")

    def check_rooms(self) -> None:
        for path in sources(self.src):
            name = path.relative_to(self.src).as_posix()
            room_name = name.split("/", 1)[0]
            if room_name not in ROOMS:
                self.report(path, 1, f"room {room_name} has no entry in tools/check_includes.py")
            elif name not in self.tests:
                for number, header in includes(path):
                    self.check_line(path, number, header, room_name + "/", ROOMS[room_name])

    def check_public(self) -> None:
        for path in sources(self.root / "include"):
            for number, header in includes(path):
                if header.startswith("base/"):
                    self.report(path, number, f'public headers may not include "{header}"')
                else:
                    self.check_line(path, number, header, "deepfilter/", PUBLIC)

    def check_outside(self) -> None:
        for folder, uses in OUTSIDE.items():
            for path in sources(self.root / folder):
                for number, header in includes(path):
                    if (self.src / header).is_file() and not header.startswith(uses or "\0"):
                        self.report(path, number, f'{folder}/ may not include "{header}"')

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


def main() -> int:
    default = Path(__file__).resolve().parent.parent
    checker = Checker(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else default)
    if not checker.src.is_dir():
        print(f"{checker.src} is no folder", file=sys.stderr)
        return 2
    checker.check_rooms()
    checker.check_public()
    checker.check_outside()
    checker.check_cycles()
    for breach in checker.breaches:
        print(breach)
    return 1 if checker.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
