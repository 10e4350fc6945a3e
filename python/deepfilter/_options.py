"""Options in Python's words, as the C structs have them."""

from __future__ import annotations

import ctypes
import math
from typing import Any, Dict, Optional, Tuple, Union

from ._errors import InvalidArgumentError
from ._library import StreamOptions, library

# "auto", "keep", or a gain in dB.
Level = Union[str, float]

PRECISIONS = {"f32": 0, "f16": 1, "i8": 2}
PROFILES = {"reference": 0, "libdf": 1}
CHANNEL_MODES = {"independent": 0, "linked": 1, "downmix": 2, "linked_mean": 3}
WORK_MODES = {"direct": 0, "spread": 1}
_LEVELS = {"keep": 0, "auto": 1}
_LEVEL_FIXED = 2
_NO_LIMIT_DB = 100.0
_USUAL_POST_FILTER_BETA = 0.02


def choose(name: str, value: Any, known: Dict[str, int]) -> int:
    """The number of a choice that is given by its word."""
    try:
        return known[value]
    except (KeyError, TypeError):
        words = ", ".join(f'"{word}"' for word in known)
        raise InvalidArgumentError(f"{name} is {value!r}; use one of {words}") from None


def whole(name: str, value: Any, least: int, most: int) -> int:
    """A whole number within its range. A float without a fraction is one."""
    try:
        number = int(value)
        if number != value or not least <= number <= most:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise InvalidArgumentError(
            f"{name} is {value!r}; use a whole number from {least} to {most}"
        ) from None
    return number


def real(name: str, value: Any) -> float:
    """A finite number."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise InvalidArgumentError(f"{name} is {value!r}; use a number")
    return number


def limit_db(value: Optional[float]) -> float:
    """`atten_lim_db`: None and 100 are no limit."""
    return _NO_LIMIT_DB if value is None else real("atten_lim_db", value)


def post_filter_beta(value: Union[bool, float]) -> float:
    """`post_filter`: False, True (the usual strength), or a strength from 0 to 1."""
    beta = _USUAL_POST_FILTER_BETA if value is True else real("post_filter", value)
    if not 0.0 <= beta <= 1.0:
        raise InvalidArgumentError(f"post_filter is {value!r}; use False, True or a number from 0 to 1")
    return beta


def level_choice(level: Level) -> Tuple[int, float]:
    """`level` as dfn_level and level_gain_db."""
    if isinstance(level, str):
        if level in _LEVELS:
            return _LEVELS[level], 0.0
        raise InvalidArgumentError(f'level is "{level}"; use "auto", "keep" or a gain in dB')
    gain = real("level", level)
    if not -60.0 <= gain <= 60.0:
        raise InvalidArgumentError(f"level is {gain} dB; use a gain from -60 to 60")
    return _LEVEL_FIXED, gain


def thresholds_of(values: Any) -> Tuple[float, float, float]:
    """`thresholds_db`: silence below, no change above, no deep filter above."""
    try:
        low, erb, df = values
    except (TypeError, ValueError):
        raise InvalidArgumentError(
            f"thresholds_db is {values!r}; give three numbers, for example (-15, 35, 35)"
        ) from None
    return real("thresholds_db", low), real("thresholds_db", erb), real("thresholds_db", df)


def stream_options(
    *,
    rate: Any,
    channels: Any,
    precision: str,
    profile: str = "reference",
    channel_mode: str = "independent",
    work_mode: str = "direct",
    block_multiple: int = 1,
    atten_lim_db: Optional[float] = None,
    post_filter: Union[bool, float] = False,
    thresholds_db: Optional[Tuple[float, float, float]] = None,
    silence_skip: bool = False,
    level: Optional[Level] = None,
) -> StreamOptions:
    """A dfn_stream_options. The library checks most ranges itself, and says so in its sentence."""
    options = StreamOptions()
    library().dfn_stream_options_init(ctypes.byref(options), ctypes.sizeof(options))
    options.sample_rate_hz = whole("rate", rate, 8000, 192000)
    options.channels = whole("channels", channels, 1, 16)
    options.precision = choose("precision", precision, PRECISIONS)
    options.profile = choose("profile", profile, PROFILES)
    options.channel_mode = choose("channel_mode", channel_mode, CHANNEL_MODES)
    options.work_mode = choose("work_mode", work_mode, WORK_MODES)
    options.block_multiple = whole("block_multiple", block_multiple, 1, 1920000)
    options.attenuation_limit_db = limit_db(atten_lim_db)
    options.post_filter_beta = post_filter_beta(post_filter)
    if thresholds_db is not None:
        (
            options.min_db_threshold,
            options.max_db_erb_threshold,
            options.max_db_df_threshold,
        ) = thresholds_of(thresholds_db)
    options.silence_skip = 1 if silence_skip else 0
    if level is not None:
        options.level, options.level_gain_db = level_choice(level)
    return options
