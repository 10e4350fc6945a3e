"""Where the speech and the noise of the regression come from."""

import pathlib
import shutil
import subprocess

import numpy as np

from peer_process import PeerError
from speech import makers
from speech.makers import RATE_HZ

CLIP_SECONDS = 4.0  # shorter speech is joined with what follows it
MOST_SECONDS = 6.0
SUFFIXES = {".wav", ".flac", ".ogg", ".mp3", ".aiff", ".au"}
VOICES = [("en-us", 45, 165), ("en-gb+f3", 60, 175), ("de+m3", 35, 160), ("es+f2", 65, 180)]
WORDS = (
    "The boat left the harbour before anyone was awake, and the wind took it slowly along the coast."
)


class Sounds:
    """speech and noise: lists of (name, samples at 48 kHz, the rate that they were made at); recordings:
    the same of sounds that come without the clean speech in them."""

    def __init__(self):
        self.speech, self.noise, self.recordings = [], [], []

    def add_made(self):
        for name, maker in (("white", makers.white), ("pink", makers.pink), ("bursts", makers.bursts)):
            self.noise.append((name, maker(12), RATE_HZ))


def resampled(sound, rate_hz, wanted_hz):
    from scipy.signal import resample_poly

    return resample_poly(sound, wanted_hz, rate_hz) if wanted_hz != rate_hz else sound


def read(path):
    import soundfile

    try:
        sound, rate_hz = soundfile.read(path, always_2d=True)
    except soundfile.LibsndfileError as error:
        raise PeerError(f"{path} cannot be read: {error}") from error
    return resampled(sound[:, 0], rate_hz, RATE_HZ), rate_hz


def joined(clips):
    """Clips in turns of their collections (the name up to its first underscore), each of 4 to 6 s."""
    collections = {}
    for name, sound, rate_hz in clips:
        collections.setdefault(name.split("_")[0], []).append((name, sound, rate_hz))
    made = {}
    for name, clips_of_one in collections.items():
        made[name] = []
        pieces = []
        for clip, sound, rate_hz in clips_of_one:
            pieces.append(makers.at_level(sound, -20))
            if sum(map(len, pieces)) < CLIP_SECONDS * RATE_HZ:
                continue
            made[name].append((clip, np.concatenate(pieces)[: int(MOST_SECONDS * RATE_HZ)], rate_hz))
            pieces = []
    turns = max(map(len, made.values()), default=0)
    return [clips[turn] for turn in range(turns) for clips in made.values() if turn < len(clips)]


def from_folders(paths):
    """X_clean and X_noisy are a pair: speech, and noise by difference. Other names that begin with
    "clean" are speech, with "noise" noise; the rest are recordings without a reference."""
    sounds = Sounds()
    files = []
    for path in map(pathlib.Path, paths):
        if not path.exists():
            raise PeerError(f"{path} does not exist; --sounds takes folders of sounds and sound files")
        inside = path.rglob("*") if path.is_dir() else [path]
        files += sorted(file for file in inside if file.suffix.lower() in SUFFIXES)
    if not files:
        raise PeerError(f"no sound file is in {', '.join(map(str, paths))}; give another --sounds")
    speech = []
    for file in files:
        stem = file.stem
        if stem.endswith("_noisy") and file.with_stem(stem[:-6] + "_clean") in files:
            noisy, rate_hz = read(file)
            clean, _ = read(file.with_stem(stem[:-6] + "_clean"))
            samples = min(len(noisy), len(clean))
            noise = noisy[:samples] - clean[:samples]
            # A noise that repeats too soon is a rhythm, and one that is hardly there is rounding.
            if samples >= 3 * RATE_HZ and makers.level_db(noise) > -50:
                sounds.noise.append((stem[:-6] + "_noise", noise, rate_hz))
        elif stem.endswith("_clean") or stem.startswith("clean"):
            speech.append((stem, *read(file)))
        elif stem.startswith("noise"):
            sounds.noise.append((stem, *read(file)))
        else:
            sounds.recordings.append((stem, *read(file)))
    if not speech:
        raise PeerError("no speech among the sounds: names end with _clean or begin with clean")
    sounds.speech = joined(speech)
    if not sounds.speech:
        raise PeerError(f"the speech among the sounds is shorter than {CLIP_SECONDS:.0f} s; add some")
    # In turns of the collections, so that a few noises are not all of one kind.
    sounds.noise = sorted(sounds.noise, key=lambda one: one[0].split("_")[1:])
    return sounds


def espeak(work):
    speech = []
    for voice, pitch, words_a_minute in VOICES:
        path = work / f"espeak_{voice}.wav"
        command = ["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(words_a_minute)]
        done = subprocess.run([*command, "-w", path, WORDS], check=False, capture_output=True)
        if done.returncode == 0:
            speech.append((f"espeak_{voice}", *read(path)))
    return speech


def sphinx(work):
    """The test recordings of PocketSphinx out of their Debian package, which is not installed."""
    folder = work / "pocketsphinx"
    if not folder.is_dir():
        if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
            return []
        command = ["apt-get", "download", "pocketsphinx-testdata"]
        done = subprocess.run(command, check=False, capture_output=True, cwd=work)
        packages = sorted(work.glob("pocketsphinx-testdata*.deb"))
        if done.returncode != 0 or not packages:
            return []
        subprocess.run(["dpkg-deb", "-x", packages[-1], folder], check=True)
    clips = []
    for path in sorted(folder.rglob("*.wav")):
        sound, rate_hz = read(path)
        if len(sound) > RATE_HZ:
            clips.append((f"sphinx_{path.stem}", sound, rate_hz))
    return clips


def from_packages(work):
    clips = sphinx(work) + (espeak(work) if shutil.which("espeak-ng") else [])
    if not clips:
        raise PeerError(
            "no speech to measure with: install espeak-ng (tools/setup.sh sample) or give --sounds FOLDER"
        )
    sounds = Sounds()
    sounds.speech = joined(clips)
    return sounds


def synthetic():
    """What the light form hears: no file and no package."""
    sounds = Sounds()
    sounds.speech = [("voice_low", makers.voice(5), RATE_HZ), ("voice_high", makers.voice(5, 210, 6), RATE_HZ)]
    sounds.add_made()
    return sounds


def gathered(paths, work):
    sounds = from_folders(paths) if paths else from_packages(work)
    sounds.add_made()
    return sounds
