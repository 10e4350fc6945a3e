#!/usr/bin/env python3
"""What the network makes of a recording over time, with the level kept and followed.

    bench/tracks.py [-m MODEL] [--level DBFS] [--step SECONDS] [--build FOLDER] SOUND

Prints a Markdown table, a line for each second: the level of the input, and for a stream with the
level kept, a stream that follows it, and a file, how far the output is below the input, the local SNR
that the network reports, and by how much the network hears the input louder. --level brings the sound
to a level first. SOUND's first channel counts. Needs the shared library and the program of the build,
and the packages of bench/requirements.txt.
"""

import argparse
import ctypes
import json
import pathlib
import sys
import tempfile

import numpy as np

from peer_process import PeerError
from prepare import ROOT, run
from speech import makers, measures, runner

KEEP, AUTO, FIXED = 0, 1, 2  # dfn_level


class StreamOptions(ctypes.Structure):
    """dfn_stream_options of deepfilter.h."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        *((name, ctypes.c_uint32) for name in ("sample_rate_hz", "channels", "channel_mode", "profile",
                                               "precision", "work_mode", "block_multiple")),
        *((name, ctypes.c_float) for name in ("attenuation_limit_db", "post_filter_beta", "min_db",
                                              "max_erb_db", "max_df_db")),
        ("silence_skip", ctypes.c_int),
        ("unused", ctypes.c_uint32),
        ("level", ctypes.c_int),
        ("level_gain_db", ctypes.c_float),
    ]  # fmt: skip


class Library:
    def __init__(self, path, model):
        try:
            self.dfn = ctypes.CDLL(str(path))
        except OSError as error:
            raise PeerError(f"{path} cannot be loaded: {error}") from error
        for name in ("dfn_stream_local_snr_db", "dfn_stream_level_gain_db"):
            getattr(self.dfn, name).restype = ctypes.c_float
        self.dfn.dfn_stream_delay_samples.restype = ctypes.c_size_t
        self.dfn.dfn_error_message.restype = ctypes.c_char_p
        self.model = ctypes.c_void_p()
        self._call(self.dfn.dfn_model_open, model.encode(), None, ctypes.byref(self.model))

    def _call(self, function, *arguments):
        error = ctypes.c_void_p()
        if function(*arguments, ctypes.byref(error)) != 0:
            raise PeerError(self.dfn.dfn_error_message(error).decode())

    def stream(self, sound, rate_hz, level, gain_db=0.0):
        """(output, local SNR, gain in dB) of each 10 ms; output is aligned with the sound."""
        options = StreamOptions()
        self.dfn.dfn_stream_options_init(ctypes.byref(options), ctypes.sizeof(options))
        options.sample_rate_hz, options.level, options.level_gain_db = rate_hz, level, gain_db
        stream = ctypes.c_void_p()
        self._call(self.dfn.dfn_stream_create, self.model, ctypes.byref(options), ctypes.byref(stream))
        delay = self.dfn.dfn_stream_delay_samples(stream)
        hop = rate_hz // 100
        samples = np.zeros((len(sound) + delay + hop - 1) // hop * hop, np.float32)
        samples[: len(sound)] = sound
        pointer = ctypes.POINTER(ctypes.c_float)
        snrs_db, gains_db = [], []
        for at in range(0, len(samples), hop):
            block = samples[at : at + hop].ctypes.data_as(pointer)
            self.dfn.dfn_stream_process_interleaved(stream, block, block, ctypes.c_size_t(hop))
            snrs_db.append(self.dfn.dfn_stream_local_snr_db(stream))
            gains_db.append(self.dfn.dfn_stream_level_gain_db(stream))
        self.dfn.dfn_stream_free(stream)
        return samples[delay : delay + len(sound)], np.array(snrs_db), np.array(gains_db)


def file_gain_db(program, model, sound, rate_hz):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "sound.wav"
        runner.write_wav(path, sound, rate_hz)
        options = ["-o", pathlib.Path(folder) / "out.wav", "--level", "auto", "--json"]
        text = run([program, "enhance", "-m", model, path, *options], "the file's level")
        return json.loads(text)["files"][0]["level"]["gain_db"][0]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sound", metavar="SOUND")
    parser.add_argument("-m", "--model", default="dfn3")
    parser.add_argument("--level", type=float, metavar="DBFS")
    parser.add_argument("--step", type=float, default=1.0, metavar="SECONDS")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    arguments = parser.parse_args()
    import soundfile

    sound, rate_hz = soundfile.read(arguments.sound, always_2d=True, dtype="float32")
    sound = np.ascontiguousarray(sound[:, 0])
    if arguments.level is not None:
        sound = makers.at_level(sound, arguments.level).astype(np.float32)
    build = arguments.build.resolve()
    library = Library(build / "lib" / "libdeepfilter.so", arguments.model)
    gain_db = file_gain_db(build / "bin" / "deepfilter", arguments.model, sound, rate_hz)
    ways = {
        "keep": library.stream(sound, rate_hz, KEEP),
        "stream": library.stream(sound, rate_hz, AUTO),
        "file": library.stream(sound, rate_hz, FIXED, gain_db),
    }
    titles = ("down, dB", "local SNR, dB", "gain, dB")
    print("| second | in, dBFS | " + " | ".join(f"{w}: {t}" for w in ways for t in titles) + " |")
    print("| ---: " * (2 + 3 * len(ways)) + "|")
    step, hop = int(arguments.step * rate_hz), rate_hz // 100
    for at in range(0, len(sound) - step + 1, step):
        cells = [f"{at / rate_hz:g}", f"{measures.power_db(sound[at : at + step]):.1f}"]
        for output, snrs_db, gains_db in ways.values():
            hops = slice(at // hop, (at + step) // hop)
            down_db = measures.power_db(sound[at : at + step]) - measures.power_db(output[at : at + step])
            cells += [f"{down_db:.1f}", f"{snrs_db[hops].mean():.1f}", f"{gains_db[hops].mean():.1f}"]
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    try:
        main()
    except PeerError as failure:
        sys.exit(f"tracks: {failure}")
