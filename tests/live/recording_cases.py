"""Cases of recordings and of standard output, when something is in their way."""

import contextlib
import json
import os
import resource
import signal
import subprocess

from live_context import need
from servers import RATE, Failed, Live, Pipewire, read_wav, wait_for


def run_live(context, pipewire, folder, *arguments, status=0, stdout=subprocess.PIPE, most_bytes=None):
    """Runs `live` to its end; what it printed and what it said on standard error."""
    def limit():
        # A limit on the size of files stops writing in the middle, as a full disk does.
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    done = subprocess.run([context.deepfilter, "live", "--server", "pipewire", "--level", "keep", *arguments],
                          env=pipewire.environment, cwd=folder, stdout=stdout, stderr=subprocess.PIPE, text=True,
                          stdin=subprocess.DEVNULL, timeout=60, preexec_fn=limit if most_bytes else None)
    if done.returncode != status:
        raise Failed(f"live {' '.join(arguments)}: status {done.returncode}, expected {status}: {done.stderr}")
    return done.stdout, done.stderr


def one_sentence(said, *parts):
    if said.count("\n") != 1 or not said.startswith("deepfilter: ") or not all(part in said for part in parts):
        raise Failed(f"not one sentence with {parts}: {said!r}")


def recorded_seconds(path):
    rate, channels, samples = read_wav(path)
    if (rate, channels) != (RATE, 2):
        raise Failed(f"{path} has {channels} channels at {rate} Hz")
    return len(samples) / 2 / RATE


def case_full_disk(context):
    """What was recorded until the disk was full stays; the sound goes on, and the status tells."""
    need(*Pipewire.PROGRAMS)
    folder = context.new_folder("full_disk")
    with Pipewire(folder, 512) as pipewire:
        out, said = run_live(context, pipewire, folder, "--json", "--record", "full.wav", "--seconds", "6", status=1,
                             most_bytes=1_200_000)
        one_sentence(said, "full.wav: cannot be written: File too large", "the recording ends after")
        rows = [json.loads(line) for line in out.splitlines()]
        failed = [at for at, row in enumerate(rows) if row.get("event") == "failed"]
        if len(failed) != 1 or "full.wav" not in rows[failed[0]]["text"]:
            raise Failed(f"the failure is not told: {out}")
        if sum("status" in row for row in rows[failed[0]:]) < 2:
            raise Failed("live does not go on")
        if not recorded_seconds(folder / "full.wav") > 1:
            raise Failed("nothing is kept")
        # A standard output that takes no more.
        for form in ([], ["--json"]):
            with open("/dev/full", "w", encoding="ascii") as full:
                said = run_live(context, pipewire, folder, *form, "-f", "--record", "lines.wav", "--seconds", "20",
                                "--interval", "1", status=1, stdout=full)[1]
            one_sentence(said, "standard output cannot be written: No space left on device")
    print("full disks: good")


def case_closed_output(context):
    """A reader that goes away ends the run, and the recording is whole."""
    need(*Pipewire.PROGRAMS)
    folder = context.new_folder("closed_output")
    with Pipewire(folder, 512) as pipewire:
        process = subprocess.Popen(
            [context.deepfilter, "live", "--json", "--interval", "0.5", "--record", "cut.wav"], env=pipewire.environment,
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            # As shells start programs; Python ignores it.
            preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
        lines = [process.stdout.readline() for _ in range(6)]
        process.stdout.close()
        said = process.stderr.read().decode()
        if process.wait(timeout=15) != 0 or said:
            raise Failed(f"status {process.returncode}: {said}{lines}")
        if not recorded_seconds(folder / "cut.wav") > 0.5:
            raise Failed("the recording is not kept")
        if sorted(os.listdir(folder))[:1] != ["config"]:
            raise Failed(f"left over: {os.listdir(folder)}")
    print("a closed output: good")


def case_names_and_ends(context):
    """The last state is that of the running devices, no device of a name has one status, and a recording goes on in
    numbered files over the server's restart."""
    need(*Pipewire.PROGRAMS)
    folder = context.new_folder("names")
    pipewire = Pipewire(folder, 512)
    with pipewire:
        out, _ = run_live(context, pipewire, folder, "--json", "--seconds", "2", "--interval", "1")
        last = json.loads(out.splitlines()[-1])["status"]
        if last["lost"] or not last["worst_load"] > 0 or last["input"]["device"] != "Test microphone":
            raise Failed(f"the last state is {last}")
        if '"moved"' in out or out.count("Test microphone") < 3:
            raise Failed(f"nothing has moved: {out}")
        for side in ("-i", "-o"):
            said = run_live(context, pipewire, folder, side, "nonsense", status=3)[1]
            one_sentence(said, "is called \"nonsense\"")
        with Live(context.deepfilter, ["--level", "keep", "--record", folder / "k.wav"], pipewire.environment,
                  folder) as live:
            for times in (1, 2, 3):
                live.wait_event("recording", 2 * times - 1)
                wait_for("the state of the recording", lambda: (live.status() or {}).get("recording"))
                if times == 3:
                    break
                pipewire.stop()
                live.wait_event("lost", times)
                pipewire.stack = contextlib.ExitStack()
                pipewire.start()
                live.wait_event("back", times)
            live.stop()
        names = sorted(path.name for path in folder.glob("*.wav"))
        if names != ["k-2.wav", "k-3.wav", "k.wav"]:
            raise Failed(f"recordings are {names}")
        for name in names:
            if not recorded_seconds(folder / name) > 0:
                raise Failed(f"{name} is empty")
    print("names and ends: good")
