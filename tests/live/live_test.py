#!/usr/bin/env python3
"""`deepfilter live` with real sound servers, without a sound card.

    live_test.py DEEPFILTER JACK_LOOP SOUND [--seconds N] CASE...

PipeWire, WirePlumber, JACK and PulseAudio run in folders and a session bus of their own, with null devices. A case is
a function (case_...) of the files of cases beside this one; without one all run. A case whose programs are not
installed is NOT TESTED, and a failure under $CI. A machine that is too busy for sound without gaps is no excuse: what
a gap can spoil is tried again, and then fails.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jack_cases
import pipewire_cases
import pulse_cases
import recording_cases
import screen_cases
from live_context import Context, NotTested
from servers import Failed

SKIPPED = 77
CASES = {name[5:]: function
         for room in (pipewire_cases, jack_cases, pulse_cases, recording_cases, screen_cases)
         for name, function in vars(room).items() if name.startswith("case_")}


def inside(arguments):
    program, names = arguments[:3], []
    seconds = 0.0
    rest = iter(arguments[3:])
    for word in rest:
        if word == "--seconds":
            seconds = float(next(rest))
        else:
            names.append(word)
    failed, left_out = [], []
    with tempfile.TemporaryDirectory(prefix="deepfilter_live_") as folder:
        context = Context(program, Path(folder))
        context.seconds = seconds
        for name in names or CASES:
            begin = time.monotonic()
            try:
                CASES[name](context)
            except NotTested as reason:
                left_out.append(name)
                print(f"NOT TESTED: {name}: {reason}", flush=True)
            except (Failed, AssertionError) as complaint:
                failed.append(name)
                print(f"FAILED: {name}: {complaint}", flush=True)
            print(f"{name}: {time.monotonic() - begin:.1f} s", flush=True)
    if failed or (left_out and os.environ.get("CI")):
        return 1
    return SKIPPED if left_out and len(left_out) == len(names or CASES) else 0


def main(arguments):
    if arguments[0] == "--inside":
        return inside(arguments[1:])
    if not shutil.which("dbus-run-session"):
        print("NOT TESTED: not here: dbus-run-session")
        return 1 if os.environ.get("CI") else SKIPPED
    program = [str(Path(path).resolve()) for path in arguments[:3]]
    return subprocess.run(["dbus-run-session", "--", sys.executable, __file__, "--inside"] + program +
                          arguments[3:]).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
