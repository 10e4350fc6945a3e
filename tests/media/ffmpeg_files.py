"""Media files that the tests make with FFmpeg, and what they look at in them."""

import array
import fractions
import json
import shutil
import subprocess
import wave

QUIET = ["-nostdin", "-hide_banner", "-v", "error"]


def tools():
    return shutil.which("ffmpeg"), shutil.which("ffprobe")


def ffmpeg(*arguments, binary=False):
    """Runs ffmpeg and returns its standard output."""
    done = subprocess.run(["ffmpeg", *QUIET, "-y", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f"ffmpeg {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout if binary else done.stdout.decode()


def probe(path, *arguments):
    """What ffprobe says of a file."""
    done = subprocess.run(["ffprobe", "-hide_banner", "-v", "error", "-of", "json", "-show_format", "-show_streams",
                           "-show_chapters", *arguments, "-i", "file:" + path], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def encoders():
    words = [line.split() for line in ffmpeg("-encoders").splitlines()]
    return {line[1] for line in words if len(line) > 1}


def packets(path, index):
    """Time and bytes of each packet of a stream, by the clock of the file."""
    found = probe(path, "-show_packets", "-show_data_hash", "md5", "-select_streams", str(index))
    tick = fractions.Fraction(found["streams"][0]["time_base"])

    def moment(packet, name):
        return packet[name] * tick if name in packet else None

    return [(moment(packet, "pts"), packet["size"], packet.get("data_hash")) for packet in found.get("packets", [])]


def samples(path, track=0, rate=48000, clock=True):
    """The first channel of a track as floats; by the file's clock, the first sample is heard at 0."""
    timing = ["-af", "aresample=async=1:min_comp=0.000001:min_hard_comp=0.015:first_pts=0"] if clock else []
    out = ffmpeg("-copyts", "-i", "file:" + path, "-map", f"0:a:{track}", *timing, "-ac", "1", "-ar", str(rate), "-f",
                 "f32le", "-", binary=True)
    values = array.array("f")
    values.frombytes(out)
    return values


def clicks(values, least=0.25):
    """The places of the clicks of a train, at least 2000 samples apart."""
    found = []
    i = 0
    while i < len(values):
        if abs(values[i]) > least:
            end = min(i + 300, len(values))
            place = max(range(i, end), key=lambda k: abs(values[k]))
            found.append(place)
            i = place + 2000
        else:
            i += 1
    return found


class Maker:
    """Makes the parts of files once."""

    def __init__(self):
        self.made = set()

    def click_source(self, rate=48000, channels=1, seconds=2.0, first=0.25):
        """Arguments of an input with a click every half second, which codecs keep in its place."""
        name = f"clicks-{rate}-{channels}-{seconds}-{first}.wav"
        if name not in self.made:
            self.made.add(name)
            values = array.array("h", bytes(2 * channels * int(rate * seconds)))
            place = first
            while place < seconds - 0.01:
                for channel in range(channels):
                    values[channels * round(place * rate) + channel] = 29000
                place += 0.5
            with wave.open(name, "wb") as out:
                out.setparams((channels, 2, rate, 0, "NONE", ""))
                out.writeframes(values.tobytes())
        return ["-i", name]

    def video_source(self, seconds=2.0, size="64x48", rate=25):
        return ["-f", "lavfi", "-t", str(seconds), "-i", f"testsrc=size={size}:rate={rate}"]
