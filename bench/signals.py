"""Raw float32 signals and how far they are apart, with the standard library alone."""

import array
import math


def read_signal(path):
    signal = array.array("f")
    with open(path, "rb") as file:
        data = file.read()
    signal.frombytes(data[: len(data) // 4 * 4])
    return signal


def snr_db(reference, signal, delay=0):
    """10 log10(sum reference^2 / sum (signal - reference)^2) over what both have once the signal's
    delay is taken out; infinity without any difference."""
    power = error = 0.0
    for a, b in zip(reference, signal[delay:]):
        power += a * a
        error += (b - a) * (b - a)
    if error == 0.0:
        return math.inf
    return 10.0 * math.log10(power / error) if power > 0.0 else -math.inf


def snr_text(value):
    return "same samples" if value == math.inf else f"{value:.1f} dB"
