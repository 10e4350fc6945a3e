"""The conditions of the regression: what the program hears, and what should come out."""

import dataclasses

import numpy as np

from speech import makers
from speech.makers import RATE_HZ, at_level, level_db
from speech.sounds import resampled

CLEAN = 99  # the "SNR" of speech alone
BEST_LEVEL_DB = -20  # of the mix whose constant gains are tried
FED_LEVELS_DB = range(-36, -3, 4)  # what the mix is brought to by them


@dataclasses.dataclass
class Case:
    """A sound at its rate, and the speech in it (None: none is known). windows: what is judged, by
    name, from and to seconds. mix: name of the mixture, whatever its level."""

    group: str
    row: str
    name: str
    sound: np.ndarray
    speech: np.ndarray | None
    rate_hz: int = RATE_HZ
    windows: dict = dataclasses.field(default_factory=lambda: {"whole": (0.0, None)})
    kind: str = "speech"  # or noise, music, recording; bits: only whether they are the same
    mix: str = ""
    ways: tuple = ("keep", "file", "pipe")
    gain_db: float | None = None  # a constant gain, of the group "best"
    dnsmos: bool = True  # whether it is judged by DNSMOS, which takes longer than all else

    def __post_init__(self):
        self.sound = np.asarray(self.sound, np.float32)
        self.speech = None if self.speech is None else np.asarray(self.speech, np.float32)

    def key(self):
        return f"{self.group}|{self.row}|{self.name}"


WHOLE_AND_LATER = {"whole": (0.0, None), "later": (1.0, None)}
STEP_SECONDS = 20  # the level changes in the middle
AFTER_STEP = {"whole": (15, 20)}


