"""Live streams."""

from __future__ import annotations

import ctypes
import threading
from types import TracebackType
from typing import Any, Callable, NoReturn, Optional, Type, TypeVar, Union

import numpy as np

from ._arrays import F32, I16, Arrival, Array, address
from ._errors import InvalidArgumentError, StateError
from ._library import StreamOptions, check_result, library
from ._model import Handle, created
from ._options import Level, level_choice, limit_db, post_filter_beta, thresholds_of, whole

T = TypeVar("T")
_FULL_SCALE_I16 = 32768.0
# What every block needs, by names that are found at once.
_ndarray, _empty = np.ndarray, np.empty
_addressof = ctypes.addressof
_from_buffer: Callable[[Array], Any] = ctypes.c_char.from_buffer


def to_int16(samples: Array) -> Array:
    """Float samples as int16, as the library rounds them: to nearest, halves to even, clamped."""
    return np.clip(np.rint(samples * np.float32(_FULL_SCALE_I16)), -32768, 32767).astype(I16)


def from_int16(samples: Array) -> Array:
    """int16 samples as float32."""
    return samples.astype(F32) * np.float32(1 / _FULL_SCALE_I16)


class Stream:
    """Enhances a sound that comes in blocks. `Model.stream` makes one.

    Output sample i + delay_samples is input sample i, enhanced. One thread at a time works with a
    stream; others wait. Streams run at the same time on different threads.
    """

    __slots__ = (
        "__weakref__",
        "_address",
        "_axis",
        "_bypass",
        "_channels",
        "_handle",
        "_inputs",
        "_interleaved",
        "_interleaved_i16",
        "_last",
        "_lock",
        "_model",
        "_options",
        "_outputs",
        "_planar",
        "_planar_i16",
        "_pointers",
        "_usual_i16",
        "_usual_ndim",
    )

    def __init__(self, model: Handle, options: StreamOptions, axis: int = -1) -> None:
        lib = library()
        stream, error = ctypes.c_void_p(), ctypes.c_void_p()
        result = lib.dfn_stream_create(
            model.value, ctypes.byref(options), ctypes.byref(stream), ctypes.byref(error)
        )
        self._handle: Optional[Handle] = created(result, stream, error, lib.dfn_stream_free)
        self._model = model
        self._options = options
        self._axis = whole("axis", axis, -2, 1)
        self._channels = int(options.channels)
        self._address = stream.value
        self._lock = threading.Lock()
        # What every call needs, looked up once.
        self._interleaved = lib.dfn_stream_process_interleaved
        self._interleaved_i16 = lib.dfn_stream_process_interleaved_i16
        self._planar = lib.dfn_stream_process
        self._planar_i16 = lib.dfn_stream_process_i16
        # Of the rows of input, then of output, and where in memory both lists are.
        self._pointers = (ctypes.c_void_p * (2 * self._channels))()
        self._inputs = ctypes.addressof(self._pointers)
        self._outputs = self._inputs + self._channels * ctypes.sizeof(ctypes.c_void_p)
        # Blocks of this many axes have them in the library's order; 0: none have.
        self._usual_ndim = 1 if self._channels == 1 else 2 if self._axis in (-1, 1) else 0
        self._usual_i16 = Arrival(np.zeros(0 if self._channels == 1 else (self._channels, 0), I16))
        self._last: Optional[Arrival] = None
        self._bypass = False

    # ---- Sound ------------------------------------------------------------------------------

    def process(self, block: T, out: Optional[T] = None) -> T:
        """Enhances the next block, of any length, 0 included.

        block: [samples] or [channels, samples] (with axis=0: [samples, channels]); a stream of one
               channel takes both forms. float32, float64, float16 with full scale 1, or int16; numpy
               or any other array, see `deepfilter.enhance`. A sample that is no number counts as 0.
        out: a numpy array to put the output in, of the block's shape, float32 or int16 as the block
             is, contiguous; it may be the block itself.
        Returns as many samples, of the same kind, `delay_samples` behind the input.
        Errors: InvalidArgumentError (shape; length that is no multiple of block_multiple),
        SampleTypeError, StateError (after flush, or closed).
        """
        given: Any = block
        # The usual blocks of a live loop are worth a way of their own.
        if (
            type(given) is not _ndarray
            or given.ndim != self._usual_ndim
            or ((kind := given.dtype) is not F32 and kind is not I16)
            or not (flags := given.flags).c_contiguous
            or not (samples := (shape := given.shape)[-1])
            or (self._channels != 1 and (shape[0] != self._channels or out is not None))
        ):
            enhanced: T = self._process_any(given, out)
            return enhanced
        output: Any = _empty(shape, kind) if out is None else self._fits(out, given)
        source = _addressof(_from_buffer(given)) if flags.writeable else address(given)
        target = _addressof(_from_buffer(output))
        with self._lock:
            if self._channels == 1:
                call = self._interleaved if kind is F32 else self._interleaved_i16
            else:
                call = self._planar if kind is F32 else self._planar_i16
                self._point(source, target, given.strides[0])
                source, target = self._inputs, self._outputs
            result = call(self._address, source, target, samples)
            self._last = None if kind is F32 else self._usual_i16
        if result:
            self._fail(result)
        plain: T = output
        return plain

    def _process_any(self, block: Any, out: Any) -> Any:
        arrival = Arrival(block, self._axis)
        planes = arrival.planes
        self._check_planes(planes)
        output = np.empty_like(planes)
        samples = planes.shape[-1]
        call = self._planar_i16 if planes.dtype == I16 else self._planar
        with self._lock:
            self._point(address(planes), address(output), samples * planes.itemsize)
            result = call(self._address, self._inputs, self._outputs, samples)
            arrival.forget_samples()
            self._last = arrival
        if result:
            self._fail(result)
        enhanced = arrival.back(output)
        if out is not None:
            self._fits(out, enhanced)[...] = enhanced
            return out
        return enhanced

    def flush(self, samples: Optional[int] = None) -> Any:
        """The next `samples` of output after the end of the input; None: delay_samples, which is the
        rest of the sound. Has the kind and layout of the last block (none: float32).
        """
        count = self.delay_samples if samples is None else whole("samples", samples, 0, 1 << 40)
        output = np.empty((self._channels, count), F32)
        with self._lock:
            self._point(0, address(output), count * F32.itemsize)
            result = self._ask("dfn_stream_flush", self._outputs, count)
            last = self._last
        if result:
            self._fail(result)
        if last is None:
            return output[0] if self._channels == 1 else np.moveaxis(output, -1, self._axis)
        return last.back(to_int16(output) if last.is_int16 else output)

    def reset(self) -> None:
        """Back to the start, except for the controls."""
        with self._lock:
            self._ask("dfn_stream_reset")

    # ---- What the stream is -----------------------------------------------------------------

    @property
    def rate(self) -> int:
        """In Hz."""
        return int(self._options.sample_rate_hz)

    @property
    def channels(self) -> int:
        return self._channels

    @property
    def delay_samples(self) -> int:
        """How far the output is behind the input, at the stream's rate. It never changes."""
        return int(self._ask("dfn_stream_delay_samples"))

    @property
    def local_snr_db(self) -> float:
        """The network's newest estimate of the first channel's local SNR, in dB."""
        return float(self._ask("dfn_stream_local_snr_db"))

    def local_snrs_db(self) -> Array:
        """The same for each hop that the last call has finished, at most the last 32, oldest first.
        [hops] float32."""
        values = np.empty(32, F32)
        with self._lock:
            count = self._ask("dfn_stream_local_snrs_db", address(values), 32)
        return values[:count]

    @property
    def level_gain_db(self) -> float:
        """By how much the network hears the first channel louder than it is, in dB."""
        return float(self._ask("dfn_stream_level_gain_db"))

    # ---- Controls: any thread; they fade in over the next hop ---------------------------------

    @property
    def atten_lim_db(self) -> float:
        """At most this much noise is taken away, in dB; 100: no limit."""
        return float(self._options.attenuation_limit_db)

    @atten_lim_db.setter
    def atten_lim_db(self, value: Optional[float]) -> None:
        limit = limit_db(value)
        self._ask("dfn_stream_set_attenuation_limit_db", limit)
        self._options.attenuation_limit_db = limit

    @property
    def post_filter(self) -> float:
        """Strength of the post filter, 0 (off) to 1."""
        return float(self._options.post_filter_beta)

    @post_filter.setter
    def post_filter(self, value: Union[bool, float]) -> None:
        beta = post_filter_beta(value)
        self._ask("dfn_stream_set_post_filter_beta", beta)
        self._options.post_filter_beta = beta

    def set_thresholds_db(self, low: float, erb: float, df: float) -> None:
        """Profile "libdf": silence below `low`, no change above `erb`, no deep filter above `df`."""
        values = thresholds_of((low, erb, df))
        self._ask("dfn_stream_set_thresholds_db", *values)
        options = self._options
        options.min_db_threshold, options.max_db_erb_threshold = values[:2]
        options.max_db_df_threshold = values[2]

    def set_level(self, level: Level) -> None:
        """How loud the network hears the input: "auto", "keep", or a gain in dB."""
        kind, gain = level_choice(level)
        self._ask("dfn_stream_set_level", kind, gain)
        self._options.level, self._options.level_gain_db = kind, gain

    @property
    def bypass(self) -> bool:
        """True: the output is the input, delayed as always."""
        return self._bypass

    @bypass.setter
    def bypass(self, value: bool) -> None:
        self._ask("dfn_stream_set_bypass", 1 if value else 0)
        self._bypass = bool(value)

    # ---- State ------------------------------------------------------------------------------

    def save(self) -> bytes:
        """All that the stream remembers, except its controls. A stream of the same model, options and
        version on the same kind of processor continues from it bit for bit."""
        with self._lock:
            size = self._ask("dfn_stream_state_size")
            state = ctypes.create_string_buffer(size)
            result = self._ask("dfn_stream_save", state, size)
        check_result(result, "the stream's state could not be saved")
        return state.raw

    def restore(self, state: bytes) -> None:
        """Continues from such a state. Errors: CorruptError, MismatchError (another model, options,
        version or processor); then the stream stays as it was."""
        held = bytes(state)
        with self._lock:
            result = self._ask("dfn_stream_restore", held, len(held))
        check_result(
            result,
            "the state is of another model, other options, another version or processor"
            if result == 7
            else "the bytes are not a stream's state, or were changed; give what save returned",
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError("a stream cannot be pickled; pickle its model and the bytes of save()")

    def __copy__(self) -> Stream:
        return self.copy()

    def __deepcopy__(self, memo: object) -> Stream:
        return self.copy()

    def copy(self) -> Stream:
        """A stream that continues from here by itself, with the same controls."""
        options = StreamOptions.from_buffer_copy(self._options)
        twin = Stream(self._model, options, self._axis)
        with self._lock:
            result = library().dfn_stream_copy(twin._address, self._live().value)
            twin._last = self._last
        check_result(result, "the stream could not be copied")
        twin.bypass = self._bypass
        return twin

    def close(self) -> None:
        """Frees the stream."""
        with self._lock:
            self._address = None
            self._handle = None

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        value: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if self._handle is None:
            return "<deepfilter.Stream, closed>"
        return f"<deepfilter.Stream, {self.rate} Hz, {self._channels} channels>"

    # ---- Parts ------------------------------------------------------------------------------

    def _live(self) -> Handle:
        handle = self._handle
        if handle is None:
            raise StateError("the stream is closed; make another one")
        return handle

    def _ask(self, function: str, *arguments: Any) -> Any:
        """Calls a function of the library on the stream, which lives until it returns."""
        handle = self._live()
        return getattr(library(), function)(handle.value, *arguments)

    def _fail(self, result: int) -> None:
        self._live()
        if result == 10:
            check_result(result, "the stream has been flushed; call reset before the next sound")
        check_result(
            result,
            f"a block's length must be a multiple of block_multiple, {self._options.block_multiple}",
        )

    def _check_planes(self, planes: Array) -> None:
        if planes.ndim != 2 or planes.shape[0] != self._channels:
            raise InvalidArgumentError(
                f"a block has the shape {list(planes.shape)} as [channels, samples], but the stream "
                f"has {self._channels} channels"
            )

    def _fits(self, out: Any, block: Any) -> Array:
        if (
            type(out) is not np.ndarray
            or out.shape != block.shape
            or out.dtype != block.dtype
            or not out.flags.c_contiguous
            or not out.flags.writeable
        ):
            raise InvalidArgumentError(
                f"out must be a writeable contiguous numpy array of shape {list(block.shape)} and type "
                f"{block.dtype}, as the block is"
            )
        return out

    def _point(self, source: int, target: int, step: int) -> None:
        """Sets the pointers to the rows of input and output, `step` bytes apart."""
        pointers, channels = self._pointers, self._channels
        if channels == 2:  # by far the most usual, and half the time of the loop
            pointers[0], pointers[1] = source, source + step
            pointers[2], pointers[3] = target, target + step
            return
        for c in range(channels):
            pointers[c] = source
            pointers[channels + c] = target
            source += step
            target += step
