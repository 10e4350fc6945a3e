"""Mutation testing of src/kernels, src/dsp and src/stream: which small changes of the code no test
notices. README.md beside this file says how to read what it prints.

    python3 tests/mutants/run.py [--count 300] [--seed 1] [--file src/dsp/erb.cc] [--id 0123abcd]
                                 [--list] [--resume]

Results go to build-mutants/results.jsonl, and survivors that equivalent.txt does not explain to the
standard output; the exit status is 1 if there are any.
"""
import argparse
import hashlib
import itertools
import json
import os
import re
import signal
import sys
from pathlib import Path

from build import Build, DoesNotCompile
from limits import cpu_seconds, run
from mutate import draw

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build-mutants"
# The tests that may notice a change in a room, in the order in which they are tried.
PROGRAMS = {
    "src/kernels": ["tiny_network_test", "kernels_test", "engine_native_test", "dsp_test", "differential"],
    "src/dsp": ["dsp_test", "stream_denoise_test", "stream_host_test"],
    "src/stream/denoise": ["stream_denoise_test", "stream_host_test"],
    "src/stream/host": ["stream_host_test"],
}
ALL = sorted({program for programs in PROGRAMS.values() for program in programs})
# Cases that take longer run last, for mutants that no quick case has noticed.
QUICK_SECONDS = 0.03
# Of processor time, beside three times what the cases take without a mutant.
LEAST_LIMIT = 5
# What this build does not compile, and what its processor may not run.
LEFT_OUT = {"src/kernels/targets_single.cc", "src/kernels/byte_dot_arm.cc", "src/kernels/byte_dot_arm.h",
            "src/kernels/byte_dot_avx.cc"}
AMX = {"src/kernels/byte_dot_amx.cc"}
# Headers go into so many objects that a mutant of one costs as much as ten of a source.
ROUNDS_A_HEADER = 3


def source_files():
    left_out = LEFT_OUT | (set() if "amx_int8" in Path("/proc/cpuinfo").read_text(encoding="ascii") else AMX)
    files = {}
    for room in PROGRAMS:
        for path in sorted((ROOT / room).iterdir()):
            name = str(path.relative_to(ROOT))
            if path.suffix in (".cc", ".h") and not path.stem.endswith("_test") and name not in left_out:
                files[name] = path.read_text(encoding="utf-8")
    return files


def drawn(sources, seed):
    """Rounds of one mutant of each source, and in each third round one of each header."""
    heavy = {name for name in sources if name.endswith(".h") and not name.endswith("-inl.h")}
    light = draw({name: text for name, text in sources.items() if name not in heavy}, seed)
    headers = draw({name: sources[name] for name in heavy}, seed)
    sources_a_round = (len(sources) - len(heavy)) * ROUNDS_A_HEADER
    while True:
        batch = list(itertools.islice(light, sources_a_round)) + list(itertools.islice(headers, len(heavy)))
        if not batch:
            return
        yield from batch


def explanations():
    """{(file, line before, line after): why} of equivalent.txt."""
    path = Path(__file__).with_name("equivalent.txt")
    found, file = {}, None
    for block in path.read_text(encoding="utf-8").split("\n\n") if path.exists() else []:
        lines = [line for line in block.strip("\n").split("\n") if not line.startswith("#")]
        if lines and lines[0].startswith("file "):
            file = lines.pop(0)[5:]
        if len(lines) >= 3 and lines[0].startswith("- ") and lines[1].startswith("+ "):
            before, after = (" ".join(line[2:].split()) for line in lines[:2])
            found[file, before, after] = " ".join(lines[2:])
        elif lines and lines != [""]:
            raise SystemExit(f"mutants: equivalent.txt: not a change and its reason: {lines}")
    return found


