"""Whole sounds in memory."""

from __future__ import annotations

import ctypes
import math
from typing import Any, Callable, Dict, List, Optional, Tuple, TypeVar, Union

import numpy as np

from ._arrays import F32, Arrival, Array, address
from ._calls import Progress, run_long, shown
from ._errors import InvalidArgumentError
from ._library import (
    DEFAULT_MODEL,
    Clip,
    EnhanceBatchOptions,
    StreamOptions,
    library,
    take_error,
)
from ._model import Handle, Model, Source, model_of
from ._options import Level, whole
from ._stream import from_int16, to_int16

T = TypeVar("T")


def enhance(
    samples: T,
    rate: int,
    *,
    model: Union[Model, Source] = DEFAULT_MODEL,
    axis: int = -1,
    atten_lim_db: Optional[float] = None,
    level: Level = "auto",
    threads: int = 1,
    precision: Optional[str] = None,
    post_filter: Union[bool, float] = False,
    channel_mode: str = "independent",
    profile: str = "reference",
    thresholds_db: Optional[Tuple[float, float, float]] = None,
    silence_skip: bool = False,
    progress: Union[bool, Progress, None] = None,
) -> T:
    """Takes the noise out of whole sounds. Output sample i is input sample i, enhanced.

    samples: [N], [C, N] or [B, C, N] (B clips of C channels of N samples), or a list of clips [N] or
             [C, N] of any lengths and kinds. float32, float64 or float16 with full scale 1, or int16
             with full scale 32768. numpy arrays, torch tensors, and anything with __array__ or
             DLPack; what comes back is of the same kind, type and shape. A float32 array in C order
             is read where it is; nothing is written to it. A sample that is no number counts as 0.
    rate: of the samples in Hz, 8000 to 192000. Other rates than the model's are resampled.
    model: a `Model`, or what one is made of: a known name, a path, bytes.
    axis: which axis is time: -1, or 0 for one sound of shape [N, C].
    atten_lim_db: at most this much noise is taken away, in dB; None: no limit; 0: the input.
    level: how loud the network hears the speech: "auto" brings speech that is too quiet or too loud
           to an ordinary level, "keep" leaves it, which is the official programs' way, a number is a
           gain in dB. The output's level is the input's in any case.
    threads: how many threads share the clips. The samples are the same for any number.
    precision: of the weights: "f32", "f16" or "i8"; None: as the model's file has them. A `Model` has
               its own.
    post_filter, channel_mode, profile, thresholds_db, silence_skip: see `Model.stream`.
    progress: called with the samples done and their whole number; an exception ends the work. True:
             a bar of tqdm if it is installed, else a line on standard error.

    Ctrl-C ends the work. Errors: InvalidArgumentError (shape, option), SampleTypeError, and those
    of Model.
    """
    opened = model_of(model, precision)
    return opened.enhance(
        samples,
        rate,
        axis=axis,
        atten_lim_db=atten_lim_db,
        level=level,
        threads=threads,
        post_filter=post_filter,
        channel_mode=channel_mode,
        profile=profile,
        thresholds_db=thresholds_db,
        silence_skip=silence_skip,
        progress=progress,
    )


class _Clip:
    """One sound, [C, N] float32 in and out."""

    __slots__ = ("input", "output")

    def __init__(self, planes: Array) -> None:
        self.input = planes
        self.output = np.empty(planes.shape, F32)

    def pointers(self, planes: Array) -> Any:
        first, step = address(planes), planes.shape[1] * planes.itemsize
        return (ctypes.c_void_p * planes.shape[0])(*(first + c * step for c in range(len(planes))))


def _is_list(samples: Any) -> bool:
    """Whether these are clips. A list of numbers is one sound."""
    if not isinstance(samples, (list, tuple)):
        return False
    return not samples or not all(isinstance(item, (int, float)) for item in samples)


