"""Whole sounds as df.enhance(pad=False) has them, for the package deepfilter-df."""

from __future__ import annotations

import ctypes
from typing import Optional

from ._arrays import Array, address
from ._library import EnhanceOptions, library, take_error
from ._model import Model
from ._options import stream_options


def enhance_unpadded(
    model: Model, samples: Array, atten_lim_db: Optional[float], post_filter: float
) -> Array:
    """samples: [N] float32 in C order at the model's rate; N is a multiple of its hop. Returns [N], a
    window less a hop late."""
    lib = library()
    output = samples.copy()
    stream = stream_options(
        rate=model.sample_rate,
        channels=1,
        precision=model.precision,
        atten_lim_db=atten_lim_db,
        post_filter=post_filter,
        level="keep",
    )
    asked, error = EnhanceOptions(), ctypes.c_void_p()
    lib.dfn_enhance_options_init(ctypes.byref(asked), ctypes.sizeof(asked))
    asked.stream, asked.unpadded = ctypes.pointer(stream), 1
    place = address(output)
    ends = (place, place, len(output), ctypes.byref(error))
    if lib.dfn_enhance_interleaved(model._live().value, ctypes.byref(asked), *ends):
        raise take_error(error)
    return output
