"""Runs programs within limits of processor time and memory, one at a time.

Limits of wall-clock time would count what other work on the machine takes, or a stop of this process by
somebody who measures speed. A program that waits for ever uses no processor time: it is ended after
it has made no progress at a number of looks at it, not after a time.
"""
import os
import resource
import signal
import subprocess
import time

LOOK_SECONDS = 0.25
# Of looks at a program that is not stopped and uses no processor time.
MOST_IDLE_LOOKS = 400
MEMORY = 6 << 30


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def progress(pid):
    """The processor time of a process in ticks, or None where it is stopped or gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "tTZ" else int(fields[11]) + int(fields[12])


def run(command, log, cpu_limit=None, environment=None):
    """Returns the exit status, negative for a signal; what the program says goes to the file `log`."""

    def limit():
        os.nice(max(0, 19 - os.nice(0)))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if cpu_limit is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (cpu_limit, cpu_limit + 1))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    with open(log, "w", encoding="utf-8") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                   env=environment, start_new_session=True, preexec_fn=limit)
    idle, before = 0, None
    try:
        while process.poll() is None:
            if cpu_limit is not None:
                now = progress(process.pid)
                idle = idle + 1 if now is not None and now == before else 0
                before = now
                if idle >= MOST_IDLE_LOOKS:
                    process.kill()
            wait(process)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return process.returncode


def wait(process):
    end = time.monotonic() + LOOK_SECONDS
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
