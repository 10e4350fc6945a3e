#!/usr/bin/env python3
"""Installs a build into a scratch folder, moves it, and builds and runs the examples from there, as
somebody else's project would: by pkg-config and by find_package, against the shared and the static
library. Their samples must be those of `deepfilter enhance`.

Usage: installed.py CMAKE BUILD SOURCE C_COMPILER CXX_COMPILER [MODEL ...]

BUILD is a build folder, or that of an unpacked archive of tools/dist.sh, which is used as it is.
MODEL is a folder, an archive or a known name. One that the program itself cannot open is passed over
with a line that says so, but not the first one, nor one that $CI has to have (see real_model.h).
"""

import array
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

RATE = 48000
SECONDS = 2
LEAST_SNR_DB = 100.0  # the same arithmetic: what differs is nothing, or a mistake
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Werror"]

# A project that finds the installed package; both languages, both libraries.
PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(somebody_elses LANGUAGES C CXX)
find_package(deepfilter 0.1 REQUIRED COMPONENTS shared static OPTIONAL_COMPONENTS another)
if(deepfilter_another_FOUND)
  message(FATAL_ERROR "a component that there is not was found")
endif()
foreach(kind deepfilter static)
  add_executable(enhance_raw_${kind} "${EXAMPLES}/c/enhance_raw.c")
  set_target_properties(enhance_raw_${kind} PROPERTIES C_STANDARD 11 C_EXTENSIONS OFF)
  add_executable(many_streams_${kind} "${EXAMPLES}/cpp/many_streams.cpp")
  set_target_properties(many_streams_${kind} PROPERTIES CXX_STANDARD 17 CXX_EXTENSIONS OFF)
  foreach(program enhance_raw_${kind} many_streams_${kind})
    target_link_libraries(${program} PRIVATE deepfilter::${kind})
  endforeach()
endforeach()
"""

# C alone, which is enough for the shared library.
C_PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(somebody_elses_in_c LANGUAGES C)
find_package(deepfilter REQUIRED)
add_executable(enhance_raw "${EXAMPLES}/c/enhance_raw.c")
target_link_libraries(enhance_raw PRIVATE deepfilter::deepfilter)
"""


# The shared library alone, where the packages that the static one needs are not there.
WITHOUT_PACKAGES = """
cmake_minimum_required(VERSION 3.25)
project(somebody_elses LANGUAGES C CXX)
foreach(components static another "shared;static")
  find_package(deepfilter QUIET COMPONENTS ${components})
  if(deepfilter_FOUND)
    message(FATAL_ERROR "found with the components ${components}")
  endif()
  message(STATUS "${deepfilter_NOT_FOUND_MESSAGE}")
endforeach()
foreach(version 0.0 0.2 1.0)
  find_package(deepfilter ${version} QUIET)
  if(deepfilter_FOUND)
    message(FATAL_ERROR "found as version ${version}")
  endif()
endforeach()
find_package(deepfilter REQUIRED COMPONENTS shared)
if(TARGET deepfilter::static)
  message(FATAL_ERROR "deepfilter::static is there without what it needs")
endif()
add_executable(enhance_raw "${EXAMPLES}/c/enhance_raw.c")
target_link_libraries(enhance_raw PRIVATE deepfilter::deepfilter)
"""


def run(*command, stdin=None, env=None) -> bytes:
    done = subprocess.run([str(part) for part in command], input=stdin, env=env,
                          capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n"
                 f"{done.stdout[-4000:].decode(errors='replace')}"
                 f"{done.stderr[-4000:].decode(errors='replace')}")
    return done.stdout


def noisy(seed: int) -> array.array:
    """A voice of sorts, syllables of harmonics, in noise."""
    source = random.Random(seed)
    samples = array.array("f")
    for i in range(RATE * SECONDS):
        t = i / RATE
        loud = max(0.0, math.sin(2 * math.pi * 2.5 * t)) * 0.2
        voice = sum(math.sin(2 * math.pi * 140 * k * t) / k for k in range(1, 8))
        samples.append(loud * voice + source.gauss(0, 0.02))
    return samples


def snr_db(expected: array.array, found: array.array) -> float:
    signal = sum(x * x for x in expected)
    noise = sum((x - y) ** 2 for x, y in zip(expected, found))
    return 10 * math.log10(signal / max(noise, 1e-300)) if signal > 0 else -math.inf


def floats(raw: bytes) -> array.array:
    values = array.array("f")
    values.frombytes(raw)
    return values


def check(what: str, expected: array.array, raw: bytes) -> None:
    found = floats(raw)
    if len(found) != len(expected):
        sys.exit(f"{what}: {len(found)} samples, expected {len(expected)}")
    snr = snr_db(expected, found)
    if snr < LEAST_SNR_DB:
        sys.exit(f"{what}: {snr:.1f} dB from what the program gives, expected {LEAST_SNR_DB}")


