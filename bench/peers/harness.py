"""The rules of peers/harness.h for peers in Python: see there for the commands."""

import json
import sys
import time


def summary(times_us):
    """A percentile p is the smallest time that p % of them do not exceed."""
    times = sorted(times_us)

    def at(percent):
        return times[max(-(-percent * len(times) // 100), 1) - 1]

    return {
        "calls": len(times), "min": times[0], "median": at(50), "p99": at(99), "max": times[-1],
        "mean": sum(times) / len(times),
    }  # fmt: skip


def measure(call, frames, seconds, sleep_ms, prepare=None):
    """Times call() again and again for about so long; `prepare` runs before each, untimed."""
    times = []
    start = time.perf_counter()
    while not times or time.perf_counter() - start < seconds:
        if prepare:
            prepare()
        if sleep_ms > 0:
            time.sleep(1e-3 * sleep_ms)
        before = time.perf_counter_ns()
        call()
        times.append(1e-3 * (time.perf_counter_ns() - before) / frames)
    return summary(times) | {"frames": frames * len(times)}


def serve(name, version, delay_samples, modes, commands):
    """`modes`: name -> f(seconds, sleep_ms) -> dict; `commands`: name -> f(*words) -> dict."""
    # Text that libraries print must not look like an answer.
    answers = sys.stdout
    sys.stdout = sys.stderr

    def say(value):
        print(json.dumps(value), file=answers, flush=True)

    say({
        "name": name, "version": version, "delay_samples": delay_samples, "modes": sorted(modes),
    })  # fmt: skip
    for line in sys.stdin:
        words = line.split()
        if len(words) == 4 and words[0] == "measure" and words[1] in modes:
            say(modes[words[1]](float(words[2]), float(words[3])))
        elif words and words[0] in commands:
            say(commands[words[0]](*words[1:]))
        else:
            say({"error": "not a command of this program"})
