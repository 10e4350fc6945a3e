"""Sound files, over soundfile (libsndfile). Sounds are torch tensors where torch is installed, and
numpy arrays otherwise."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import Any, Optional, Set, Tuple

import numpy as np

from . import _refused
from ._resample import METHODS, resample_array
from ._tensors import like, to_numpy, to_tensor

_logger = logging.getLogger("df")

# libsndfile's word for a sample format: torchaudio's word, bits.
_ENCODINGS = {
    "PCM_S8": ("PCM_S", 8),
    "PCM_U8": ("PCM_U", 8),
    "PCM_16": ("PCM_S", 16),
    "PCM_24": ("PCM_S", 24),
    "PCM_32": ("PCM_S", 32),
    "FLOAT": ("PCM_F", 32),
    "DOUBLE": ("PCM_F", 64),
    "ULAW": ("ULAW", 8),
    "ALAW": ("ALAW", 8),
    "VORBIS": ("VORBIS", 0),
    "OPUS": ("OPUS", 0),
    "MPEG_LAYER_III": ("MP3", 0),
}
_INTEGERS = {"PCM_16": "int16", "PCM_24": "int32", "PCM_32": "int32"}
_warned: Set[Tuple[int, int]] = set()


@dataclass
class AudioMetaData:
    """What a file says of its sound, with torchaudio's names."""

    sample_rate: int
    num_frames: int
    num_channels: int
    bits_per_sample: int
    encoding: str


def _metadata(file: Any) -> AudioMetaData:
    encoding, bits = _ENCODINGS.get(file.subtype, ("UNKNOWN", 0))
    if file.format == "FLAC":
        encoding = "FLAC"
    return AudioMetaData(file.samplerate, file.frames, file.channels, bits, encoding)


def load_audio(
    file: Any, sr: Optional[int] = None, verbose: bool = True, **kwargs: Any
) -> Tuple[Any, AudioMetaData]:
    """Reads a sound file.

    file: a path, or an open binary file.
    sr: resample to this rate in Hz.
    verbose: says once that it resamples.
    method: of resampling, see `resample`.
    frame_offset, num_frames, normalize, channels_first, format, backend, buffer_size: as in
            torchaudio.load. num_frames counts at `sr`.

    Returns the samples, float32 [C, T], and what the file says, which has its own rate.
    Errors: FileNotFoundError; RuntimeError, as libsndfile has it.
    """
    import soundfile

    method = kwargs.pop("method", "sinc_fast")
    offset, count = kwargs.pop("frame_offset", 0), kwargs.pop("num_frames", -1)
    normalize, channels_first = kwargs.pop("normalize", True), kwargs.pop("channels_first", True)
    for name in ("format", "backend", "buffer_size"):  # libsndfile finds these itself
        kwargs.pop(name, None)
    if kwargs:
        raise TypeError(f"load_audio has no argument {sorted(kwargs)[0]!r}")
    if not hasattr(file, "read"):
        file = os.fspath(file)
        if not os.path.exists(file):
            raise FileNotFoundError(f"{file}: there is no such file")
    with soundfile.SoundFile(file) as opened:
        info = _metadata(opened)
        kind = "float32" if normalize else _INTEGERS.get(opened.subtype, "float32")
        if count >= 0 and sr is not None:
            count = -(-count * info.sample_rate // sr)
        opened.seek(min(offset, info.num_frames))
        samples = opened.read(count, dtype=kind, always_2d=True).T
    if sr is not None and sr != info.sample_rate:
        if verbose and (info.sample_rate, sr) not in _warned:
            _warned.add((info.sample_rate, sr))
            _logger.warning(
                f"the sound's rate is {info.sample_rate} Hz and the model's {sr} Hz; resampling"
            )
        samples = resample(samples, info.sample_rate, sr, method)
    return to_tensor(np.ascontiguousarray(samples if channels_first else samples.T)), info


def _as_int16(samples: Any) -> Any:
    if samples.dtype == np.int16:
        return samples
    # Towards zero, as the original; what is beyond full scale stays there, where that wraps around.
    scaled = np.trunc(samples.astype(np.float64) * 32768)
    return np.clip(scaled, -32768, 32767).astype(np.int16)


def save_audio(
    file: Any,
    audio: Any,
    sr: int,
    output_dir: Optional[str] = None,
    suffix: Optional[str] = None,
    log: bool = False,
    dtype: Any = "int16",
) -> None:
    """Writes a sound file; the extension decides its format.

    audio: [T] or [C, T], a tensor or an array.
    output_dir: its folder, in place of the one in `file`.
    suffix: goes behind the name, with an underscore.
    dtype: "int16" or "float32", as a word, numpy's or torch's type.
    """
    import soundfile

    path = os.fspath(file)
    if suffix is not None:
        name, extension = os.path.splitext(path)
        path = f"{name}_{suffix}{extension}"
    if output_dir is not None:
        path = os.path.join(output_dir, os.path.basename(path))
    if log:
        _logger.info(f"Saving audio file '{path}'")
    samples = to_numpy(audio)
    if samples.ndim == 1:
        samples = samples[np.newaxis]
    kind = getattr(dtype, "__name__", str(dtype)).rpartition(".")[2]
    if kind == "int16":
        samples = _as_int16(samples)
    elif kind == "float32" and samples.dtype == np.int16:
        samples = samples.astype(np.float32) / 32768
    elif kind == "float32":
        samples = samples.astype(np.float32)
    else:
        raise ValueError(f"dtype is {dtype}; use int16 or float32")
    form = {"WAVE": "WAV", "OPUS": "OGG"}.get(path.rpartition(".")[2].upper())
    form = form or path.rpartition(".")[2].upper()
    wanted = "PCM_16" if samples.dtype == np.int16 else "FLOAT"
    if path.lower().endswith(".opus"):
        wanted = "OPUS"
    if not soundfile.check_format(form, wanted):
        wanted = soundfile.default_subtype(form)
    soundfile.write(path, samples.T, int(sr), subtype=wanted, format=form)


def resample(audio: Any, orig_sr: int, new_sr: int, method: str = "sinc_fast") -> Any:
    """audio: [..., T]. method: "sinc_fast", "sinc_best", "kaiser_fast" or "kaiser_best", which are
    torchaudio's filters. Returns [..., ceil(T new_sr / orig_sr)] of the same kind."""
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; use one of {', '.join(METHODS)}")
    if orig_sr == new_sr:
        return audio
    samples = to_numpy(audio)
    if samples.dtype.kind != "f":
        raise TypeError(f"samples are {samples.dtype}; resampling takes floating point")
    return like(resample_array(samples, int(orig_sr), int(new_sr), method), audio)


def get_resample_params(method: str) -> Any:
    """The settings of `method`, as torchaudio.functional.resample takes them."""
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; use one of {', '.join(METHODS)}")
    width, rolloff, beta = METHODS[method]
    return {
        "resampling_method": "sinc_interp_kaiser",
        "lowpass_filter_width": width,
        "rolloff": rolloff,
        "beta": beta,
    }


__getattr__ = _refused.module_getattr("df.io")
