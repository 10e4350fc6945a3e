"""A network, opened once and shared by streams, batches and whole sounds."""

from __future__ import annotations

import ctypes
import os
import threading
from collections import OrderedDict
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, NoReturn, Optional, Tuple, Type, TypeVar, Union

from ._errors import InvalidArgumentError, StateError
from ._library import DEFAULT_MODEL, File, ModelOptions, library, packaged_model, take_error
from ._options import PRECISIONS, Level, choose, stream_options

if TYPE_CHECKING:
    from ._batch import Batch
    from ._calls import Progress
    from ._stream import Stream

T = TypeVar("T")
# A known name or a path; the bytes of an archive; the bytes of single files by their names.
Source = Union[str, "os.PathLike[str]", bytes, Mapping[str, bytes]]


class Handle:
    """An object of the library, freed when nobody refers to it any more: a call that runs keeps what
    it uses, whatever is closed meanwhile."""

    __slots__ = ("value", "_free")

    def __init__(self, value: int, free: Callable[[int], None]) -> None:
        self.value = value
        self._free = free

    def __del__(self) -> None:
        self._free(self.value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("objects of the library cannot be copied or pickled")


def created(result: int, value: Any, error: Any, free: Callable[[int], None]) -> Handle:
    """The new object of a function that creates one, or its exception."""
    if result:
        raise take_error(error)
    return Handle(value.value, free)


class Model:
    """A DeepFilterNet model.

    source: the name of a known model ("dfn3" is a part of this package; others are looked for in the
            cache, see `deepfilter.pull`), the path of a folder or archive of ONNX files, of a
            PyTorch checkpoint or of a packed model file, the bytes of a .tar.gz or a packed model
            file, or a mapping of file names to bytes.
    precision: how weights are stored: "f32", or "f16" and "i8", faster and less exact. None: as the
            model's file has them, "f32" for all but packed model files.

    Any number of threads may use a model at once. It can be pickled: the copy is opened anew from
    the same source. A context manager closes it; streams and batches that it made live on.

    Errors: NotFoundError, CorruptError, UnsupportedError, LimitError, InvalidArgumentError.
    """

    def __init__(self, source: Source = DEFAULT_MODEL, *, precision: Optional[str] = None) -> None:
        if precision is not None:
            choose("precision", precision, PRECISIONS)
        self._handle: Optional[Handle] = None
        self._source: Source = os.fspath(source) if isinstance(source, os.PathLike) else source
        self._handle = _open(self._source)
        self._precision = precision or _stored_precision(self._handle)

    def _live(self) -> Handle:
        if self._handle is None:
            raise StateError("the model is closed; open another one")
        return self._handle

    @property
    def name(self) -> str:
        """ "dfn3", "dfn3_ll", ...; "DeepFilterNet3" if the sizes are not those of an official one."""
        text: bytes = library().dfn_model_name(self._live().value)
        return text.decode()

    @property
    def source(self) -> Source:
        """What the model was opened from."""
        return self._source

    @property
    def precision(self) -> str:
        """How streams of this model store weights: "f32", "f16" or "i8"."""
        return self._precision

    @property
    def sample_rate(self) -> int:
        """The network's own rate in Hz: 48000 for all official models."""
        return int(library().dfn_model_sample_rate_hz(self._live().value))

    @property
    def hop_samples(self) -> int:
        """Samples of a frame at that rate: 480, which is 10 ms, for all official models."""
        return int(library().dfn_model_hop_samples(self._live().value))

    def delay_samples(self, rate: Optional[int] = None, **options: Any) -> int:
        """The delay of a stream with these options (see `stream`), in samples at its rate."""
        asked = self._stream_options(rate, options)
        return int(library().dfn_model_delay_samples(self._live().value, ctypes.byref(asked)))

    def _stream_options(self, rate: Optional[int], options: Dict[str, Any]) -> Any:
        return stream_options(
            rate=self.sample_rate if rate is None else rate,
            channels=options.pop("channels", 1),
            precision=options.pop("precision", None) or self._precision,
            **options,
        )

    def stream(
        self,
        rate: Optional[int] = None,
        channels: int = 1,
        *,
        axis: int = -1,
        precision: Optional[str] = None,
        profile: str = "reference",
        channel_mode: str = "independent",
        work_mode: str = "direct",
        block_multiple: int = 1,
        atten_lim_db: Optional[float] = None,
        post_filter: Union[bool, float] = False,
        thresholds_db: Optional[Tuple[float, float, float]] = None,
        silence_skip: bool = False,
        level: Optional[Level] = None,
    ) -> Stream:
        """A live stream, see `Stream`.

        rate: 8000 to 192000 Hz; None: the model's.
        channels: 1 to 16.
        axis: which axis of a block is time: -1 for [channels, samples], 0 for [samples, channels].
        precision: None: the model's.
        profile: "reference", the rules of Python's df.enhance; "libdf", those of the official
                real-time program, with gating by the local SNR.
        channel_mode: "independent", "linked", "downmix" or "linked_mean".
        work_mode: "direct", or "spread" for blocks shorter than 10 ms: a hop's work is spread over
                them, and the delay is a hop longer.
        block_multiple: the length of every block is a multiple of this; a multiple of the hop saves
                up to a hop of delay.
        atten_lim_db: at most this much noise is taken away, in dB; None: no limit; 0: the input.
        post_filter: False, True (0.02), or a strength from 0 to 1.
        thresholds_db: profile "libdf": local SNR in dB below which there is silence, above which
                nothing is changed, and above which the deep filter rests; None: (-15, 35, 35).
        silence_skip: leave out lasting digital silence.
        level: how loud the network hears the input: "auto", "keep", or a gain in dB; None: the
                library's choice for streams. The output's level is the input's in any case.
        Errors: InvalidArgumentError, StateError (the model is closed).
        """
        from ._stream import Stream

        options = stream_options(
            rate=self.sample_rate if rate is None else rate,
            channels=channels,
            precision=precision or self._precision,
            profile=profile,
            channel_mode=channel_mode,
            work_mode=work_mode,
            block_multiple=block_multiple,
            atten_lim_db=atten_lim_db,
            post_filter=post_filter,
            thresholds_db=thresholds_db,
            silence_skip=silence_skip,
            level=level,
        )
        return Stream(self._live(), options, axis)

    def batch(self, max_channels: int) -> Batch:
        """Runs many streams of this model together, see `Batch`. max_channels: 1 to 4096."""
        from ._batch import Batch

        return Batch(self._live(), self._precision, max_channels)

    def enhance(
        self,
        samples: T,
        rate: int,
        *,
        axis: int = -1,
        atten_lim_db: Optional[float] = None,
        level: Level = "auto",
        threads: int = 1,
        post_filter: Union[bool, float] = False,
        channel_mode: str = "independent",
        profile: str = "reference",
        thresholds_db: Optional[Tuple[float, float, float]] = None,
        silence_skip: bool = False,
        progress: Union[bool, Progress, None] = None,
    ) -> T:
        """As `deepfilter.enhance`, with this model."""
        from ._enhance import enhance_with

        def options(channels: int) -> Any:
            return stream_options(
                rate=rate,
                channels=channels,
                precision=self._precision,
                profile=profile,
                channel_mode=channel_mode,
                atten_lim_db=atten_lim_db,
                post_filter=post_filter,
                thresholds_db=thresholds_db,
                silence_skip=silence_skip,
                level=level,
            )

        enhanced: T = enhance_with(
            self._live(), samples, options, rate, axis, threads, progress
        )
        return enhanced

    def close(self) -> None:
        """Lets the model go. Streams and batches that it made live on."""
        self._handle = None

    def __enter__(self) -> Model:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        value: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __reduce__(self) -> Tuple[Any, ...]:
        source = self._source
        if isinstance(source, str) and os.path.exists(source):
            source = os.path.abspath(source)  # a worker may have another current folder
        return _reopened, (source, self._precision)

    def __repr__(self) -> str:
        if self._handle is None:
            return "<deepfilter.Model, closed>"
        return f"<deepfilter.Model {self.name}, {self._precision}>"


def _reopened(source: Source, precision: str) -> Model:
    return Model(source, precision=precision)


def _stored_precision(model: Handle) -> str:
    number = library().dfn_model_precision(model.value)
    return next(name for name, value in PRECISIONS.items() if value == number)


def _open(source: Source) -> Handle:
    lib = library()
    options = ModelOptions()
    lib.dfn_model_options_init(ctypes.byref(options), ctypes.sizeof(options))
    model, error = ctypes.c_void_p(), ctypes.c_void_p()
    ends = (ctypes.byref(options), ctypes.byref(model), ctypes.byref(error))
    if isinstance(source, str):
        # A file of that name in the current folder goes before a known model, as in the library.
        place = source if os.path.exists(source) else packaged_model(source) or source
        result = lib.dfn_model_open(os.fsencode(place), *ends)
    elif isinstance(source, (bytes, bytearray)):
        result = lib.dfn_model_open_memory(bytes(source), len(source), *ends)
    elif isinstance(source, Mapping):
        files = (File * len(source))()
        for file, (name, content) in zip(files, source.items()):
            file.name, file.bytes, file.size = os.fsencode(name), bytes(content), len(content)
        result = lib.dfn_model_open_files(files, len(source), *ends)
    else:
        raise InvalidArgumentError(
            f"a model is opened from a name, a path, bytes or a mapping of names to bytes, not from "
            f"{type(source).__name__}"
        )
    return created(result, model, error, lib.dfn_model_free)


# The models that functions took by name lately, so that a loop over clips opens one once.
_KEPT_MODELS = 4
_kept: OrderedDict[Any, Model] = OrderedDict()
_kept_lock = threading.Lock()


def _forget_lock() -> None:
    # A thread of the parent may have held it.
    global _kept_lock
    _kept_lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_lock)


def source_key(source: str, precision: Optional[str]) -> Tuple[Any, ...]:
    """What tells two models apart that are opened by name or path, without reading them."""
    changed = None
    if os.path.exists(source):
        facts = os.stat(source)
        changed = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)
    return source, os.getcwd() if changed else None, changed, precision


def model_of(model: Union[Model, Source], precision: Optional[str] = None) -> Model:
    """`model` itself, or the one of that source, which is kept for the next call."""
    if isinstance(model, Model):
        return model
    if not isinstance(model, (str, os.PathLike)):
        return Model(model, precision=precision)
    source = os.fspath(model)
    key = source_key(source, precision)
    with _kept_lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    opened = Model(source, precision=precision)
    with _kept_lock:
        _kept[key] = opened
        while len(_kept) > _KEPT_MODELS:
            _kept.popitem(last=False)
    return opened
