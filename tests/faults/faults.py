"""Lets the program fail at every point where the system can, and checks what is left.

    faults.py PROGRAM LIBRARY SOURCES [--cases N] [--memory N] [--story NAME]... [--jobs N] [--seed S]

PROGRAM is deepfilter, LIBRARY faults.c as a library, SOURCES the repository. Each story is a
command. A first run counts its system calls and allocations. Then, for each call in turn, the story
runs anew with that one call failing in each way that such a call can (an error, half of the bytes,
the process killed), with the N-th allocation failing, and with files limited to each multiple of
64 KiB. What must hold of every run:

- It ends by itself within a minute: no crash, no hang.
- Either its status is not 0 and standard error has exactly one sentence, or all its files and its
  standard output are those of the undisturbed run.
- Every file is the old one, absent if there was none, or the whole new one.
- Nothing else is left, unless the process was killed or a removal failed; then the next run, a
  minute later, clears it away and makes all files.

--cases and --memory bound the runs of each story that fail a call and an allocation, spread evenly
from a start that the seed gives; without them all are run.
"""

import argparse
import collections
import concurrent.futures
import errno
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

TIMEOUT_S = 60
STEP_BYTES = 64 * 1024
# Longer than the age from which on the program takes a temporary file for a killed run's.
AGE_S = 120

READS = (errno.EIO, errno.EINTR, "short")
WRITES = (errno.ENOSPC, errno.EIO, errno.EINTR, "short", "kill", "kill-half")
WAYS = {
    "read": READS, "pread": READS, "readv": READS, "receive": (errno.ECONNRESET, "short"),
    "write": WRITES, "pwrite": WRITES, "writev": WRITES, "send": (errno.ECONNRESET, "short"),
    "open": (errno.EIO, errno.EMFILE, errno.EINTR), "close": (errno.EIO, errno.EINTR),
    "rename": (errno.EIO, errno.ENOSPC, "kill", "kill-after"),
    "link": (errno.EIO, "kill", "kill-after"), "unlink": (errno.EIO, "kill", "kill-after"),
    "mkdir": (errno.ENOSPC, errno.EIO, "kill", "kill-after"),
    "fsync": (errno.EIO, errno.ENOSPC, "kill"), "truncate": (errno.EIO, errno.EINTR, "kill"),
    "fallocate": (errno.ENOSPC,), "mmap": (errno.ENOMEM,), "mremap": (errno.ENOMEM,),
    "seek": (errno.EIO,), "stat": (errno.EIO,), "access": (errno.EIO,), "readlink": (errno.EIO,),
    "readdir": (errno.EIO,), "lock": (errno.ENOLCK,), "fcntl": (errno.EMFILE,),
    "chmod": (errno.EPERM,), "socket": (errno.EMFILE,), "connect": (errno.ECONNREFUSED,),
    "pipe": (errno.EMFILE,), "dup": (errno.EMFILE,),
}
# A process that cannot write to standard error can tell nothing.
STANDARD_ERROR = "2"


class Violation(Exception):
    pass


def require(held, sentence):
    if not held:
        raise Violation(sentence)


def normal(path, data):
    """What of a file is the same in each run: manifests and reports tell times and numbers of processes."""
    if path.endswith(".jsonl"):
        # A folder that could not be listed leaves a row of its own.
        rows = [json.loads(line) for line in data.decode().splitlines()]
        return json.dumps(sorted(row["path"] for row in rows if row["status"] == "done")).encode()
    if path.endswith(".html"):
        require(data.rstrip().endswith(b"</html>"), f"{path} is half a page")
        return re.sub(rb"[0-9.]+ (s|x real time)\b", b"", data)
    return data


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def is_temporary(path):
    name = path.rsplit("/", 1)[-1]
    return name.startswith(".deepfilter-") and name.endswith(".part")


def one_sentence(text, may_list):
    """Of a list of files each that failed has its sentence, and a last one may count them."""
    lines = text.splitlines()
    if not lines or not text.endswith("\n"):
        return False
    if not all(line.startswith("deepfilter: ") for line in lines):
        return False
    return len(lines) == 1 or (may_list and len(lines) <= may_list)


class Story:
    def __init__(self, name, arguments, again=None, files=(), stdin=None, sentences=1, big=False,
                 environment=None):
        self.name, self.arguments = name, arguments
        self.again = arguments + ["-f"] if again is None else again  # the next run; empty: none
        self.files = dict(files)   # before the run
        self.stdin = stdin
        self.sentences = sentences  # at most
        self.big = big
        self.environment = environment or {}


