"""Sounds that need no recording: noises, music and a voice, each the same on every machine."""

import numpy as np

RATE_HZ = 48000


def level_db(sound):
    """RMS in dBFS; a full-scale square wave has 0."""
    return 10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-30)


def at_level(sound, wanted_db):
    return sound * 10 ** ((wanted_db - level_db(sound)) / 20)


def white(seconds, seed=1):
    return 0.1 * np.random.default_rng(seed).standard_normal(int(seconds * RATE_HZ))


def pink(seconds, seed=2):
    spectrum = np.fft.rfft(white(seconds, seed))
    # 20 bins from the bottom the slope ends, so that no offset grows out of it.
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 20))
    return at_level(np.fft.irfft(spectrum, int(seconds * RATE_HZ)), -20)


def bursts(seconds, seed=3):
    """Bursts of noise of 60 to 300 ms, once or twice a second, over a quiet steady noise."""
    random = np.random.default_rng(seed)
    sound = 0.02 * pink(seconds, seed)
    at = 0.3
    while at < seconds:
        length = random.uniform(0.06, 0.3)
        piece = slice(int(at * RATE_HZ), int((at + length) * RATE_HZ))
        sound[piece] += white(seconds, seed)[piece]
        at += length + random.uniform(0.3, 0.9)
    return sound


def hum(seconds, mains_hz):
    """The mains and its harmonics, as a bad earth gives them."""
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return sum(np.sin(2 * np.pi * mains_hz * k * time + k) / k for k in range(1, 9))


def music(seconds):
    """Chords of plucked strings, a bass and a beat."""
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    sound = np.zeros_like(time)
    chords = [(220, 261.6, 329.6), (174.6, 220, 261.6), (196, 246.9, 293.7), (164.8, 207.7, 246.9)]
    for bar in range(int(np.ceil(seconds / 2))):
        for beat in range(4):
            at = 2 * bar + beat / 2
            since = np.maximum(time - at, 0)
            struck = (time >= at) * np.exp(-3 * since)
            for note in chords[bar % 4]:
                for k in range(1, 7):
                    sound += struck * np.sin(2 * np.pi * note * k * since) / k**1.5
            sound += 2 * struck * np.sin(np.pi * chords[bar % 4][0] * since)
    ticks = white(seconds, 4) * np.exp(-60 * (time % 0.25))
    return at_level(sound + 5 * ticks, -20)


# Formants in Hz of five vowels, of a middle-sized head.
VOWELS = [
    (730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410),
]  # fmt: skip


def voice(seconds, pitch_hz=120.0, seed=5):
    """Speech-like: voiced syllables with a gliding pitch, hisses between, pauses of 0.4 s."""
    random = np.random.default_rng(seed)
    sound = np.zeros(int(seconds * RATE_HZ))
    at, syllable = 0.25, 0
    while at + 0.4 < seconds:
        length = random.uniform(0.14, 0.26)
        time = np.arange(int(length * RATE_HZ)) / RATE_HZ
        pitch = pitch_hz * random.uniform(0.85, 1.2) * (1 - 0.3 * time)
        phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
        swell = np.sin(np.pi * time / length) ** 0.7
        first, last = VOWELS[random.integers(5)], VOWELS[random.integers(5)]
        piece = np.zeros_like(time)
        for k in range(1, int(5000 / pitch_hz)):
            gain = 0.02 / k
            for a, b in zip(first, last):
                formant = a + (b - a) * time / length
                gain = gain + 1 / (1 + ((k * pitch - formant) / 90) ** 2) / k**0.4
            piece += gain * np.sin(k * phase)
        start = int(at * RATE_HZ)
        sound[start : start + len(time)] += swell * piece * random.uniform(0.5, 1)
        at += length
        syllable += 1
        if syllable % 2:
            hiss = random.standard_normal(int(0.07 * RATE_HZ))
            hiss = np.diff(hiss, prepend=0) * np.hanning(len(hiss)) * 0.12
            start = int(at * RATE_HZ)
            sound[start : start + len(hiss)] += hiss[: len(sound) - start]
            at += 0.07
        at += 0.4 if syllable % 6 == 0 else random.uniform(0.0, 0.05)
    return at_level(sound, -20)
