#!/usr/bin/env python3
"""`deepfilter live` with real sound servers, without a sound card.

    live_test.py DEEPFILTER JACK_LOOP SOUND [--seconds N] CASE...

PipeWire, WirePlumber, JACK and PulseAudio run in folders and a session bus of their own, with null devices. A case is a
function of this file (case_...); without one all run. A case whose programs are not installed is NOT TESTED, and a failure
under $CI. A machine that is too busy for sound without gaps is no excuse: what a gap can spoil is tried again, and then
fails.
"""

import array
import contextlib
import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from servers import (RATE, Failed, Live, Pipewire, Player, as_audio, find_shift, read_wav, running, snr_db, wait_for,
                     write_wav)
from terminal import Terminal

SKIPPED = 77
# The same samples but for rounding; most are the same bits.
LEAST_SNR_DB = 100
# A virtual machine beside others stands still for some milliseconds now and then; short blocks feel each of them.
ATTEMPTS = 15
SOUND_SECONDS = 1.0
# Of short blocks there are many in a second, each of which may find the machine standing still.
SHORT_QUANTUM = 128
SHORT_SOUND_SECONDS = 0.4
DELAY_TOLERANCE_SAMPLES = 2


class NotTested(Exception):
    pass


class Context:
    def __init__(self, arguments, folder):
        self.deepfilter, self.jack_loop, sound = arguments
        self.folder = folder
        self.seconds = 0.0
        self.sound_file = folder / "sound.wav"
        # The sample as floats: with a limit of 0 dB it is what it was.
        subprocess.run([self.deepfilter, "enhance", "-f", "-a", "0", sound, "-o", self.sound_file, "--sample-format", "f32",
                        "--downmix"], check=True, stderr=subprocess.DEVNULL)
        samples = read_wav(self.sound_file)[2]
        self.sound = samples[RATE // 2:RATE // 2 + int(SOUND_SECONDS * RATE)]
        # Players drop what fills no block at the end.
        write_wav(self.sound_file, self.sound + array.array("f", bytes(4 * RATE // 5)))
        self.count = 0

    def with_sound_of(self, seconds):
        """The same with the beginning of the sound alone."""
        other = copy.copy(self)
        other.sound = self.sound[:int(seconds * RATE)]
        other.sound_file = self.folder / f"sound-{seconds}.wav"
        write_wav(other.sound_file, other.sound + array.array("f", bytes(4 * RATE // 5)))
        return other

    def new_folder(self, name):
        self.count += 1
        folder = self.folder / f"{self.count}-{name}"
        folder.mkdir()
        return folder

    def check_recording(self, path):
        """Both sides of a recording, after the after was found to be what the library makes of the before."""
        rate, channels, samples = read_wav(path)
        if (rate, channels) != (RATE, 2):
            raise Failed(f"{path} has {channels} channels at {rate} Hz")
        before, after = samples[0::2], samples[1::2]
        part = path.with_suffix(".before.wav")
        write_wav(part, before)
        library = path.with_suffix(".library.wav")
        subprocess.run([self.deepfilter, "enhance", "-f", "--level", "keep", part, "-o", library, "--sample-format", "f32"],
                       check=True, stderr=subprocess.DEVNULL)
        expected = read_wav(library)[2]
        # The last hops of a file end within it; a stream goes on.
        count = min(len(expected), len(after)) - 4 * RATE // 100
        found = snr_db(expected[:count], after[:count])
        if not found >= LEAST_SNR_DB:
            raise Failed(f"what came out is not the library's: {found:.1f} dB")
        return before, after

    def whole(self, sound_before):
        """Where the played sound begins in what came in, if all of it came, bit for bit."""
        at = sound_before.tobytes().find(self.sound.tobytes())
        return at // 4 if at >= 0 and at % 4 == 0 else None


def need(*programs):
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        raise NotTested(f"not here: {', '.join(missing)}")


def attempts(name, once):
    """Calls `once` until it returns no complaint; what goes wrong other than by a gap ends it at once."""
    complaints = []
    for number in range(1, ATTEMPTS + 1):
        complaint = once()
        if not complaint:
            print(f"{name}: good at attempt {number}", flush=True)
            return
        complaints.append(complaint)
        print(f"{name}: attempt {number}: {complaint} (load {os.getloadavg()[0]:.1f})", flush=True)
    raise Failed(f"{name}: {complaints[-1]}, after {ATTEMPTS} attempts")


# ---- PipeWire

def settle(pipewire):
    """The state of a graph that has just changed comes to rest."""
    time.sleep(0.4)


def pipewire_quantum(context, quantum):
    need(*Pipewire.PROGRAMS)
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
                record = as_audio(["pw-record", "--target", "0", "--format", "f32", "--rate", RATE, "--channels", 2,
                                   folder / "ends.wav"])
                with running(record, pipewire.environment, folder / "record.log"):
                    wait_for("the recorder's ports", lambda: "pw-record:input_FR" in pipewire.ports("-i"))
                    pipewire.run("pw-link", "test_microphone:capture_MONO", "pw-record:input_FL")
                    pipewire.run("pw-link", "test_speaker:monitor_MONO", "pw-record:input_FR")
                    settle(pipewire)
                    missed = live.status()["missed_blocks"]
                    pipewire.play(context.sound_file, folder / "play.log").wait()
                    settle(pipewire)
                status = live.stop()
            if status["block_samples"] != quantum:
                raise Failed(f"blocks are {status['block_samples']}, expected {quantum}")
            before, after = context.check_recording(recording)
            ends = read_wav(folder / "ends.wav")[2]
            complaint = ends_differ(context, before, after, ends[0::2], ends[1::2], status)
            if not complaint and status["missed_blocks"] != missed:
                complaint = f"{status['missed_blocks'] - missed} blocks were missed"
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
    with Pipewire(folder, 512) as pipewire:
        long_file = folder / "long.wav"
        sound = array.array("f")
        period = len(context.sound) / RATE
        for number in range(int(seconds / period) + 1):
            # Each repetition by another factor, so that no part is found in the place of another.
            gain = 0.5 + 0.4 * ((number * 0.6180339887) % 1.0)
            sound.extend(gain * value for value in context.sound)
        write_wav(long_file, sound)
        with Live(context.deepfilter, ["--bypass"], pipewire.environment, folder) as live:
            live.wait_event("started")
            record = as_audio(["pw-record", "--target", "0", "--format", "f32", "--rate", RATE, "--channels", 2,
                               folder / "ends.wav"])
            with running(record, pipewire.environment, folder / "record.log"):
                wait_for("the recorder's ports", lambda: "pw-record:input_FR" in pipewire.ports("-i"))
                pipewire.run("pw-link", "test_microphone:capture_MONO", "pw-record:input_FL")
                pipewire.run("pw-link", "test_speaker:monitor_MONO", "pw-record:input_FR")
                player = Player(pipewire, long_file, folder / "play.log")
                player.process.wait(timeout=seconds + 60)
                time.sleep(0.3)
            status = live.stop()
        ends = read_wav(folder / "ends.wav")[2]
        before, after = ends[0::2], ends[1::2]
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


# ---- JACK

@contextlib.contextmanager
def jack(folder, block):
    need("jackd", "jack_lsp")
    name = f"deepfilter-{os.getpid()}-{block}"
    environment = dict(os.environ, JACK_DEFAULT_SERVER=name, JACK_NO_AUDIO_RESERVATION="1", JACK_NO_START_SERVER="1")
    command = as_audio(["jackd", "-n", name, "-R", "-P", "60", "-d", "dummy", "-r", RATE, "-p", block, "-C", 1, "-P", 2])
    with running(command, environment, folder / "jackd.log") as process:
        wait_for("JACK", lambda: "system:playback_2" in jack_ports(environment))
        yield environment, process


def jack_ports(environment):
    return subprocess.run(["jack_lsp", "-c"], env=environment, capture_output=True, text=True).stdout


def jack_block(context, block):
    folder = context.new_folder(f"jack-{block}")
    (folder / "in.f32").write_bytes(context.sound.tobytes())
    with jack(folder, block) as (environment, _):
        def once():
            recording = folder / "both.wav"
            with Live(context.deepfilter, ["--server", "jack", "--level", "keep", "-f", "--record", recording], environment,
                      folder) as live:
                live.wait_event("recording")
                ports = jack_ports(environment)
                # One channel is heard on both sides.
                for port in ("system:playback_1", "system:playback_2"):
                    if "deepfilter:output_1" not in ports[ports.index(port):].split("\n")[1]:
                        raise Failed(f"{port} is not connected:\n{ports}")
                time.sleep(0.2)
                missed = live.status()["missed_blocks"]
                done = subprocess.run(
                    as_audio([context.jack_loop, folder / "in.f32", folder / "out.f32", "deepfilter:input_1",
                              "deepfilter:output_1", SOUND_SECONDS + 0.3]),
                    env=environment, capture_output=True, text=True, timeout=60)
                if done.returncode != 0:
                    raise Failed(f"jack_loop: {done.stderr}")
                time.sleep(0.2)
                status = live.stop()
            before, after = context.check_recording(recording)
            out = array.array("f")
            out.frombytes((folder / "out.f32").read_bytes())
            at = context.whole(before)
            if at is None:
                return "the sound did not come in whole"
            place = find_shift(after, out, at + len(context.sound) // 2)
            if place is None:
                return "the sound did not come out"
            expected = after[at:at + len(context.sound)]
            found = snr_db(expected, out[at + place:at + place + len(expected)])
            if found < LEAST_SNR_DB:
                return f"what came out differs: {found:.1f} dB"
            # From jack_loop and back to it is a circle, which JACK cuts by a cycle.
            delay = at + place - block
            stated = status["delay_ms"]["denoiser"] * RATE / 1000
            print(f"  delay {1000 * delay / RATE:.2f} ms, stated {1000 * stated / RATE:.2f} ms, load {status['load']:.3f}")
            if abs(delay - stated) > DELAY_TOLERANCE_SAMPLES:
                raise Failed(f"the delay is {delay} samples, and {stated:.0f} are stated")
            if status["missed_blocks"] != missed:
                return f"{status['missed_blocks'] - missed} blocks were missed"
            return None

        attempts(f"JACK, {block} samples", once)


def case_jack_64(context):
    jack_block(context, 64)


def case_jack_256(context):
    jack_block(context, 256)


def case_jack_1024(context):
    jack_block(context, 1024)


def case_jack_restart(context):
    folder = context.new_folder("jack-restart")
    with jack(folder, 512) as (environment, server):
        with Live(context.deepfilter, ["--server", "jack"], environment, folder) as live:
            live.wait_event("started")
            server.terminate()
            server.wait(timeout=15)
            live.wait_event("lost")
            with jack(folder, 512):
                live.wait_event("back")
                wait_for("a state", lambda: not live.status()["lost"])
                blocks = live.status()["blocks"]
                wait_for("blocks", lambda: live.status()["blocks"] > blocks)
                live.stop()
    print("JACK's restart: good")


# ---- PulseAudio

@contextlib.contextmanager
def pulse(folder):
    program = shutil.which(os.environ.get("DEEPFILTER_PULSEAUDIO", "pulseaudio"))
    if program is None:
        raise NotTested("not here: pulseaudio")
    need("paplay", "parec", "pactl")
    run = folder / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    environment = dict(os.environ, XDG_RUNTIME_DIR=str(run), HOME=str(folder), PULSE_RUNTIME_PATH=str(run / "pulse"),
                       PULSE_SERVER=f"unix:{run}/pulse/native")
    sink = "module-null-sink rate=48000 format=float32le channels=1 channel_map=mono sink_name="
    command = [program, "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes",
               "--realtime=no", "-L", sink + "test_speaker", "-L", sink + "test_room",
               "-L", "module-remap-source master=test_room.monitor source_name=test_microphone remix=no",
               "-L", f"module-native-protocol-unix socket={run}/pulse/native auth-anonymous=1"]
    with running(as_audio(command), environment, folder / "pulse.log") as process:
        wait_for("PulseAudio", lambda: "test_microphone" in pulse_list(environment))
        yield environment, process


def pulse_list(environment):
    return subprocess.run(["pactl", "list", "short", "sources"], env=environment, capture_output=True, text=True).stdout


def case_pulse(context):
    """Two clocks of one machine: the samples are the library's, wherever none had to be interpolated."""
    folder = context.new_folder("pulse")
    with pulse(folder) as (environment, process):
        def once():
            recording = folder / "both.wav"
            with Live(context.deepfilter,
                      ["--server", "pulse", "--level", "keep", "-f", "-i", "test_microphone", "-o", "test_speaker",
                       "--record", recording], environment, folder) as live:
                live.wait_event("recording")
                record = as_audio(["parec", "-d", "test_speaker.monitor", "--format=float32le", "--rate", RATE,
                                   "--channels=1", "--latency-msec=20", "--raw", folder / "out.f32"])
                with running(record, environment, folder / "record.log"):
                    time.sleep(1.0)
                    subprocess.run(as_audio(["paplay", "-d", "test_room", context.sound_file]), env=environment,
                                   timeout=60, check=True)
                    time.sleep(1.0)
                status = live.stop()
            before, after = context.check_recording(recording)
            at = context.whole(before)
            if at is None:
                return "the sound did not come in whole"
            out = array.array("f")
            data = (folder / "out.f32").read_bytes()
            out.frombytes(data[:len(data) // 4 * 4])
            place = find_shift(after, out, at + len(context.sound) // 2)
            if place is None:
                return "the sound did not come out"
            expected = after[at:at + len(context.sound)]
            found = snr_db(expected, out[at + place:at + place + len(expected)])
            print(f"  {found:.1f} dB, stated delay {status['delay_ms']}, ratio {status['clock_ratio']}")
            return None if found >= LEAST_SNR_DB else f"what came out differs: {found:.1f} dB"

        attempts("PulseAudio", once)
        with Live(context.deepfilter, ["--server", "pulse", "-i", "test_microphone", "-o", "test_speaker"], environment,
                  folder) as live:
            live.wait_event("started")
            process.kill()
            live.wait_event("lost")
            live.stop()
    print("PulseAudio's death: good")


# ---- The screen

def case_screen(context):
    need(*Pipewire.PROGRAMS)
    folder = context.new_folder("screen")
    with Pipewire(folder, 512) as pipewire:
        player = Player(pipewire, context.sound_file, folder / "play.log")
        for columns, rows, colours, utf8 in ((80, 24, "dark", True), (200, 60, "light", True), (80, 24, "none", False)):
            environment = dict(pipewire.environment)
            os.chdir(folder)
            screen = Terminal([context.deepfilter, "live", "--colours", colours], environment, columns, rows, utf8)
            for part in ("deepfilter live", "Test microphone", "Test speaker", "noise taken", "local SNR", "level gain", "cpu",
                         "missed", "delay", "before", "after", "q end"):
                screen.watch_for(part)
            text = screen.text()
            if not utf8 and not text.isascii():
                raise Failed("signs beyond ASCII on a terminal without UTF-8")
            if utf8 and "\u2580" not in text:
                raise Failed("no picture of blocks")
            if (colours == "none") != (not any(38 in style or 48 in style for style in screen.styles())):
                raise Failed(f"colours {colours}: {screen.styles()}")
            if screen.page != 2 or screen.cursor_shown:
                raise Failed("the screen has no page of its own, or shows the cursor")
            screen.press("b")
            screen.watch_for("BYPASS")
            screen.press("b-")
            screen.watch_for("limit 60 dB")
            screen.press("p?")
            screen.watch_for("hear the sound as it is")
            screen.press("?r")
            screen.watch_for("REC")
            screen.resize(100, 30)
            # The last line of the new size is drawn last.
            wait_for("the screen of the new size", lambda: screen.watch(0.1) or "q end" in screen.text().split("\n")[-1])
            screen.press("r")
            screen.watch_for("recording off")
            screen.press("q")
            status = screen.finish()
            if status != 0 or screen.page != 1 or not screen.cursor_shown:
                raise Failed(f"the terminal is not put back: status {status}, page {screen.page}")
        player.wait()
        if len(list(folder.glob("deepfilter-*.wav"))) != 3:
            raise Failed("a key did not record")
    print("the screen: good")


CASES = {name[5:]: function for name, function in list(globals().items()) if name.startswith("case_")}


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