class Tests:
    """The test programs, quick cases first; the first failure ends a run."""

    def __init__(self, build):
        self.build = build
        path = FOLDER / "measured.json"
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self.measured = {}
        for program in ALL:
            digest = hashlib.sha256(build.program(program).read_bytes()).hexdigest()
            before = known.get(program)
            self.measured[program] = before if before and before["digest"] == digest else self.measure(program, digest)
        path.write_text(json.dumps(self.measured), encoding="utf-8")

    def measure(self, program, digest):
        """The program without a mutant: its slow cases, and the processor time of both kinds."""
        report = FOLDER / "cases.json"
        report.write_text('{"testsuites": []}', encoding="utf-8")
        before = cpu_seconds()
        if self.run(program, "*", None, f"--gtest_output=json:{report}") != 0:
            raise SystemExit(f"mutants: {program} fails without a mutant: {FOLDER / 'test.log'}")
        seconds = cpu_seconds() - before
        suites = json.loads(report.read_text(encoding="utf-8"))["testsuites"]
        times = {f"{suite['name']}.{case['name']}": float(case["time"].rstrip("s"))
                 for suite in suites for case in suite["testsuite"]}
        slow = [name for name, time in times.items() if time > QUICK_SECONDS]
        share = sum(times[name] for name in slow) / sum(times.values()) if times else 1
        return {"digest": digest, "slow": slow, "slow_seconds": seconds * share, "quick_seconds": seconds * (1 - share)}

    def run(self, program, cases, limit, *arguments):
        path = self.build.program(program)
        if program == "differential":
            command = [path, "--seed", "1", "--cases", "10", "--part", "targets", "--part", "cuts"]
        else:
            command = [path, "--gtest_brief=1", "--gtest_fail_fast", f"--gtest_filter={cases}", *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DEEPFILTER_")}
        return run(command, FOLDER / "test.log", limit, environment)

    def fails(self, program, slow):
        """What failed in the program, or None."""
        measured = self.measured[program]
        # The other program has no cases that could be chosen.
        if not (slow if program == "differential" else not slow or measured["slow"]):
            return None
        slow_cases = ":".join(measured["slow"])
        cases = slow_cases if slow else "*" + ("-" + slow_cases if slow_cases else "")
        status = self.run(program, cases, LEAST_LIMIT + int(3 * measured["slow_seconds" if slow else "quick_seconds"]))
        if status == 0:
            return None
        said = (FOLDER / "test.log").read_text(encoding="utf-8", errors="replace")
        case = re.search(r"\[  FAILED  \] ([\w./]+)", said)
        if status in (-signal.SIGXCPU, -signal.SIGKILL):
            return f"{program}: does not end"
        return case.group(1) if case else f"{program}: status {status}"


def judge(build, tests, mutant, source, slow):
    """("killed" and by what, "same code", "no code", or "survived", that is, the quick or the slow cases)."""
    with build.changed(mutant.file, mutant.apply(source)) as change:
        try:
            if not change.compile():
                return "same code", ""
            for program in PROGRAMS[os.path.dirname(mutant.file)]:
                build.make([program])
                failure = tests.fails(program, slow)
                if failure:
                    return "killed", failure
        except DoesNotCompile as error:
            return "no code", next((line for line in str(error).split("\n") if "error" in line), "")[:200]
    return "survived", ""


class Record:
    """The results so far, by mutant, and their file."""

    def __init__(self, resume):
        path = FOLDER / "results.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if resume and path.exists() else []
        self.entries = {entry["name"]: entry for entry in map(json.loads, lines)}
        self.known = explanations()
        self.out = path.open("a" if resume else "w", encoding="utf-8")

    def add(self, mutant, verdict, detail, seconds):
        entry = {"name": mutant.name, "file": mutant.file, "line": mutant.line, "kind": mutant.kind,
                 "before": mutant.before, "after": mutant.after, "verdict": verdict, "detail": detail,
                 "cpu_seconds": round(seconds, 1)}
        self.entries[mutant.name] = entry
        self.out.write(json.dumps(entry) + "\n")
        self.out.flush()

    def explained(self, mutant):
        return (mutant.file, mutant.before, mutant.after) in self.known

    def decided(self, mutant):
        """Whether a run before this one has shown all that there is to see."""
        entry = self.entries.get(mutant.name)
        return entry is not None and (entry["verdict"] not in ("survived", "unsettled") or
                                      entry["verdict"] == "survived" and self.explained(mutant))

    def verdict(self, mutant):
        return self.entries[mutant.name]["verdict"]


def arguments():
    parser = argparse.ArgumentParser(description="Mutation testing of the core; see tests/mutants/README.md.")
    parser.add_argument("--count", type=int, default=300, help="mutants that compile to other code (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="which are drawn (default 1)")
    parser.add_argument("--file", action="append", help="mutants of this file alone")
    parser.add_argument("--id", action="append", help="this mutant alone")
    parser.add_argument("--list", action="store_true", help="show what would be drawn, and stop")
    parser.add_argument("--resume", action="store_true",
                        help="go on with the results that are there; survivors are tried again")
    return parser.parse_args()


def chosen(options, sources):
    if options.file:
        sources = {name: sources[name] for name in options.file}
    mutants = drawn(sources, options.seed)
    return (m for m in mutants if not options.id or m.name in options.id)


def describe(mutant, verdict, detail):
    print(f"{mutant.name} {mutant.file}:{mutant.line}: {verdict}{': ' + detail if detail else ''}\n"
          f"- {mutant.before}\n+ {mutant.after}\n", flush=True)


def main():
    options = arguments()
    sources = source_files()
    if options.list:
        for mutant in itertools.islice(chosen(options, sources), options.count):
            describe(mutant, mutant.kind, "")
        return 0
    FOLDER.mkdir(exist_ok=True)
    record = Record(options.resume)
    build = Build(ROOT, FOLDER, ALL)
    tests = Tests(build)

    def test(mutant, slow):
        before = cpu_seconds()
        verdict, detail = judge(build, tests, mutant, sources[mutant.file], slow)
        # Slow cases need not run for a mutant that no test can notice.
        if verdict == "survived" and not slow and not record.explained(mutant):
            verdict = "unsettled"
        record.add(mutant, verdict, detail, cpu_seconds() - before)

    tested = []
    for mutant in chosen(options, sources):
        if sum(record.verdict(m) not in ("same code", "no code") for m in tested) >= options.count:
            break
        if not record.decided(mutant):
            test(mutant, slow=False)
        tested.append(mutant)
    for mutant in tested:
        if record.verdict(mutant) == "unsettled":
            test(mutant, slow=True)
            if record.verdict(mutant) == "survived" and not record.explained(mutant):
                describe(mutant, "survived", "")
    return summary(record, tested)


def summary(record, tested):
    count = {verdict: [m for m in tested if record.verdict(m) == verdict]
             for verdict in ("killed", "survived", "same code", "no code")}
    killed, survived, same, none = (len(found) for found in count.values())
    unexplained = sum(not record.explained(mutant) for mutant in count["survived"])
    print(f"{killed + survived} mutants: {killed} killed, {survived} survived, {unexplained} of them not explained; "
          f"besides {same} with the same code and {none} that do not compile")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
