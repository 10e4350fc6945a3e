"""Sound servers for tests, without a sound card, in folders and session buses of their own."""

import array
import contextlib
import json
import math
import os
import shutil
import signal
import struct
import subprocess
import time
from pathlib import Path

RATE = 48000

PIPEWIRE = """
context.properties = {
    default.clock.rate         = 48000
    default.clock.quantum      = QUANTUM
    default.clock.min-quantum  = 32
    default.clock.max-quantum  = 8192
    clock.power-of-two-quantum = false
}
context.objects = [
    { factory = adapter
        args = { factory.name = support.null-audio-sink node.name = test_speaker
                 node.description = "Test speaker" media.class = Audio/Sink
                 audio.position = [ MONO ] object.linger = true
                 priority.driver = 20000 priority.session = 1000 }
    }
    { factory = adapter
        args = { factory.name = support.null-audio-sink node.name = test_microphone
                 node.description = "Test microphone" media.class = Audio/Source/Virtual
                 audio.position = [ MONO ] object.linger = true priority.session = 2000 }
    }
]
"""


class Failed(Exception):
    """What a test says when something is wrong."""


def read_wav(path):
    """Rate, channels and interleaved samples of a WAV file of 32-bit floats."""
    data = Path(path).read_bytes()
    form = data.index(b"fmt ") + 8
    code, channels, rate = struct.unpack_from("<HHI", data, form)
    bits = struct.unpack_from("<H", data, form + 14)[0]
    if code == 0xFFFE:
        code = struct.unpack_from("<H", data, form + 24)[0]
    if (code, bits) != (3, 32):
        raise Failed(f"{path}: format {code} with {bits} bits, expected floats of 32")
    start = data.index(b"data") + 8
    samples = array.array("f")
    samples.frombytes(data[start:start + (len(data) - start) // (4 * channels) * 4 * channels])
    return rate, channels, samples


def write_wav(path, samples, channels=1, rate=RATE):
    data = samples.tobytes()
    form = struct.pack("<HHIIHH", 3, channels, rate, rate * 4 * channels, 4 * channels, 32)
    Path(path).write_bytes(b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " +
                           struct.pack("<I", 16) + form + b"data" +
                           struct.pack("<I", len(data)) + data)


def find_shift(expected, found, anchor, length=2048):
    """Where `expected[anchor:anchor + length]` begins in `found`: the first place whose samples are the same, or
    nearly so. None: nowhere."""
    part = expected[anchor:anchor + length]
    raw = part.tobytes()
    at = found.tobytes().find(raw)
    while at >= 0 and at % 4:
        at = found.tobytes().find(raw, at + 1)
    if at >= 0:
        return at // 4 - anchor
    # Not the same bits: the place where a few strong samples agree best.
    picks = sorted(range(len(part)), key=lambda i: -abs(part[i]))[:24]
    best, place = math.inf, None
    for start in range(0, len(found) - length):
        error = 0.0
        for i in picks:
            error += (found[start + i] - part[i]) ** 2
            if error >= best:
                break
        else:
            best, place = error, start
    return None if place is None else place - anchor


def snr_db(expected, found):
    signal_power = sum(value * value for value in expected)
    error = sum((a - b) * (a - b) for a, b in zip(expected, found))
    if signal_power == 0 or len(found) < len(expected):
        return -math.inf
    return math.inf if error == 0 else 10 * math.log10(signal_power / error)


def as_audio(command):
    """The command at real-time priority where that may be given, so that the load of other programs matters
    least."""
    if os.geteuid() == 0 and shutil.which("chrt"):
        return ["chrt", "--rr", "20"] + [str(word) for word in command]
    return [str(word) for word in command]


@contextlib.contextmanager
def running(command, environment, log, end=signal.SIGTERM):
    with open(log, "ab") as file:
        process = subprocess.Popen([str(word) for word in command], env=environment, stdout=file,
                                   stderr=file, stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(end)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(what, found, seconds=15):
    """Calls `found` until it returns something true, and returns that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = found()
        if result:
            return result
        time.sleep(0.05)
    raise Failed(f"{what} did not come within {seconds} s")


class Live:
    """A running `deepfilter live --json`."""

    def __init__(self, deepfilter, arguments, environment, folder, name="live"):
        self.out = Path(folder) / f"{name}.jsonl"
        self.log = Path(folder) / f"{name}.log"
        with open(self.out, "wb") as out, open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [str(word) for word in [deepfilter, "live", "--json", "--interval", "0.2"] + arguments],
                env=environment, stdout=out, stderr=log, stdin=subprocess.DEVNULL)

    def lines(self):
        rows = []
        for line in self.out.read_text().splitlines():
            with contextlib.suppress(json.JSONDecodeError):
                rows.append(json.loads(line))
        return rows

    def events(self, kind=None):
        return [row for row in self.lines() if "event" in row and kind in (None, row["event"])]

    def status(self):
        rows = [row["status"] for row in self.lines() if "status" in row]
        return rows[-1] if rows else None

    def wait_event(self, kind, count=1, seconds=15):
        def found():
            if self.process.poll() is not None:
                raise Failed(f"live has ended: {self.log.read_text()[-500:]}{self.out.read_text()[-500:]}")
            return len(self.events(kind)) >= count
        wait_for(f'the event "{kind}"', found, seconds)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            status = self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failed("live does not end") from None
        if status != 0:
            raise Failed(f"live ended with {status}: {self.log.read_text()[-500:]}")
        return self.status()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Pipewire:
    """A PipeWire server with a session manager, a null sink and a virtual microphone."""

    PROGRAMS = ["dbus-run-session", "pipewire", "wireplumber", "pw-play", "pw-record", "pw-link", "pw-dump",
                "pw-cli", "pw-metadata"]

    def __init__(self, folder, quantum=1024):
        self.folder = Path(folder)
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=str(self.folder / "run"),
                                XDG_CONFIG_HOME=str(self.folder / "config"),
                                XDG_STATE_HOME=str(self.folder / "state"))
        for name in ("PIPEWIRE_RUNTIME_DIR", "PIPEWIRE_REMOTE", "PULSE_SERVER"):
            self.environment.pop(name, None)
        (self.folder / "run").mkdir(mode=0o700, exist_ok=True)
        config = self.folder / "config/pipewire/pipewire.conf.d"
        config.mkdir(parents=True, exist_ok=True)
        (config / "test.conf").write_text(PIPEWIRE.replace("QUANTUM", str(quantum)))
        self.stack = contextlib.ExitStack()

    def start(self):
        self.server = self.stack.enter_context(
            running(as_audio(["pipewire"]), self.environment, self.folder / "pipewire.log"))
        wait_for("PipeWire's socket", (self.folder / "run/pipewire-0").is_socket)
        self.stack.enter_context(
            running(as_audio(["wireplumber"]), self.environment, self.folder / "wireplumber.log"))
        wait_for("the test's microphone", lambda: "test_microphone:input_MONO" in self.ports("-i"))
        wait_for("the default devices", lambda: "test_speaker" in self.metadata())

    def stop(self):
        self.stack.close()
        for name in ("pipewire-0", "pipewire-0.lock"):
            with contextlib.suppress(FileNotFoundError):
                (self.folder / "run" / name).unlink()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *unused):
        self.stop()

    def run(self, *command):
        return subprocess.run([str(word) for word in command], env=self.environment, capture_output=True,
                              text=True, timeout=30).stdout

    def ports(self, direction):
        return self.run("pw-link", direction).split()

    def metadata(self):
        return self.run("pw-metadata", "0", "default.audio.sink")

    def nodes(self):
        """Names of all nodes."""
        found = []
        for item in json.loads(self.run("pw-dump") or "[]"):
            properties = (item.get("info") or {}).get("props") or {}
            if "node.name" in properties:
                found.append(properties["node.name"])
        return found

    def quantum(self, samples):
        self.run("pw-metadata", "-n", "settings", "0", "clock.force-quantum", samples)

    def rate(self, hz):
        self.run("pw-metadata", "-n", "settings", "0", "clock.force-rate", hz)

    def play(self, wav, log):
        """Plays a file into the microphone; returns the player, which ends by itself."""
        return Player(self, wav, log)

    def record(self, wav, target, log, sink=False):
        command = as_audio(["pw-record", "--target", target, "--format", "f32", "--rate", RATE, "--channels", 1])
        if sink:
            command += ["-P", "{ stream.capture.sink=true }"]
        return running(command + [wav], self.environment, log)


class Player:
    def __init__(self, pipewire, wav, log):
        self.pipewire = pipewire
        with open(log, "ab") as file:
            self.process = subprocess.Popen(
                as_audio(["pw-play", "--target", "0", wav]), env=pipewire.environment, stdout=file, stderr=file)
        wait_for("the player's port", lambda: "pw-play:output_MONO" in pipewire.ports("-o"))
        pipewire.run("pw-link", "pw-play:output_MONO", "test_microphone:input_MONO")

    def wait(self):
        self.process.wait(timeout=300)
