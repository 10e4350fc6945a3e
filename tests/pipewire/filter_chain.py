#!/usr/bin/env python3
"""PipeWire with the configuration that `deepfilter pipewire-config` writes: a sound through the
virtual speaker and one through the virtual microphone come out with the samples of the library.
Configurations that are made for DeepFilterNet's official plugin load this one.

    filter_chain.py DEEPFILTER PLUGIN TINY_MODEL SOUND

PipeWire and WirePlumber run without a sound card, in a session bus and folders of their own. Exit
status 77: not tested, and why. Under $CI missing programs are a failure.
"""

import array
import contextlib
import json
import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RATE = 48000
HOP = 480
# Four hops: long enough for a busy machine, and so that hops and quanta begin together, as they do
# in the files that the sound is compared with.
QUANTUM_HOPS = 4
LEAST_SNR_DB = 100
# A machine may be too busy for sound without gaps.
ATTEMPTS = 4
# Quanta of silence that the filter may have run before the sound comes.
MOST_LEAD_QUANTA = 150
SKIPPED = 77
PROGRAMS = ["dbus-run-session", "pipewire", "wireplumber", "pw-play", "pw-record", "pw-link",
            "pw-dump"]

SERVER = """
context.properties = {
    default.clock.rate         = 48000
    clock.power-of-two-quantum = false
    default.clock.quantum      = QUANTUM
    default.clock.min-quantum  = QUANTUM
    default.clock.max-quantum  = QUANTUM
}
context.objects = [
    { factory = adapter
        args = { factory.name = support.null-audio-sink node.name = test_sink
                 media.class = Audio/Sink audio.position = [ FL FR ] object.linger = true }
    }
    { factory = adapter
        args = { factory.name = support.null-audio-sink node.name = test_source
                 media.class = Audio/Source/Virtual audio.position = [ MONO ]
                 object.linger = true }
    }
]
""".replace("QUANTUM", str(QUANTUM_HOPS * HOP))

# Filters as configurations for the official plugin have them: without a folder and with one, with
# some of its controls, all of them or none, and with one that it had in an early version only.
OFFICIAL_CONTROLS = {
    "Attenuation Limit (dB)": 24.0,
    "Min processing threshold (dB)": -12.0,
    "Max ERB processing threshold (dB)": 30.0,
    "Max DF processing threshold (dB)": 20.0,
    "Min Processing Buffer (frames)": 2.0,
    "Post Filter Beta": 0.02,
}
PRESETS = [
    ("official_mono", "deep_filter_mono", False, {"Attenuation Limit (dB)": 100.0}),
    ("official_all", "deep_filter_stereo", True, OFFICIAL_CONTROLS),
    ("official_none", "deep_filter_stereo", True, {}),
    ("official_early", "deep_filter_stereo", False,
     {"Attenuation Limit (dB)": 100.0, "Automatic Gain Control target RMS": 0.001}),
]


class NotTested(Exception):
    pass