def enhance_with(
    model: Handle,
    samples: Any,
    options: Callable[[int], StreamOptions],
    rate: Any,
    axis: int,
    threads: int,
    progress: Union[bool, Progress, None],
) -> Any:
    """`enhance` with an opened model; `options` makes those for a number of channels."""
    if _is_list(samples):
        arrivals = [Arrival(clip, axis) for clip in samples]
    else:
        arrivals = [Arrival(samples, axis)]
    whole("rate", rate, 8000, 192000)
    workers = whole("threads", threads, 1, 256)
    clips: List[List[_Clip]] = []
    for arrival in arrivals:
        planes = from_int16(arrival.planes) if arrival.is_int16 else arrival.planes
        clips.append([_Clip(clip) for clip in _apart(planes)])
    every = [clip for of_one in clips for clip in of_one]
    for channels in sorted({len(clip.input) for clip in every}):
        if channels > 16:
            raise InvalidArgumentError(
                f"a clip has {channels} channels, and 16 are the most; if time is its first axis, "
                "give axis=0"
            )
    tell = shown(progress, "deepfilter", 1.0 / int(rate))
    _run(model, every, options, workers, tell)
    finished = [
        _returned(arrival, of_one, arrival.planes.shape) for arrival, of_one in zip(arrivals, clips)
    ]
    if _is_list(samples):
        return finished if isinstance(samples, list) else tuple(finished)
    return finished[0]


def _apart(planes: Array) -> Array:
    """[..., C, N] as [clips, C, N]."""
    return planes.reshape((math.prod(planes.shape[:-2]),) + planes.shape[-2:])


def _returned(arrival: Arrival, clips: List[_Clip], shape: Tuple[int, ...]) -> Any:
    if len(clips) == 1:
        output = clips[0].output.reshape(shape)
    else:
        output = np.empty(shape, F32)
        for place, clip in zip(_apart(output), clips):
            place[...] = clip.output
    return arrival.back(to_int16(output) if arrival.is_int16 else output)


def _run(
    model: Handle,
    clips: List[_Clip],
    options: Callable[[int], StreamOptions],
    threads: int,
    progress: Optional[Progress],
) -> None:
    """Enhances all clips, those of as many channels in one call of the library."""
    options(1)  # wrong options are an error without clips, too
    groups: Dict[int, List[_Clip]] = {}
    for clip in clips:
        if clip.input.size:
            groups.setdefault(len(clip.input), []).append(clip)
    total = sum(clip.input.shape[1] for group in groups.values() for clip in group)
    before = 0
    for channels, group in groups.items():
        wanted = options(channels)

        def call(step: Any, group: List[_Clip] = group, wanted: StreamOptions = wanted) -> None:
            _call(model, group, wanted, threads, step)

        def tell(done: int, _: int, before: int = before) -> None:
            if progress is not None:
                progress(before + done, total)

        run_long(call, None if progress is None else tell)
        before += sum(clip.input.shape[1] for clip in group)


def _call(
    model: Handle, group: List[_Clip], stream: StreamOptions, threads: int, step: Any
) -> None:
    lib = library()
    options = EnhanceBatchOptions()
    lib.dfn_enhance_batch_options_init(ctypes.byref(options), ctypes.sizeof(options))
    options.stream = ctypes.pointer(stream)
    options.threads = threads
    options.progress = step
    clips = (Clip * len(group))()
    held = []  # the pointers to the planes, as long as the call
    for c_clip, clip in zip(clips, group):
        pointers = clip.pointers(clip.input), clip.pointers(clip.output)
        held.append(pointers)
        c_clip.input, c_clip.output = map(ctypes.addressof, pointers)
        c_clip.samples = clip.input.shape[1]
    error = ctypes.c_void_p()
    if lib.dfn_enhance_batch(
        model.value, ctypes.byref(options), clips, len(group), ctypes.byref(error)
    ):
        raise take_error(error)