Outcome = collections.namedtuple("Outcome", "status out err files")


class Bench:
    def __init__(self, options, scratch):
        self.program = os.path.abspath(options.program)
        self.library = os.path.abspath(options.library)
        self.scratch = scratch

    def run(self, story, folder, arguments=None, faults=None, most_bytes=None):
        # Nothing is on the PATH: programs that this one starts would not outlive the filter (faults.c).
        environment = {"PATH": str(folder / "home"), "LC_ALL": "C", "HOME": str(folder / "home"),
                       "DEEPFILTER_CACHE": str(folder / "cache"), **story.environment}
        if faults is not None:
            environment.update(faults, LD_PRELOAD=self.library)
        limit = None
        if most_bytes is not None:
            def limit():
                resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        try:
            done = subprocess.run([self.program, *(arguments or story.arguments)],
                                  cwd=folder / "work", env=environment, input=story.stdin or b"",
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  timeout=TIMEOUT_S, preexec_fn=limit)
        except subprocess.TimeoutExpired:
            raise Violation(f"did not end within {TIMEOUT_S} s") from None
        require(done.returncode != 125, "faults.c could not watch the program")
        files = {**tree(folder / "work"),
                 **{f"cache/{name}": data for name, data in tree(folder / "cache").items()}}
        # Some commands print where their files are.
        out = done.stdout.replace(os.fsencode(folder), b"FOLDER")
        return Outcome(done.returncode, out, done.stderr.decode(errors="replace"), files)

    def folder(self, story):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.scratch))
        for name in ("work", "home", "cache"):
            (folder / name).mkdir()
        for name, data in story.files.items():
            (folder / "work" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "work" / name).write_bytes(data)
        return folder

    def fresh(self, story, **how):
        folder = self.folder(story)
        try:
            return self.run(story, folder, **how)
        finally:
            shutil.rmtree(folder)

    def count(self, story):
        """The undisturbed outcome, the log's lines, and the number of allocations."""
        plain = self.fresh(story)
        require(plain.status == 0, f"the undisturbed run fails: {plain.err}")
        with tempfile.TemporaryDirectory(dir=self.scratch) as name:
            log, counts = os.path.join(name, "log"), os.path.join(name, "count")
            pathlib.Path(counts).write_bytes(bytes(16))
            watched = self.fresh(story, faults={"DFN_FAULTS_LOG": log, "DFN_FAULTS_COUNT": counts})
            require(watched.status == 0, f"the watched run fails: {watched.err}")
            calls, allocations = struct.unpack("<QQ", pathlib.Path(counts).read_bytes())
            lines = pathlib.Path(log).read_text(errors="replace").splitlines()
        require(calls == len(lines) > 20, f"{calls} calls, {len(lines)} of them written down")
        return plain, lines, allocations

    def check(self, story, plain, killed=False, **how):
        folder = self.folder(story)
        try:
            # Threads may come to another call first, so the log tells which one it was.
            log = folder / "log"
            if "faults" in how:
                how["faults"]["DFN_FAULTS_LOG"] = str(log)
            found = self.run(story, folder, **how)
            call = failed_call(log, how.get("faults", {}))
            if call[:1] == ["write"] and call[1] == STANDARD_ERROR:
                return
            may_leave = call[:1] == ["unlink"]
            self.judge(story, plain, found, killed, may_leave)
            left = [path for path in found.files if is_temporary(path)]
            if story.again and (killed or left or story.sentences > 1):
                self.go_on(story, plain, folder, left)
        finally:
            shutil.rmtree(folder)

    def judge(self, story, plain, found, killed, may_leave):
        if killed and found.status == -signal.SIGKILL:
            pass
        elif found.status == 0:
            files = found.files
            if may_leave:
                files = {path: data for path, data in files.items() if not is_temporary(path)}
            require(same_files(files, plain.files), "status 0, but " +
                    difference(plain.files, files) + f"; said: {found.err.strip()}")
            require(found.out == plain.out, "status 0, but another standard output")
        else:
            require(found.status > 0, f"ended by signal {-found.status}; said: {found.err}")
            require(one_sentence(found.err, story.sentences),
                    f"status {found.status}, not one sentence: {found.err!r}")
        for path, data in found.files.items():
            if is_temporary(path):
                require(killed or may_leave, f"{path} is left")
                continue
            if path.endswith(".jsonl"):
                # A killed run may leave half a row; Settle makes good for it.
                for line in data.decode(errors="replace").splitlines(keepends=True):
                    require(killed or line.endswith("\n"), f"{path} has half a row")
                    if line.endswith("\n"):
                        json.loads(line)
                continue
            known = [normal(path, files[path]) for files in (story.files, plain.files)
                     if path in files]
            require(known, f"{path} is left")
            require(normal(path, data) in known,
                    f"{path} has {len(data)} bytes of neither the old nor the new file")
        for path in story.files:
            require(path in found.files, f"{path} is gone")

    def go_on(self, story, plain, folder, left):
        then = time.time() - AGE_S
        for path in left:
            root = folder if path.startswith("cache/") else folder / "work"
            os.utime(root / path, (then, then))
        again = self.run(story, folder, arguments=story.again)
        require(again.status == 0, f"the next run fails: {again.err!r}")
        require(same_files(again.files, plain.files),
                "after the next run " + difference(plain.files, again.files))


