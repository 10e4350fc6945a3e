"""Cases with PipeWire."""

import array
import contextlib
import json
import os
import time
from pathlib import Path

from live_context import (DELAY_TOLERANCE_SAMPLES, LEAST_SNR_DB, SHORT_QUANTUM, SHORT_SOUND_SECONDS, attempts, need)
from servers import (RATE, Failed, Live, Pipewire, as_audio, find_shift, read_wav, running, snr_db, wait_for,
                     write_wav)


# Into the microphone; out of it and of what the speaker hears.
ENDS = ["Test microphone:input_MONO", ["Test microphone:capture_MONO", "Test speaker:monitor_MONO"], ["pw-jack"]]


def settle(pipewire):
    """The state of a graph that has just changed comes to rest."""
    time.sleep(0.4)


def pipewire_quantum(context, quantum):
    need(*Pipewire.PROGRAMS, "pw-jack")
    folder = context.new_folder(f"pipewire-{quantum}")
    if quantum <= SHORT_QUANTUM:
        context = context.with_sound_of(SHORT_SOUND_SECONDS)
    with Pipewire(folder, quantum) as pipewire:
        pipewire.quantum(quantum)

        def once():
            recording = folder / "both.wav"
            with Live(context.deepfilter, ["--server", "pipewire", "--level", "keep", "-f", "--record", recording],
                      pipewire.environment, folder) as live:
                live.wait_event("recording")
                settle(pipewire)
                missed = live.status()["missed_blocks"]
                loop = context.play_and_record(folder, pipewire.environment, context.sound, *ENDS)
                settle(pipewire)
                status = live.stop()
            if status["block_samples"] != quantum:
                raise Failed(f"blocks are {status['block_samples']}, expected {quantum}")
            before, after = context.check_recording(recording)
            complaint = ends_differ(context, before, after, loop.channels[0], loop.channels[1], status)
            if not complaint and status["missed_blocks"] != missed:
                complaint = "blocks were missed"
            if complaint:
                complaint += f" (blocks missed: {status['missed_blocks'] - missed} by live, {loop.missed})"
            return complaint

        attempts(f"PipeWire, quantum {quantum}", once)


