"""The regression of quality: sounds, cases, the program and the measures put together."""

import concurrent.futures
import os
import pathlib
import platform
import sys

from prepare import run
from speech import aims, measures, outcome, sounds
from speech.cases import Plan
from speech.runner import Program, enhanced

AT_ONCE = 48  # cases in memory


def parts(cases):
    part = []
    for case in cases:
        if part and (len(part) == AT_ONCE or part[0].group != case.group):
            yield part
            part = []
        part.append(case)
    if part:
        yield part


def measured(program, cases, jobs, light=False):
    """[what outcome.py keeps of a case], one for each case and way."""
    found = []
    # Processes, as the measures hold Python's lock. The light form's are too short for any.
    pool = None if light else concurrent.futures.ProcessPoolExecutor(jobs)
    for part in parts(cases):
        waiting, kept = [], {}
        for case, way, sound, gain_db, same in enhanced(program, part):
            line = {
                "model": pathlib.Path(program.model).name, "group": case.group, "row": case.row,
                "name": case.name if way != "gain" else f"{case.name} {gain_db:+}", "mix": case.mix,
                "way": way, "gain_db": gain_db, "same": bool(same),
            }  # fmt: skip
            # The same bits are as good: only what is not judged for the level kept is left.
            windows = ("later",) if same else None
            judged = None
            if not same or (way == "pipe" and "later" in case.windows):
                judge = (measures.judged, case, way, sound, light, windows)
                judged = pool.submit(*judge) if pool else judge[0](*judge[1:])
            waiting.append((case.key(), line, judged))
        for key, line, judged in waiting:
            values = {} if judged is None else judged.result() if pool else judged
            if line["way"] == "keep":
                kept[key] = values
            found.append(line | {"windows": kept[key] | values if line["same"] else values})
        if not light:
            print(f"{program.model}: {part[0].group}, {part[-1].row}", file=sys.stderr)
    if pool:
        pool.shutdown()
    return found


def about(program_path, quick, clips, speech):
    import numpy
    import scipy

    version = run([program_path, "--version"], "the program").splitlines()[0]
    return {
        "program": version, "machine": platform.machine(), "python": platform.python_version(),
        "numpy": numpy.__version__, "scipy": scipy.__version__, "quick": quick, "clips": clips,
        "speech": [name for name, _, _ in speech], "dnsmos": measures.dnsmos_session() is not None,
    }  # fmt: skip


def regression(arguments, program_path, work):
    """Runs and reports; returns the exit status."""
    jobs = arguments.jobs or os.cpu_count() or 1
    work.mkdir(parents=True, exist_ok=True)
    heard = sounds.gathered(arguments.sounds, work)
    clips = arguments.clips or (2 if arguments.quick else 6)
    cases = []
    for model in arguments.model:
        program = Program(program_path, model, work, jobs)
        plan = Plan(heard, clips, arguments.quick)
        cases += measured(program, plan.cases(arguments.only), jobs)
    if arguments.json:
        outcome.write(arguments.json, about(program_path, arguments.quick, clips, heard.speech[:clips]), cases)
    table = aims.tables(cases)
    print(table)
    if arguments.table:
        arguments.table.write_text(table + "\n")
    if arguments.baseline:
        worse = outcome.losses(cases, outcome.read(arguments.baseline))
        for sentence in worse:
            print(f"quality: {sentence}", file=sys.stderr)
        return 1 if worse else 0
    return 0