def failed_call(log, faults):
    """The words of the line of the call that failed, without its number; none for other faults."""
    number = faults.get("DFN_FAULTS_CALL")
    if number is None or not log.exists():
        return []
    for line in log.read_text(errors="replace").splitlines():
        words = line.split(" ")
        if words[0] == number:
            return words[1:]
    return []


def same_files(some, others):
    return some.keys() == others.keys() and all(
        normal(path, some[path]) == normal(path, others[path]) for path in some)


def difference(wanted, found):
    for path in sorted({*wanted, *found}):
        if path not in found:
            return f"{path} is absent"
        if path not in wanted:
            return f"{path} is left"
        if normal(path, wanted[path]) != normal(path, found[path]):
            return f"{path} differs ({len(found[path])} bytes, wanted {len(wanted[path])})"
    return "nothing differs"


def spread(items, most, seed):
    """At most so many of the items, evenly from a random start."""
    if most is None or len(items) <= most:
        return items
    step = len(items) / most
    start = random.Random(seed).random() * step
    return [items[int(start + i * step)] for i in range(most)]


def system_name(how):
    return errno.errorcode[how] if isinstance(how, int) else how


def cases_of(story, plain, lines, allocations, options):
    """(description, arguments of Bench.check) of every run of a story."""
    calls = []
    for line in lines:
        index, name, file, *_ = line.split(" ")
        if name in ("write", "writev") and file == STANDARD_ERROR:
            continue
        for how in WAYS[name]:
            faults = {"DFN_FAULTS_CALL": index, "DFN_FAULTS_HOW": str(how)}
            calls.append((f"call {line}: {system_name(how)}",
                          {"faults": faults, "killed": str(how).startswith("kill")}))
    cases = spread(calls, options.cases, options.seed)
    memory = [(f"allocation {n}", {"faults": {"DFN_FAULTS_ALLOCATION": str(n)}})
              for n in range(1, allocations + 1)]
    cases += spread(memory, options.memory, options.seed)
    longest = max(map(len, plain.files.values()), default=0)
    limits = range(0, longest, STEP_BYTES)
    sizes = [(f"files of at most {limit} bytes", {"most_bytes": limit}) for limit in limits]
    return cases + (spread(sizes, options.cases, options.seed) if story.big or options.cases else
                    sizes[:1])


def make_sound(sources, path, *options):
    subprocess.run([sys.executable, "-I", "-S", sources / "tests/cli/sound.py", "make", path,
                    "--level", "0.02", *options], check=True)
    return pathlib.Path(path).read_bytes()