def read_wav(path):
    """Samples [samples * channels] of a WAV file of 32-bit floats."""
    data = Path(path).read_bytes()
    start = data.index(b"data") + 8
    samples = array.array("f")
    samples.frombytes(data[start:start + (len(data) - start) // 8 * 8])
    return samples


def write_wav(path, samples, channels):
    data = samples.tobytes()
    form = struct.pack("<HHIIHH", 3, channels, RATE, RATE * 4 * channels, 4 * channels, 32)
    Path(path).write_bytes(b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " +
                           struct.pack("<I", 16) + form + b"data" +
                           struct.pack("<I", len(data)) + data)


def first_sound(samples):
    return next((i for i, value in enumerate(samples) if value != 0), None)


def snr_db(expected, found):
    signal = sum(value * value for value in expected)
    error = sum((a - b) * (a - b) for a, b in zip(expected, found))
    if len(found) < len(expected) or signal == 0:
        return -math.inf
    return math.inf if error == 0 else 10 * math.log10(signal / error)


class Library:
    """What the plugin's library makes of a sound after some quanta of silence."""

    def __init__(self, deepfilter, model, folder, sound, channels):
        self.deepfilter, self.model, self.folder = deepfilter, model, folder
        self.sound, self.channels = sound, channels

    def enhance(self, lead_quanta, samples):
        """From the first sample that is not zero on."""
        lead = array.array("f", bytes(4 * self.channels * lead_quanta * QUANTUM_HOPS * HOP))
        write_wav(self.folder / "in.wav", lead + self.sound[:samples], self.channels)
        subprocess.run(
            [self.deepfilter, "enhance", "-f", "-m", self.model, self.folder / "in.wav", "-o",
             self.folder / "out.wav", "--profile", "libdf", "--reduce-mask", "2",
             "--no-delay-compensation", "--sample-format", "f32"], check=True)
        output = read_wav(self.folder / "out.wav")
        return output[first_sound(output):]


@contextlib.contextmanager
def running(command, environment, log):
    with open(log, "w") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ports(environment, direction):
    found = subprocess.run(["pw-link", direction], env=environment, capture_output=True, text=True)
    return found.stdout.split()


def wait_for_ports(environment, direction, wanted, log):
    for _ in range(100):
        found = ports(environment, direction)
        if all(port in found for port in wanted):
            return
        time.sleep(0.1)
    raise NotTested(f"PipeWire does not show {wanted}: {Path(log).read_text()[-300:].strip()}")


def wait_for_socket(path, log):
    for _ in range(100):
        if path.is_socket():
            return
        time.sleep(0.1)
    raise NotTested(f"PipeWire does not start: {Path(log).read_text()[-300:].strip()}")


def play_speaker(environment, folder, sound):
    """The sound into the virtual speaker; what arrives at the sink behind it."""
    record = ["pw-record", "--target", "test_sink", "-P", "{ stream.capture.sink=true }",
              "--format", "f32", "--rate", str(RATE), "--channels", "2", folder / "speaker.wav"]
    with running(record, environment, folder / "record.log"):
        wait_for_ports(environment, "-i", ["pw-record:input_FL"], folder / "record.log")
        subprocess.run(["pw-play", "--target", "deepfilter_speaker", sound], env=environment,
                       timeout=60, check=True)
        time.sleep(0.5)
    return read_wav(folder / "speaker.wav")


def play_microphone(environment, folder, sound):
    """The sound into the source that stands for a microphone; what the virtual one gives."""
    record = ["pw-record", "--target", "deepfilter_microphone", "--format", "f32", "--rate",
              str(RATE), "--channels", "1", folder / "microphone.wav"]
    play = ["pw-play", "--target", "0", sound]
    with running(record, environment, folder / "record.log"):
        wait_for_ports(environment, "-i", ["pw-record:input_MONO"], folder / "record.log")
        with running(play, environment, folder / "play.log") as player:
            wait_for_ports(environment, "-o", ["pw-play:output_MONO"], folder / "play.log")
            subprocess.run(["pw-link", "pw-play:output_MONO", "test_source:input_MONO"],
                           env=environment, check=True)
            player.wait(timeout=60)
        time.sleep(0.5)
    return read_wav(folder / "microphone.wav")


def best_match(recorded, library):
    """SNR of the recording against the library, for the lead of silence that fits best."""
    begin = first_sound(recorded)
    if begin is None:
        return -math.inf
    recorded = recorded[begin:]
    second = RATE * library.channels
    best = (-math.inf, 0)
    for lead in range(MOST_LEAD_QUANTA):
        start = library.enhance(lead, 2 * second)[:second]
        best = max(best, (snr_db(start, recorded), lead))
        if best[0] >= LEAST_SNR_DB:
            break
    if best[0] < LEAST_SNR_DB:
        return best[0]
    whole = library.enhance(best[1], len(library.sound))
    # The last hop of a file that ends within it is not the stream's.
    whole = whole[:len(whole) - HOP * library.channels]
    return snr_db(whole, recorded)


def attempt(name, play, environment, folder, library, wav):
    for number in range(1, ATTEMPTS + 1):
        with contextlib.ExitStack() as stack:
            log = folder / "pipewire.log"
            stack.enter_context(running(["pipewire"], environment, log))
            wait_for_socket(folder / "run/pipewire-0", log)
            stack.enter_context(running(["wireplumber"], environment, folder / "wireplumber.log"))
            wait_for_ports(environment, "-i", ["test_source:input_MONO"],
                           folder / "wireplumber.log")
            log = folder / "filters.log"
            stack.enter_context(running(["pipewire", "-c", "deepfilter.conf"], environment, log))
            wait_for_ports(environment, "-o", ["deepfilter_microphone:capture_MONO",
                                               "deepfilter_speaker.playback:output_FL"], log)
            wait_for_ports(environment, "-i", ["deepfilter_speaker:playback_FL",
                                               "deepfilter_microphone.capture:input_MONO"], log)
            recorded = play(environment, folder, wav)
        found = best_match(recorded, library)
        print(f"{name}, attempt {number}: {found:.1f} dB", flush=True)
        if found >= LEAST_SNR_DB:
            return True
    if os.getloadavg()[0] > 2 * os.cpu_count():
        raise NotTested("the machine is too busy for sound without gaps")
    return False


def preset_text(name, label, plugin, controls):
    positions = "[FL]" if label.endswith("mono") else "[FL FR]"
    values = " ".join(f'"{control}" {value}' for control, value in controls.items())
    control = f"control = {{ {values} }}" if controls else ""
    return f"""context.modules = [
    {{ name = libpipewire-module-filter-chain
        args = {{
            node.description = "{name}"
            filter.graph = {{
                nodes = [ {{ type = ladspa name = "DeepFilter" plugin = {plugin} label = {label}
                            {control} }} ]
            }}
            audio.rate = 48000
            audio.position = {positions}
            capture.props = {{ node.name = "{name}_input" media.class = Audio/Sink }}
            playback.props = {{ node.name = "{name}_output" node.passive = true }}
        }}
    }}
]
"""


def values_of(environment, node):
    """Names and values of the filter's controls, as PipeWire shows them."""
    dumped = subprocess.run(["pw-dump"], env=environment, capture_output=True, text=True,
                            check=True)
    found = {}
    for item in json.loads(dumped.stdout):
        info = item.get("info") or {}
        if (info.get("props") or {}).get("node.name") != node:
            continue
        for props in (info.get("params") or {}).get("Props", []):
            entries = props.get("params", [])
            found.update(zip(entries[0::2], entries[1::2]))
    return found


def presets_load(environment, folder, plugin):
    """Each preset in a PipeWire process of filter chains. As not every system has PipeWire's
    filter-chain.conf, they are added to the start of ours."""
    config = folder / "config/pipewire"
    own = (config / "deepfilter.conf").read_text()
    (config / "presets.conf").write_text(own[:own.index("    { name = libpipewire-module-filter")] +
                                         "]\n")
    added = config / "presets.conf.d"
    added.mkdir()
    for name, label, by_path, controls in PRESETS:
        text = preset_text(name, label, plugin if by_path else Path(plugin).stem, controls)
        (added / f"{name}.conf").write_text(text)
    good = True
    with contextlib.ExitStack() as stack:
        log = folder / "pipewire.log"
        stack.enter_context(running(["pipewire"], environment, log))
        wait_for_socket(folder / "run/pipewire-0", log)
        stack.enter_context(running(["wireplumber"], environment, folder / "wireplumber.log"))
        log = folder / "presets.log"
        stack.enter_context(running(["pipewire", "-c", "presets.conf"], environment, log))
        wait_for_ports(environment, "-i",
                       [f"{name}_input:playback_FL" for name, *_ in PRESETS], log)
        for name, _, _, controls in PRESETS:
            found = values_of(environment, f"{name}_input")
            wanted = {f"DeepFilter:{control}": value for control, value in controls.items()
                      if control in OFFICIAL_CONTROLS}
            wrong = {control: found.get(control) for control, value in wanted.items()
                     if found.get(control) is None or abs(found[control] - value) > 1e-6}
            missing = [control for control in OFFICIAL_CONTROLS
                       if f"DeepFilter:{control}" not in found]
            print(f"preset {name}: {len(found)} controls", flush=True)
            if wrong or missing:
                print(f"{name}: wrong {wrong}, missing {missing}, of {found}")
                good = False
    return good


def choose_model(deepfilter, tiny):
    listed = subprocess.run([deepfilter, "models", "list", "--json"], capture_output=True,
                            text=True, check=True)
    for model in json.loads(listed.stdout):
        if model["default"] and (model["built_in"] or (model["path"] and not model["damaged"])):
            return model["name"]
    return tiny


def inside(arguments):
    """In a session bus of its own."""
    deepfilter, plugin, tiny, sound = arguments
    with tempfile.TemporaryDirectory(prefix="deepfilter_pipewire_") as name:
        folder = Path(name)
        environment = dict(os.environ, XDG_RUNTIME_DIR=str(folder / "run"),
                           XDG_CONFIG_HOME=str(folder / "config"),
                           XDG_STATE_HOME=str(folder / "state"))
        environment.pop("PIPEWIRE_RUNTIME_DIR", None)
        (folder / "run").mkdir(mode=0o700)
        (folder / "config/pipewire/pipewire.conf.d").mkdir(parents=True)
        (folder / "config/pipewire/pipewire.conf.d/test.conf").write_text(SERVER)
        model = choose_model(deepfilter, tiny)
        print("model", model, flush=True)
        environment["DEEPFILTER_PLUGIN_MODEL"] = model
        # PipeWire finds the plugin by its name.
        environment["LADSPA_PATH"] = str(Path(plugin).parent)
        written = folder / "config/pipewire/deepfilter.conf"
        subprocess.run([deepfilter, "pipewire-config", "-m", model, "-o", written], check=True,
                       env=environment, stdout=subprocess.DEVNULL)
        if f'= "{Path(plugin).stem}"\n' not in written.read_text():
            print("the configuration does not name the plugin without a folder")
            return 1
        good = presets_load(environment, folder, plugin)
        for title, channels, play in (("speaker", 2, play_speaker),
                                      ("microphone", 1, play_microphone)):
            wav = folder / f"{title}_in.wav"
            # Mono as it is; the other channel quieter, so that channels cannot change places.
            mono = read_mono(deepfilter, model, sound, folder)
            samples = mono
            if channels == 2:
                samples = array.array("f", (v for value in mono for v in (value, 0.5 * value)))
            write_wav(wav, samples, channels)
            library = Library(deepfilter, model, folder, samples, channels)
            good = attempt(title, play, environment, folder, library, wav) and good
        return 0 if good else 1


def read_mono(deepfilter, model, sound, folder):
    """The sound as floats: with a limit of 0 dB it is what it was."""
    subprocess.run([deepfilter, "enhance", "-f", "-m", model, "-a", "0", sound, "-o",
                    folder / "sound.wav", "--sample-format", "f32", "--downmix"], check=True)
    return read_wav(folder / "sound.wav")


def main(arguments):
    if arguments[0] == "--inside":
        return inside(arguments[1:])
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        print(f"NOT TESTED: not here: {', '.join(missing)}")
        return 1 if os.environ.get("CI") else SKIPPED
    command = ["dbus-run-session", "--", sys.executable, __file__, "--inside"] + arguments
    return subprocess.run(command).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NotTested as reason:
        print(f"NOT TESTED: {reason}")
        sys.exit(SKIPPED)
