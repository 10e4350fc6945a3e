"""How good what came out is, from numpy arrays; higher is better unless a measure says not."""

import functools
import pathlib

import numpy as np

JUDGE_RATE_HZ = 16000
NOMINAL_DB = -26.0  # the level at which DNSMOS hears the speech
BLOCK_SECONDS = 0.5
SETTLE_SECONDS = 2.0  # before them noise alone is not judged
LEAST_DB = -100.0


def si_sdr_db(clean, enhanced):
    """The energy of what is proportional to the clean speech over that of the rest."""
    samples = min(len(clean), len(enhanced))
    reference = np.asarray(clean[:samples], np.float64)
    signal = np.asarray(enhanced[:samples], np.float64)
    reference, signal = reference - reference.mean(), signal - signal.mean()
    speech = reference * (reference @ signal / (reference @ reference + 1e-30))
    rest = signal - speech
    return float(10 * np.log10((speech @ speech + 1e-30) / (rest @ rest + 1e-30)))


def power_db(sound):
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-30))


def residual(sound, enhanced, rate_hz):
    """removed: how far a noise is down, in dB; least: how far in the half second where it is down
    least; spread: the standard deviation over half seconds of how far it is down (lower is better)."""
    block = int(BLOCK_SECONDS * rate_hz)
    start = int(SETTLE_SECONDS * rate_hz)
    blocks = range(start, len(enhanced) - block + 1, block)
    into = [power_db(sound[i : i + block]) for i in blocks]
    out = [max(power_db(enhanced[i : i + block]), into[0] + LEAST_DB) for i in blocks]
    down = np.subtract(into, out)
    return {
        "removed_db": power_db(sound[start:]) - max(power_db(enhanced[start:]), into[0] + LEAST_DB),
        "least_db": float(down.min()),
        "spread_db": float(down.std()),
    }


@functools.cache
def dnsmos_session():
    """DNSMOS P.835 of the package speechmos; None without it. The package's own code is passed by, as
    it needs more packages; its graph takes samples."""
    try:
        import importlib.util

        import onnxruntime

        spec = importlib.util.find_spec("speechmos")
    except ImportError:
        return None
    if spec is None:
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    path = pathlib.Path(spec.origin).parent / "dnsmos_models" / "sig_bak_ovr.onnx"
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def dnsmos(sound):
    """(overall, speech, background) as ITU-T P.835 listeners would say, 1 to 5, at 16 kHz; the mean over
    windows of 9.01 s, a second apart, of the sound repeated until one is full."""
    session = dnsmos_session()
    window = int(9.01 * JUDGE_RATE_HZ)
    if len(sound) < window:
        sound = np.tile(sound, -(-window // len(sound)))[:window]
    values = []
    for at in range(0, len(sound) - window + 1, JUDGE_RATE_HZ):
        piece = np.asarray(sound[at : at + window], np.float32)[None]
        speech, background, overall = session.run(None, {"input_1": piece})[0][0]
        # The published fit of the graph's numbers to listeners.
        values.append((
            np.polyval([-0.06766283, 1.11546468, 0.04602535], overall),
            np.polyval([-0.08397278, 1.22083953, 0.0052439], speech),
            np.polyval([-0.13166888, 1.60915514, -0.39604546], background),
        ))  # fmt: skip
    return [float(value) for value in np.mean(values, axis=0)]


def perceived(clean, enhanced, rate_hz, pesq_alone, dnsmos_gain=None):
    """pesq (wide band) and, unless it is wanted alone, stoi and, with a gain for it, dnsmos (if its
    package is there)."""
    from pesq import NoUtterancesError, pesq
    from pystoi import stoi

    from speech.sounds import resampled

    clean, enhanced = (
        np.asarray(resampled(np.asarray(x, np.float64), rate_hz, JUDGE_RATE_HZ), np.float32)
        for x in (clean, enhanced)
    )
    try:
        found = {"pesq": float(pesq(JUDGE_RATE_HZ, clean, enhanced, "wb"))}
    except NoUtterancesError:
        found = {"pesq": 1.0}  # nothing is heard: the scale's low end
    if pesq_alone:
        return found
    found["stoi"] = float(stoi(clean, enhanced, JUDGE_RATE_HZ))
    if dnsmos_gain is not None and dnsmos_session():
        found["dnsmos"] = dnsmos(enhanced * dnsmos_gain)[0]
    return found


def judged(case, way, enhanced, light=False, windows=None):
    """{window: {measure: value}} of what came out of a case in a way, in all windows or some."""
    rate_hz = case.rate_hz
    if case.kind == "bits":
        return {}
    if case.kind == "noise":
        return {"whole": residual(case.sound, enhanced, rate_hz)}
    if case.kind == "recording":
        if not dnsmos_session():
            return {}
        from speech.sounds import resampled

        gain = 10 ** ((NOMINAL_DB - power_db(case.sound)) / 20)
        heard = resampled(np.asarray(enhanced, np.float64), rate_hz, JUDGE_RATE_HZ) * gain
        names = ("dnsmos", "dnsmos_speech", "dnsmos_noise")
        return {"whole": dict(zip(names, dnsmos(heard)))}
    found = {}
    gain = 10 ** ((NOMINAL_DB - power_db(case.speech)) / 20)
    for window, (start, stop) in case.windows.items():
        # "later" is what a pipe is held to, and the best gain beside it.
        if window == "later" and way in ("keep", "file") or windows and window not in windows:
            continue
        piece = slice(int(start * rate_hz), None if stop is None else int(stop * rate_hz))
        clean, heard = case.speech[piece], enhanced[piece]
        found[window] = {"si_sdr_db": si_sdr_db(clean, heard)}
        if case.kind == "music":
            found[window]["kept_db"] = power_db(heard) - power_db(clean)
        elif not light and (stop is None or stop - start >= 3):
            pesq_alone = way == "gain" or window == "later"
            dnsmos_gain = gain if case.dnsmos and window == "whole" else None
            found[window] |= perceived(clean, heard, rate_hz, pesq_alone, dnsmos_gain)
    return found