def tiled(noise, samples):
    return np.tile(noise, -(-samples // len(noise)))[:samples]


def mixed(speech, noise, snr_db, wanted_db):
    """(sound, speech) with the sound at a level."""
    if snr_db == CLEAN:
        sound = speech
    else:
        sound = speech + at_level(tiled(noise, len(speech)), level_db(speech) - snr_db)
    gain = 10 ** ((wanted_db - level_db(sound)) / 20)
    return sound * gain, speech * gain


class Plan:
    """Cases over the first `clips` speech clips of the sounds; `quick`: fewer levels and SNRs."""

    def __init__(self, sounds, clips, quick):
        self.clips = sounds.speech[:clips]
        self.all_clips = sounds.speech
        # Clips with sound above 8 kHz first, for the groups on narrow bands.
        self.wide = sorted(sounds.speech, key=lambda clip: clip[2] < 44100)[:clips]
        self.noises = sounds.noise
        self.recordings = sounds.recordings
        self.quick = quick

    def noise(self, index):
        return self.noises[index % len(self.noises)]

    def mixes(self, clips, snrs_db, wanted_db):
        for i, (name, speech, _) in enumerate(clips):
            for j, snr_db in enumerate(snrs_db):
                noise_name, noise, _ = self.noise(3 * i + j)
                label = f"{name} {'alone' if snr_db == CLEAN else noise_name} {snr_db}"
                yield label, snr_db, *mixed(speech, noise, snr_db, wanted_db)

    def levels(self):
        snrs_db = (5, CLEAN) if self.quick else (-5, 0, 5, 10, 20, 40, CLEAN)
        windows = WHOLE_AND_LATER | {"first": (0.0, 1.0)}
        for wanted_db in (-50, -20) if self.quick else (-70, -60, -50, -40, -30, -20, -10, 0):
            for name, snr_db, sound, speech in self.mixes(self.clips, snrs_db, wanted_db):
                row = f"{wanted_db} dBFS, " + ("clean" if snr_db == CLEAN else f"{snr_db} dB")
                yield Case(
                    "level", row, name, sound, speech, windows=windows, mix=name,
                    dnsmos=snr_db in (5, CLEAN),
                )  # fmt: skip

    def best(self):
        """Every mix under constant gains. What a gain does depends on the level that the mix has
        with it, so one level of the mix tells for all."""
        snrs_db = (5, CLEAN) if self.quick else (-5, 0, 5, 10, 20, 40, CLEAN)
        fed = (-28, -20, -12) if self.quick else FED_LEVELS_DB
        for name, snr_db, sound, speech in self.mixes(self.clips, snrs_db, BEST_LEVEL_DB):
            for fed_db in fed:
                yield Case(
                    "best", f"fed {fed_db}", name, sound, speech, windows=WHOLE_AND_LATER, mix=name,
                    ways=("gain",), gain_db=fed_db - BEST_LEVEL_DB,
                )  # fmt: skip
        # What the last seconds after a step could be.
        for name, _, sound, speech in self.mixes(self.clips, (10,), BEST_LEVEL_DB):
            for fed_db in (-28, -20, -12):
                yield Case(
                    "best", f"step, fed {fed_db}", name, tiled(sound, STEP_SECONDS * RATE_HZ),
                    tiled(speech, STEP_SECONDS * RATE_HZ), windows=AFTER_STEP, mix=f"step, {name}",
                    ways=("gain",), gain_db=fed_db - BEST_LEVEL_DB,
                )  # fmt: skip

    def zone(self):
        """All clips at ordinary levels, where nothing may change."""
        clips = self.clips if self.quick else self.all_clips
        for wanted_db in (-26, -16) if self.quick else (-32, -26, -20, -16):
            for name, snr_db, sound, speech in self.mixes(clips, (10, CLEAN), wanted_db):
                row = f"{wanted_db} dBFS, " + ("clean" if snr_db == CLEAN else f"{snr_db} dB")
                yield Case("zone", row, name, sound, speech, kind="bits")

    def bands(self):
        rates_hz = (8000, 48000) if self.quick else (8000, 16000, 24000, 44100, 48000, "telephone")
        for rate in rates_hz:
            for wanted_db in (-22,) if self.quick else (-22, -50):
                snrs_db = (6,) if self.quick else (6, 20)
                for name, snr_db, sound, speech in self.mixes(self.wide, snrs_db, wanted_db):
                    if rate == "telephone":
                        sound, speech = telephone(sound), telephone(speech)
                    else:
                        sound, speech = (resampled(x, RATE_HZ, rate) for x in (sound, speech))
                    name_of_rate = rate if rate == "telephone" else f"{rate} Hz"
                    row = f"{name_of_rate}, {snr_db} dB, {wanted_db} dBFS"
                    rate_hz = RATE_HZ if rate == "telephone" else rate
                    yield Case("band", row, name, sound, speech, rate_hz=rate_hz)

    def late(self):
        silence = np.zeros((10 if self.quick else 30) * RATE_HZ)
        for wanted_db in (-50, -22):
            for name, _, sound, speech in self.mixes(self.clips[:3], (10,), wanted_db):
                windows = {"whole": (len(silence) / RATE_HZ, None)}
                sound, speech = (np.concatenate([silence, x]) for x in (sound, speech))
                row = f"silence, then {wanted_db} dBFS"
                yield Case("late", row, name, sound, speech, windows=windows)

    def steps(self):
        for from_db, to_db in ((-22, -52), (-52, -22)) if self.quick else (
            (-22, -42), (-42, -22), (-22, -52), (-52, -22), (-12, -32), (-32, -2)
        ):  # fmt: skip
            for name, _, sound, speech in self.mixes(self.clips, (10,), 0):
                samples = STEP_SECONDS * RATE_HZ
                gain = np.full(samples, 10 ** (from_db / 20))
                gain[samples // 2 :] = 10 ** (to_db / 20)
                sound, speech = (gain * tiled(x, samples) for x in (sound, speech))
                row = f"{from_db} to {to_db} dBFS"
                yield Case(
                    "step", row, name, sound, speech, windows={"next 3 s": (10, 13)} | AFTER_STEP,
                    mix=f"step, {name}",
                )  # fmt: skip

    def talkers(self):
        """Two in turn, of 4 s each, the second one quieter."""
        for quieter_db in (25,) if self.quick else (10, 25):
            for i, (name, first, _) in enumerate(self.clips[:4]):
                other, second, _ = self.clips[(i + 1) % len(self.clips)]
                turns = [at_level(tiled(x, 4 * RATE_HZ), -20) for x in (first, second)]
                turns[1] *= 10 ** (-quieter_db / 20)
                speech = np.concatenate(turns * 2)
                noise = at_level(tiled(self.noise(3 * i)[1], len(speech)), -20 - quieter_db - 10)
                windows = {"whole": (12, 16), "louder": (8, 12)}
                yield Case(
                    "talkers", f"second {quieter_db} dB below", f"{name}, {other}", speech + noise,
                    speech, windows=windows,
                )  # fmt: skip

    def noise_alone(self):
        # The last three are made ones.
        chosen = self.noises[-3:] if self.quick else self.noises[:-3][:5] + self.noises[-3:]
        for name, noise, _ in chosen:
            for wanted_db in (-50, -20) if self.quick else (-70, -60, -50, -40, -30, -20, -10):
                sound = at_level(tiled(noise, 12 * RATE_HZ), wanted_db)
                yield Case("noise", f"{wanted_db} dBFS", name, sound, None, kind="noise")

    def music(self):
        for wanted_db in (-20,) if self.quick else (-50, -20):
            sound = at_level(makers.music(8), wanted_db)
            yield Case("music", f"{wanted_db} dBFS", "chords", sound, sound, kind="music")

    def hard(self):
        """Speech with what is no noise to the ear, or not much."""
        for wanted_db in (-22,) if self.quick else (-22, -50):
            for name, _, sound, speech in self.mixes(self.clips[:4], (20,), wanted_db):
                of_full = 10 ** ((wanted_db + 12) / 20)
                yield Case("hard", f"as it is, {wanted_db} dBFS", name, sound, speech)
                yield Case("hard", f"offset, {wanted_db} dBFS", name, sound + of_full, speech)
                for mains_hz in (50, 60):
                    hum = makers.hum(len(sound) / RATE_HZ + 0.1, mains_hz)[: len(sound)]
                    hum = at_level(hum, wanted_db)
                    row = f"hum of {mains_hz} Hz at 0 dB, {wanted_db} dBFS"
                    yield Case("hard", row, name, sound + hum, speech)

    def real(self):
        for name, sound, rate_hz in self.recordings[: 2 if self.quick else None]:
            sound = sound[: 12 * RATE_HZ]
            yield Case("recording", "as it is", name, resampled(sound, RATE_HZ, rate_hz), None,
                       rate_hz=rate_hz, kind="recording")  # fmt: skip

    def cases(self, only):
        groups = {
            "zone": self.zone, "level": self.levels, "best": self.best, "band": self.bands, "late": self.late,
            "step": self.steps, "talkers": self.talkers, "noise": self.noise_alone,
            "music": self.music, "hard": self.hard, "recording": self.real,
        }  # fmt: skip
        for group, cases in groups.items():
            if not only or group in only:
                yield from cases()


def telephone(sound):
    from scipy.signal import butter, sosfilt

    return sosfilt(butter(6, (300, 3400), "bandpass", fs=RATE_HZ, output="sos"), sound)
