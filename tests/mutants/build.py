"""A copy of the sources and its build, in which one file at a time is changed and put back."""
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from limits import run

# AVX-512 and the portable code that every build has: a mutant is compiled for these two alone.
DISABLED = "HWY_AVX2;HWY_SSE4;HWY_SSSE3"


class DoesNotCompile(Exception):
    pass


class Build:
    def __init__(self, root, folder, programs):
        self.root = root
        self.source = folder / "source"
        self.folder = folder / "build"
        self.log = folder / "build.log"
        self.programs = programs
        self.copy_sources()
        self.configure()
        self.make(programs, jobs=2)
        self.dependents = self.read_dependents()

    def copy_sources(self):
        """Files that are the same keep their times, so that they are not compiled again."""
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                cwd=self.root, check=True, capture_output=True).stdout.decode().split("\0")
        wanted = {name for name in listed if name and (self.root / name).is_file()}
        for name in wanted:
            content = (self.root / name).read_bytes()
            copy = self.source / name
            if not copy.is_file() or copy.read_bytes() != content:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(content)
                shutil.copymode(self.root / name, copy)
        for copy in [path for path in self.source.rglob("*") if path.is_file()]:
            if str(copy.relative_to(self.source)) not in wanted:
                copy.unlink()

    def configure(self):
        flags = ["-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O1 -DNDEBUG -w", "-DDEEPFILTER_TESTS=ON",
                 "-DDEEPFILTER_PLUGINS=OFF", f"-DDEEPFILTER_DISABLED_TARGETS={DISABLED}"]
        if shutil.which("ld.gold"):
            flags.append("-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=gold")
        if run(["cmake", "-G", "Ninja", "-S", self.source, "-B", self.folder, "--log-level=WARNING", *flags],
               self.log) != 0:
            raise SystemExit(f"mutants: cmake failed: {self.log}")

    def make(self, targets, jobs=1):
        # Without targets ninja would make everything.
        if targets and run(["ninja", "-C", self.folder, f"-j{jobs}", *targets], self.log) != 0:
            raise DoesNotCompile(self.log.read_text(encoding="utf-8", errors="replace"))

    def read_dependents(self):
        """The objects that each source file goes into."""
        def ninja(*arguments):
            return subprocess.run(["ninja", "-C", self.folder, *arguments], check=True, capture_output=True,
                                  text=True).stdout.splitlines()
        needed = {line for line in ninja("-t", "inputs", *self.programs) if line.endswith(".o")}
        dependents, output = {}, None
        for line in ninja("-t", "deps"):
            if line and not line.startswith(" "):
                output = line.partition(": #deps")[0]
            elif output in needed and line.strip():
                path = os.path.normpath(self.folder / line.strip())
                if path.startswith(f"{self.source}/"):
                    dependents.setdefault(os.path.relpath(path, self.source), set()).add(output)
        return dependents

    def objects(self, file):
        """Those of the library and those of tests."""
        found = sorted(self.dependents.get(file, ()))
        tests = [name for name in found if "_test.dir/" in name or "_testing.dir/" in name or name.startswith("tests/")]
        return [name for name in found if name not in tests], tests

    def program(self, name):
        return self.folder / "tests" / (name + "_run" if name == "differential" else name)

    def changed(self, file, text):
        return Change(self, file, text)


class Change:
    """The build with one file changed, for a `with` block; it ends as if nothing had been."""

    def __init__(self, build, file, text):
        self.build, self.text = build, text
        self.path = build.source / file
        self.library, self.tests = build.objects(file)

    def __enter__(self):
        self.stat = self.path.stat()
        self.original = self.path.read_bytes()
        self.kept = {}
        for name in self.library + self.tests:
            path = self.build.folder / name
            self.kept[path] = (path.read_bytes(), path.stat())
        self.path.write_text(self.text, encoding="utf-8")
        return self

    def compile(self):
        """Returns whether any object differs from the original's."""
        self.build.make(self.library)
        if self.differs(self.library):
            return True
        self.build.make(self.tests)
        return self.differs(self.tests)

    def differs(self, names):
        digest = lambda content: hashlib.sha256(content).digest()
        return any(digest((self.build.folder / name).read_bytes()) != digest(self.kept[self.build.folder / name][0])
                   for name in names)

    def __exit__(self, *_):
        # What was linked from the mutant's objects goes. Objects have their old times, so that nothing
        # is compiled again. The source comes last: where this is cut off, the next run sees that it
        # differs, and compiles it.
        folders = {Path(str(path).partition("/CMakeFiles/")[0]) for path in self.kept}
        for archive in [found for folder in folders for found in folder.glob("*.a")]:
            archive.unlink()
        for program in self.build.programs:
            self.build.program(program).unlink(missing_ok=True)
        for path, (content, stat) in self.kept.items():
            path.write_bytes(content)
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        self.path.write_bytes(self.original)
        os.utime(self.path, ns=(self.stat.st_atime_ns, self.stat.st_mtime_ns))
        return False