def ends_differ(context, before, after, microphone, speaker, status):
    """A complaint if a sound did not go from one end to the other without a gap; Failed if its delay is another than
    was stated."""
    at = context.whole(before)
    if at is None:
        return "the sound did not come in whole"
    heard = find_shift(before, microphone, at)
    length = len(context.sound)
    played = find_shift(after, speaker, at + length // 2)
    if heard is None or played is None:
        return "the sound did not come out"
    expected = after[at:at + length]
    found = snr_db(expected, speaker[at + played:at + played + length])
    if found < LEAST_SNR_DB:
        return f"what came out differs: {found:.1f} dB"
    delay = played - heard
    stated = status["delay_ms"]["total"] * RATE / 1000
    print(f"  delay {1000 * delay / RATE:.2f} ms, stated {1000 * stated / RATE:.2f} ms, load {status['load']:.3f}")
    if abs(delay - stated) > DELAY_TOLERANCE_SAMPLES:
        raise Failed(f"the delay is {delay} samples, and {stated:.0f} are stated")
    return None


def case_pipewire_64(context):
    pipewire_quantum(context, 64)


def case_pipewire_128(context):
    pipewire_quantum(context, 128)


def case_pipewire_256(context):
    pipewire_quantum(context, 256)


def case_pipewire_480(context):
    pipewire_quantum(context, 480)


def case_pipewire_1024(context):
    pipewire_quantum(context, 1024)


def real_time_threads(pid):
    """How many threads of a process have a real-time priority."""
    policies = (os.SCHED_FIFO, os.SCHED_RR)
    return sum((os.sched_getscheduler(int(thread)) & ~os.SCHED_RESET_ON_FORK) in policies
               for thread in os.listdir(f"/proc/{pid}/task"))


def case_missed_blocks(context):
    """At 64 samples, blocks are missed about as often as by a program that copies them: what is missed is the
    machine's and the server's. --seconds N takes N seconds of each."""
    need(*Pipewire.PROGRAMS, "pw-jack")
    folder = context.new_folder("missed")
    seconds = max(context.seconds, 10.0)
    microphone, speaker = "Test microphone:capture_MONO", "Test speaker:playback_MONO"
    with Pipewire(folder, 64) as pipewire:
        pipewire.quantum(64)
        settle(pipewire)
        copier = int(context.run_loop(pipewire.environment, ["copy", seconds, microphone, speaker], ["pw-jack"])[-1])
        with Live(context.deepfilter, ["--server", "pipewire"], pipewire.environment, folder) as live:
            live.wait_event("started")
            settle(pipewire)
            if os.geteuid() == 0 and real_time_threads(live.process.pid) != 1:
                raise Failed("the thread of the sound has no real-time priority, or others have it too")
            before = live.status()
            time.sleep(seconds)
            after = live.stop()
    blocks = after["blocks"] - before["blocks"]
    missed = after["missed_blocks"] - before["missed_blocks"]
    print(f"{seconds:.0f} s of 64 samples, {blocks} blocks: {missed} missed by live, {copier} by a copier")
    # Both are counts of rare moments.
    if missed > 2 * copier + 10:
        raise Failed("more blocks are missed than the machine leaves out")


def case_virtual_microphone(context):
    """Others choose it and get the clean sound; it works on while nobody listens, and is gone with the program."""
    need(*Pipewire.PROGRAMS)
    folder = context.new_folder("virtual")
    name = "deepfilter_live_microphone"
    with Pipewire(folder, 512) as pipewire:
        def once():
            recording = folder / "both.wav"
            with Live(context.deepfilter, ["--virtual-mic", "--level", "keep", "-f", "--record", recording],
                      pipewire.environment, folder) as live:
                live.wait_event("recording")
                with pipewire.record(folder / "heard.wav", name, folder / "record.log"):
                    wait_for("the recorder's port", lambda: "pw-record:input_MONO" in pipewire.ports("-i"))
                    wait_for("the link", lambda: f"{name}:capture_MONO" in pipewire.run("pw-link", "-l", "-o"))
                    settle(pipewire)
                    pipewire.play(context.sound_file, folder / "play.log").wait()
                    settle(pipewire)
                time.sleep(0.3)
                blocks = live.status()["blocks"]
                time.sleep(0.6)
                if live.status()["blocks"] <= blocks:
                    raise Failed("it stands still while nobody listens")
                live.stop()
            if name in pipewire.nodes():
                raise Failed("the microphone is still there after the program's end")
            before, after = context.check_recording(recording)
            at = context.whole(before)
            if at is None:
                return "the sound did not come in whole"
            heard = read_wav(folder / "heard.wav")[2]
            place = find_shift(after, heard, at + len(context.sound) // 2)
            expected = after[at:at + len(context.sound)]
            found = snr_db(expected, heard[at + place:at + place + len(expected)]) if place is not None else 0
            return None if found >= LEAST_SNR_DB else f"what is heard differs: {found:.1f} dB"

        attempts("the virtual microphone", once)


def destroy_node(pipewire, name):
    for item in json.loads(pipewire.run("pw-dump")):
        properties = (item.get("info") or {}).get("props") or {}
        if properties.get("node.name") == name:
            pipewire.run("pw-cli", "destroy", item["id"])


def case_unplugged(context):
    """The microphone goes and comes back; nothing is heard meanwhile, not even the speaker's own sound."""
    need(*Pipewire.PROGRAMS)
    folder = context.new_folder("unplugged")
    with Pipewire(folder, 512) as pipewire:
        with Live(context.deepfilter, ["--level", "keep"], pipewire.environment, folder) as live:
            live.wait_event("started")
            wait_for("the input", lambda: (live.status() or {"input": {"device": ""}})["input"]["device"] ==
                     "Test microphone")
            destroy_node(pipewire, "test_microphone")
            wait_for("the loss", lambda: any("has gone" in event["text"] for event in live.events("moved")))
            time.sleep(0.5)
            # What a speaker plays is offered in place of a microphone; it must not come out of it again.
            with running(as_audio(["pw-play", "--target", "test_speaker", context.sound_file]), pipewire.environment,
                         folder / "play.log"):
                time.sleep(1.0)
                heard = live.status()["input"]["mean_db"]
            if heard > -100:
                raise Failed(f"the speaker is heard in place of the microphone: {heard} dB")
            pipewire.run("pw-cli", "create-node", "adapter",
                         "{ factory.name=support.null-audio-sink node.name=test_microphone"
                         ' node.description="Test microphone" media.class=Audio/Source/Virtual audio.position=[MONO]'
                         " object.linger=true priority.session=2000 }")
            wait_for("the return", lambda: live.status()["input"]["device"] == "Test microphone")
            pipewire.play(context.sound_file, folder / "play.log")
            wait_for("sound after the return", lambda: live.status()["input"]["mean_db"] > -60)
            live.stop()
    print("unplugged and back: good")


def case_pipewire_restart(context):
    """The server goes and comes back, and with another rate."""
    need(*Pipewire.PROGRAMS)
    folder = context.new_folder("restart")
    pipewire = Pipewire(folder, 512)
    with pipewire:
        with Live(context.deepfilter, ["--level", "keep"], pipewire.environment, folder) as live:
            live.wait_event("started")
            pipewire.rate(44100)
            time.sleep(1.5)
            if live.status()["lost"]:
                raise Failed("another rate of the graph ends the sound")
            pipewire.stop()
            live.wait_event("lost")
            wait_for("the state without a device", lambda: live.status()["lost"])
            pipewire.stack = contextlib.ExitStack()
            pipewire.start()
            live.wait_event("back")
            pipewire.play(context.sound_file, folder / "play.log")
            wait_for("sound after the return", lambda: live.status()["input"]["mean_db"] > -60)
            live.stop()
    print("the server's restart: good")


def threads_and_files(pid):
    return len(os.listdir(f"/proc/{pid}/task")), len(os.listdir(f"/proc/{pid}/fd"))


def resident_kb(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def case_starts_and_stops(context):
    """50 devices in one process: each loss of the server closes one and opens another."""
    need(*Pipewire.PROGRAMS)
    folder = context.new_folder("starts")
    pipewire = Pipewire(folder, 512)
    times = 50
    figures = []
    with pipewire:
        idle = sorted(pipewire.nodes())
        with Live(context.deepfilter, ["--level", "keep"], pipewire.environment, folder) as live:
            live.wait_event("started")
            for number in range(times):
                # The server sends this program away, as it does when it ends.
                for item in json.loads(pipewire.run("pw-dump")):
                    properties = (item.get("info") or {}).get("props") or {}
                    if item["type"] == "PipeWire:Interface:Client" and \
                            properties.get("application.process.id") == live.process.pid:
                        pipewire.run("pw-cli", "destroy", item["id"])
                live.wait_event("back", number + 1)
                if number in (4, times - 1):
                    time.sleep(1.0)
                    figures.append(threads_and_files(live.process.pid) + (resident_kb(live.process.pid),))
            names = pipewire.nodes()
            live.stop()
        wait_for("the nodes' end", lambda: sorted(pipewire.nodes()) == idle)
    (threads, files, resident), (more_threads, more_files, more_resident) = figures
    print(f"after 5 and {times} starts: threads {threads}, {more_threads}; files {files}, {more_files}; "
          f"resident {resident}, {more_resident} kB")
    if more_threads > threads or more_files > files:
        raise Failed("threads or files are left over")
    # The library's own pools settle; 45 devices that were kept would be tens of MB.
    if more_resident > resident + 4096:
        raise Failed("memory is left over")
    if names.count("deepfilter_live_input") != 1 or names.count("deepfilter_live_output") != 1:
        raise Failed(f"nodes are left over: {names}")


def case_constant_delay(context):
    """The delay at the beginning, the end and in between; --seconds N makes it N seconds."""
    need(*Pipewire.PROGRAMS)
    folder = context.new_folder("delay")
    seconds = max(context.seconds, 10.0)
    sound = array.array("f")
    period = len(context.sound) / RATE
    for number in range(int(seconds / period) + 1):
        # Each repetition by another factor, so that no part is found in the place of another.
        gain = 0.5 + 0.4 * ((number * 0.6180339887) % 1.0)
        sound.extend(gain * value for value in context.sound)
    with Pipewire(folder, 512) as pipewire:
        with Live(context.deepfilter, ["--bypass"], pipewire.environment, folder) as live:
            live.wait_event("started")
            loop = context.play_and_record(folder, pipewire.environment, sound, *ENDS)
            status = live.stop()
        before, after = loop.channels
        # Bypassed, what comes out is what came in, bit for bit and as late as the clean sound.
        delays = []
        for place in range(2, 38):
            at = int(place * len(before) / 40)
            later = after[at:at + RATE].tobytes().find(before[at:at + 256].tobytes())
            delays.append(later // 4 if later % 4 == 0 else None)
        stated = status["delay_ms"]["total"] * RATE / 1000
        found = sorted({delay for delay in delays if delay is not None})
        print(f"{seconds:.0f} s: delays {found} samples at {len(delays)} places, {delays.count(None)} of them in gaps; "
              f"stated {stated:.1f}; {status['missed_blocks']} blocks missed; load {os.getloadavg()[0]:.1f}")
        if not found or any(abs(delay - stated) > DELAY_TOLERANCE_SAMPLES for delay in found):
            raise Failed("the delay does not stay what is stated")
        if delays.count(None) > len(delays) // 2:
            raise Failed("more gaps than sound")
