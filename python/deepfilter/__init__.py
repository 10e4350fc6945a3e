"""deepfilter: takes noise out of speech with DeepFilterNet, exactly and in real time.

    import deepfilter

    clean = deepfilter.enhance(noisy, 48000)                # numpy in, numpy out
    deepfilter.enhance_file("noisy.wav", "clean.wav")       # any sound file

    with deepfilter.Model("dfn3") as model:                 # live
        stream = model.stream(rate=16000)
        quiet = stream.process(block)

Pure Python over the shared library libdeepfilter, which this package brings with the model dfn3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

from ._batch import Batch
from ._enhance import enhance
from ._errors import (
    CancelledError,
    CorruptError,
    DeepFilterError,
    ExistsError,
    InputOutputError,
    InternalError,
    InvalidArgumentError,
    LimitError,
    MismatchError,
    NotFoundError,
    OutOfMemoryError,
    SampleTypeError,
    StateError,
    UnsupportedError,
)
from ._model import Model
from ._stream import Stream

__all__ = [
    "Batch",
    "CancelledError",
    "CorruptError",
    "DeepFilterError",
    "ExistsError",
    "InputOutputError",
    "InternalError",
    "InvalidArgumentError",
    "LimitError",
    "MismatchError",
    "Model",
    "NotFoundError",
    "OutOfMemoryError",
    "SampleTypeError",
    "StateError",
    "Stream",
    "UnsupportedError",
    "enhance",
    "simd_target",
    "version",
]


def version() -> str:
    """The library's version, "0.1.0"."""
    from ._library import library

    text: bytes = library().dfn_version()
    return text.decode()


def simd_target() -> str:
    """The vector instructions that this process computes with, "AVX2"."""
    from ._library import library

    text: bytes = library().dfn_simd_target()
    return text.decode()
