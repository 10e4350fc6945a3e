"""What the cases of live_test.py share: the program, its sound, and what is tried again."""

import array
import copy
import os
import shutil
import subprocess
import time
from dataclasses import dataclass

from servers import RATE, Failed, read_wav, snr_db, write_wav


# The same samples but for rounding; most are the same bits.
LEAST_SNR_DB = 100
# A virtual machine beside others stands still for some milliseconds now and then; short blocks feel each of them.
ATTEMPTS = 15
# Its bad moments may last for a minute, so later attempts are further apart.
QUICK_ATTEMPTS = 5
PAUSE_SECONDS = 10.0
SOUND_SECONDS = 1.0
# Of short blocks there are many in a second, each of which may find the machine standing still.
SHORT_QUANTUM = 128
SHORT_SOUND_SECONDS = 0.4
DELAY_TOLERANCE_SAMPLES = 2


class NotTested(Exception):
    pass


@dataclass
class Recorded:
    channels: list  # of samples
    missed: str  # which blocks the server left out


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
        return other

    def new_folder(self, name):
        self.count += 1
        folder = self.folder / f"{self.count}-{name}"
        folder.mkdir()
        return folder

    def run_loop(self, environment, arguments, prefix):
        """What the program of the clients in real time prints."""
        done = subprocess.run([str(word) for word in [*prefix, self.jack_loop, *arguments]], env=environment,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"jack_loop: {done.stderr}")
        return done.stdout.split()

    def play_and_record(self, folder, environment, sound, target, sources, prefix=()):
        """Plays a sound into a port and records others, on the server's clock."""
        (folder / "in.f32").write_bytes(sound.tobytes())
        printed = self.run_loop(
            environment,
            ["play", folder / "in.f32", folder / "out.f32", len(sound) / RATE + 0.3, target, *sources], prefix)
        recorded = array.array("f")
        recorded.frombytes((folder / "out.f32").read_bytes())
        player, recorder = printed[-2:]
        return Recorded([recorded[channel::len(sources)] for channel in range(len(sources))],
                        f"{player} by the player, {recorder} by the recorder")

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
        if number >= QUICK_ATTEMPTS:
            time.sleep(PAUSE_SECONDS)
    raise Failed(f"{name}: {complaints[-1]}, after {ATTEMPTS} attempts")