class Installation:
    def __init__(self, cmake: str, build: Path, scratch: Path) -> None:
        self.prefix = scratch / "moved"
        # The static library of an archive needs nothing else.
        self.whole = not (build / "CMakeCache.txt").exists()
        if not self.whole:
            run(cmake, "--install", build, "--prefix", scratch / "first")
            # Whoever has noted the folder finds it gone.
            (scratch / "first").rename(self.prefix)
        else:
            self.prefix = build
        self.libraries = next(self.prefix.glob("**/libdeepfilter.so")).parent
        self.program = self.prefix / "bin" / "deepfilter"
        self.environment = dict(os.environ, LD_LIBRARY_PATH=str(self.libraries),
                                PKG_CONFIG_PATH=str(self.libraries / "pkgconfig"))

    def check_names(self) -> None:
        for name in ("libdeepfilter.so", "libdeepfilter.so.0", "libdeepfilter.so.0.5"):
            if not (self.libraries / name).is_file():  # a link must lead somewhere
                sys.exit(f"{name} is not installed, or leads nowhere")
        if (self.prefix / "bin" / "deep-filter").resolve() != self.program.resolve():
            sys.exit("bin/deep-filter does not lead to bin/deepfilter")
        for name in ("include/deepfilter/deepfilter.h", "include/deepfilter/deepfilter.hpp",
                     "include/deepfilter/tools.h", "include/deepfilter/tools.hpp",
                     "include/deep_filter/deep_filter.h", "share/doc/deepfilter/LICENSE-MIT",
                     "share/man/man1/deepfilter.1", "share/man/man1/deepfilter-enhance.1"):
            if not (self.prefix / name).is_file():
                sys.exit(f"{name} is not installed")

    def pkg_config(self, *arguments: str) -> list:
        return run("pkg-config", *arguments, "deepfilter", env=self.environment).decode().split()


def build_all(installed: Installation, cmake: str, source: Path, scratch: Path, c: str,
              cxx: str) -> dict:
    """Programs by what they are: {"enhance_raw": [...], "many_streams": [...]}."""
    enhance_raw = source / "examples/c/enhance_raw.c"
    many_streams = source / "examples/cpp/many_streams.cpp"
    flags = installed.pkg_config("--cflags")
    shared = installed.pkg_config("--libs")
    others = [word for word in installed.pkg_config("--static", "--libs-only-l")
              if word != "-ldeepfilter"]
    static = [installed.libraries / "libdeepfilter.a", *others]
    programs = {"enhance_raw": [], "many_streams": []}

    def compile_one(kind: str, name: str, compiler: str, standard: str, example: Path, libraries):
        program = scratch / name
        run(compiler, f"-std={standard}", *WARNINGS, *flags, example, *libraries, "-o", program)
        programs[kind].append(program)

    compile_one("enhance_raw", "enhance_raw_shared", c, "c11", enhance_raw, shared)
    compile_one("enhance_raw", "enhance_raw_static", c, "c11", enhance_raw, static)
    compile_one("many_streams", "many_streams_17", cxx, "c++17", many_streams, shared)
    compile_one("many_streams", "many_streams_20", cxx, "c++20", many_streams, shared)
    compile_one("many_streams", "many_streams_static", cxx, "c++17", many_streams, static)

    projects = [("both", PROJECT, []), ("c_alone", C_PROJECT, [])]
    if not installed.whole:
        projects.append(("without_packages", WITHOUT_PACKAGES,
                         ["-DCMAKE_DISABLE_FIND_PACKAGE_hwy=TRUE"]))
    for folder, text, options in projects:
        (scratch / folder).mkdir()
        (scratch / folder / "CMakeLists.txt").write_text(text)
        out = scratch / folder / "build"
        said = run(cmake, "-S", scratch / folder, "-B", out, *options,
                   f"-DCMAKE_PREFIX_PATH={installed.prefix}", f"-DEXAMPLES={source / 'examples'}",
                   f"-DCMAKE_C_COMPILER={c}", f"-DCMAKE_CXX_COMPILER={cxx}")
        if options and b"deepfilter::static needs hwy, which was not found" not in said:
            sys.exit(f"find_package does not say what is missing:\n{said.decode()}")
        run(cmake, "--build", out)
        for kind in programs:
            programs[kind] += [path for path in sorted(out.glob(f"{kind}*")) if path.is_file()]
    counts = {kind: len(found) for kind, found in programs.items()}
    expected = {"enhance_raw": 5 if installed.whole else 6, "many_streams": 5}
    if counts != expected:
        sys.exit(f"built {counts}, expected {expected}")
    return programs


def compare(installed: Installation, programs: dict, model: str, first: bool) -> None:
    sounds = [noisy(1), noisy(2)]
    expected = []
    for sound in sounds:
        command = [installed.program, "enhance", "-m", model, "-", "-o", "-", "--raw-format", "f32",
                   "--rate", str(RATE)]
        done = subprocess.run([str(part) for part in command], input=sound.tobytes(),
                              capture_output=True)
        if done.returncode != 0:
            absent = os.environ.get("DEEPFILTER_ABSENT_MODELS", "").split()
            if first or (os.environ.get("CI") and model not in absent):
                sys.exit(f"the program: {done.stderr.decode(errors='replace')}")
            print(f"NOT TESTED: model {model}: "
                  f"{done.stderr.decode(errors='replace').strip()}")
            return
        expected.append(floats(done.stdout))
    if snr_db(sounds[0], expected[0]) > 60:
        sys.exit("the program changes nothing, so that the comparison would say nothing")
    for program in programs["enhance_raw"]:
        raw = run(program, model, stdin=sounds[0].tobytes(),
                  env=installed.environment)
        check(f"{program.name} {model}", expected[0], raw)
    together = array.array("f", (sample for pair in zip(*sounds) for sample in pair))
    for program in programs["many_streams"]:
        raw = run(program, "2", model, stdin=together.tobytes(),
                  env=installed.environment)
        for channel in range(2):
            check(f"{program.name} {model}, channel {channel}", expected[channel],
                  floats(raw)[channel::2].tobytes())
    print(f"model {model}: {sum(map(len, programs.values()))} programs agree")


def main() -> int:
    cmake, build, source, c, cxx, *models = sys.argv[1:]
    scratch = Path(tempfile.mkdtemp())
    try:
        installed = Installation(cmake, Path(build), scratch)
        installed.check_names()
        programs = build_all(installed, cmake, Path(source), scratch, c, cxx)
        for index, model in enumerate(models):
            compare(installed, programs, model, first=index == 0)
    finally:
        shutil.rmtree(scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
