"""Resampling as torchaudio.functional.resample does it, which the original package calls.

Output sample m is the sum over input samples n of x[n] h(n / old - m / new), where h is a sinc at
`rolloff` of the lower Nyquist frequency under a Kaiser window of `width` zero
crossings to each side.
"""

from __future__ import annotations

import math
from typing import Any, Dict, Tuple

import numpy as np

# method: zero crossings, rolloff, beta of a Kaiser window. torchaudio 2 takes the name by which the
# original asks for "sinc_fast" and "sinc_best" as this window too.
_KAISER = 14.769656459379492
METHODS: Dict[str, Tuple[int, float, float]] = {
    "sinc_fast": (16, 0.99, _KAISER),
    "sinc_best": (64, 0.99, _KAISER),
    "kaiser_fast": (16, 0.85, 8.555504641634386),
    "kaiser_best": (16, 0.9475937167399596, _KAISER),
}
_BLOCK = 1 << 16  # outputs of a phase at once, which bounds the memory


def _window(place: Any, width: int, beta: float) -> Any:
    return np.i0(beta * np.sqrt(1 - (place / width) ** 2)) / np.i0(beta)


def resample_array(samples: Any, old: int, new: int, method: str) -> Any:
    """samples: [..., N] floating point. Returns [..., ceil(N new / old)] of the same type."""
    divisor = math.gcd(old, new)
    old, new = old // divisor, new // divisor
    length = samples.shape[-1]
    wanted = -(-length * new // old)
    if old == new or not length:
        return samples[..., :wanted].copy()
    width, rolloff, beta = METHODS[method]
    cutoff = min(old, new) * rolloff
    reach = math.ceil(width * old / cutoff)  # in input samples, to each side
    padding = [(0, 0)] * (samples.ndim - 1) + [(reach, reach + old + 1)]
    padded = np.pad(samples, padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=-1)
    out = np.empty(samples.shape[:-1] + (wanted,), samples.dtype)
    for phase in range(min(new, wanted)):
        # Around input sample `first`, the nearest one before the output's time.
        first = phase * old // new
        offsets = first + np.arange(-reach, reach + 1)
        place = np.clip((offsets / old - phase / new) * cutoff, -width, width)
        taps = np.sinc(place) * _window(place, width, beta) * (cutoff / old)
        taps = taps.astype(samples.dtype)
        count = -(-(wanted - phase) // new)
        for start in range(0, count, _BLOCK):
            some = range(start, min(start + _BLOCK, count))
            rows = windows[..., first + some.start * old : first + some.stop * old : old, :]
            out[..., phase + some.start * new : phase + some.stop * new : new] = (
                rows[..., : len(some), :] @ taps
            )
    return out