def stories(options, scratch):
    sources = pathlib.Path(options.sources).resolve()
    model = str(sources / "tests/data/tiny/dfn3")
    sound = make_sound(sources, scratch / "sound.wav", "--samples", "30000")
    short = make_sound(sources, scratch / "short.wav", "--samples", "12000", "--rate", "16000")
    long_sound = make_sound(sources, scratch / "long.wav", "--samples", "240000")
    flac = scratch / "sound.flac"
    subprocess.run([os.path.abspath(options.program), "enhance", "-m", model, scratch / "sound.wav",
                    "-o", flac], check=True, stderr=subprocess.DEVNULL)
    enhance = ["enhance", "-m", model, "--threads", "1"]
    folder = {"in/a.wav": sound, "in/sub/b.wav": short}
    yield Story("wav", [*enhance, "in.wav", "-o", "out.wav"], files={"in.wav": sound})
    yield Story("replace", [*enhance, "in.wav", "-o", "out.wav", "-f"], files={
        "in.wav": sound, "out.wav": short}, again=[*enhance, "in.wav", "-o", "out.wav", "-f"])
    # Once its input is replaced, another run would enhance it twice.
    yield Story("in place", [*enhance, "in.wav", "-o", "in.wav", "-f"], files={"in.wav": sound},
                again=[])
    yield Story("flac", [*enhance, "in.flac", "-o", "out.flac"],
                files={"in.flac": flac.read_bytes()})
    yield Story("long", [*enhance, "in.wav", "-o", "out.wav"], files={"in.wav": long_sound},
                big=True)
    yield Story("pipe", [*enhance, "-", "-o", "-"], stdin=sound, again=[*enhance, "-", "-o", "-"])
    yield Story("folder", [*enhance, "in", "-o", "out"], files=folder, sentences=3)
    resume = [*enhance, "in", "-o", "out", "--resume"]
    yield Story("resume", resume, again=resume, files=folder, sentences=3)
    yield Story("report", [*enhance, "in.wav", "-o", "out.wav", "--report", "report.html"],
                files={"in.wav": sound})
    yield Story("export", ["export", model, "-o", "out"])
    yield Story("export audio", ["export", model, "-o", "out", "--layout", "audio"])
    yield Story("pack", ["pack", model, "-o", "model.dfn"])
    yield Story("plot", ["plot", "in.wav", "-o", "out.png"], files={"in.wav": sound})


class Server:
    """serve.py on the archive of the default model."""

    def __init__(self, sources, archive):
        self.child = subprocess.Popen(
            [sys.executable, "-I", "-S", sources / "tests/store/serve.py", archive],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{int(self.child.stdout.readline())}/good"

    def close(self):
        self.child.stdin.close()
        self.child.wait()


def pull_story(options):
    """The story of a download, or None and why not."""
    archive = pathlib.Path(options.archive or "")
    if not archive.is_file():
        return None, "the archive of dfn3 is not in the cache (tools/fetch_models.sh dfn3)"
    server = Server(pathlib.Path(options.sources).resolve(), archive)
    return Story("pull", ["models", "pull", "dfn3"], again=["models", "pull", "dfn3"], big=True,
                 environment={"DEEPFILTER_MODEL_URL": server.url}), server


def run_story(bench, story, options, pool):
    begin = time.monotonic()
    plain, lines, allocations = bench.count(story)
    cases = cases_of(story, plain, lines, allocations, options)

    def check(case):
        what, how = case
        try:
            bench.check(story, plain, **how)
        except Violation as violation:
            return f"{story.name}: {what}: {violation}"
        return None

    violations = [found for found in pool.map(check, cases) if found]
    for violation in violations:
        print("FAULT", violation, flush=True)
    print(f"{story.name:12} {len(lines):5} calls {allocations:6} allocations {len(cases):6} runs "
          f"{len(violations):4} faults {time.monotonic() - begin:6.0f} s", flush=True)
    return len(cases), len(violations)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("library")
    parser.add_argument("sources")
    parser.add_argument("--cases", type=int)
    parser.add_argument("--memory", type=int)
    parser.add_argument("--story", action="append")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--archive", help="of dfn3, for the story of a download")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    # A folder in memory spares the disk thousands of small files.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    runs = faults = 0
    server = None
    with tempfile.TemporaryDirectory(dir=memory, prefix="deepfilter-faults-") as name, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        scratch = pathlib.Path(name)
        bench = Bench(options, scratch)
        told = list(stories(options, scratch))
        pull, server = pull_story(options)
        if pull is not None:
            told.append(pull)
        try:
            for story in told:
                if options.story and story.name not in options.story:
                    continue
                done, bad = run_story(bench, story, options, pool)
                runs += done
                faults += bad
        finally:
            if pull is not None:
                server.close()
    if pull is None and not options.story:
        print(f"pull: NOT TESTED: {server}")
    print(f"{runs} runs, {faults} faults")
    return 1 if faults or not runs else 0


if __name__ == "__main__":
    sys.exit(main())
