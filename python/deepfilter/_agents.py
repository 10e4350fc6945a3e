"""What filters of voice agents share: one model for all sessions, streams that follow the frames.

Agents hand over int16 samples, interleaved, in frames of any length, and take as many back. Nothing
here raises once a session is made: a frame that cannot be enhanced goes on as it came, and the
reason is told once.
"""

from __future__ import annotations

import os
import weakref
from typing import Any, Callable, Dict, Mapping, Optional, Tuple, Union

import numpy as np

from ._arrays import I16, Array
from ._errors import DeepFilterError, InvalidArgumentError
from ._model import Model, Source, source_key
from ._options import Level, level_choice, limit_db, post_filter_beta, thresholds_of
from ._stream import Stream

# Called with "info" or "warning", and a sentence.
Tell = Callable[[str, str], None]

_BYTES_OF_SAMPLE = 2
_shared: weakref.WeakValueDictionary[Any, Model] = weakref.WeakValueDictionary()


def shared_model(model: Union[Model, Source], precision: Optional[str]) -> Model:
    """The model of that name or path, opened once for all sessions that use it at the same time,
    and freed with the last of them. A `Model` is taken as it is; bytes are opened anew."""
    if isinstance(model, Model):
        return model
    if not isinstance(model, (str, os.PathLike)):
        return Model(model, precision=precision)
    key = source_key(os.fspath(model), precision)
    found = _shared.get(key)
    # Two threads at once may open it twice, and go on with the same one.
    return found or _shared.setdefault(key, Model(model, precision=precision))


class Session:
    """One speaker's sound on its way through a stream.

    options: of `Model.stream`, all but rate, channels and what depends on the frames.
    Raises the errors of `Model` and `Model.stream` for wrong options; afterwards nothing raises.
    """

    def __init__(
        self, model: Union[Model, Source], precision: Optional[str], options: Mapping[str, Any], tell: Tell
    ) -> None:
        self._model = shared_model(model, precision)
        self._options: Dict[str, Any] = dict(options)
        # Checks the options, and packs the weights, which is the first stream's part, before a
        # frame waits for it.
        self._model.stream(**self._options).close()
        self._tell = tell
        self._told: set[str] = set()
        self._form: Optional[Tuple[int, int]] = None
        self._stream: Optional[Stream] = None
        self._enhancing = True

    @property
    def stream(self) -> Optional[Stream]:
        """That of the frames' rate and channels; None before the first, and where there is none."""
        return self._stream

    @property
    def delay_samples(self) -> int:
        return 0 if self._stream is None else self._stream.delay_samples

    @property
    def delay_ms(self) -> float:
        return 0.0 if self._stream is None else 1e3 * self._stream.delay_samples / self._stream.rate

    @property
    def local_snr_db(self) -> float:
        return 0.0 if self._stream is None else self._stream.local_snr_db

    @property
    def enhancing(self) -> bool:
        return self._enhancing

    @enhancing.setter
    def enhancing(self, value: bool) -> None:
        self._enhancing = bool(value)
        if self._stream is not None:
            self._stream.bypass = not self._enhancing

    def open(self, rate: int, channels: int) -> None:
        """Makes the stream of frames of this form, if it is not there."""
        if self._form == (rate, channels):
            return
        former, self._form = self._form, (rate, channels)
        self._stream = None
        try:
            stream = self._model.stream(rate, channels, axis=0, **self._options)
        except DeepFilterError as reason:
            self._warn_once(f"{reason}; sound of {_words(rate, channels)} goes on as it comes")
            return
        stream.bypass = not self._enhancing
        self._stream = stream
        delay = f"{self.delay_samples} samples ({self.delay_ms:.1f} ms)"
        if former is None:
            self._tell("info", f"{_words(rate, channels)}: the output is {delay} behind the input")
        else:
            self._tell(
                "warning",
                f"the sound has changed from {_words(*former)} to {_words(rate, channels)}: a new "
                f"stream begins, {delay} behind the input, and the old one's last sound is lost",
            )

    def process(self, audio: Any, rate: int, channels: int, out: Any = None) -> Optional[Array]:
        """audio: a buffer of int16 samples, [samples, channels]; what is over at its end is left.
        out: an int16 array of as many samples, or None.
        Returns [samples * channels] int16, or None if the frame has to go on as it came."""
        try:
            self.open(rate, channels)
            stream = self._stream
            if stream is None:
                return None
            usable = memoryview(audio).nbytes // (_BYTES_OF_SAMPLE * channels) * channels
            samples = np.frombuffer(audio, I16, usable)
            if channels == 1:
                return stream.process(samples, out)
            block = samples.reshape(-1, channels)
            result = stream.process(block, None if out is None else out.reshape(block.shape))
            return result.reshape(-1)
        except Exception as reason:  # whatever it is, the speaker is heard
            self._warn_once(f"a frame could not be enhanced ({reason}) and goes on as it came")
            return None

    def change(self, settings: Mapping[str, Any]) -> None:
        """Controls by their names in `Model.stream`, and "enabled". They fade in over a hop."""
        for name, value in settings.items():
            try:
                self._change(name, value)
            except DeepFilterError as reason:
                self._warn_once(str(reason))

    def _change(self, name: str, value: Any) -> None:
        stream = self._stream
        if name == "enabled":
            self.enhancing = value
        elif name == "atten_lim_db":
            limit_db(value)
            if stream is not None:
                stream.atten_lim_db = value
        elif name == "post_filter":
            post_filter_beta(value)
            if stream is not None:
                stream.post_filter = value
        elif name == "level":
            level_choice(value)
            if stream is not None:
                stream.set_level(value)
        elif name == "thresholds_db":
            thresholds_of(value)
            if stream is not None:
                stream.set_thresholds_db(*value)
        else:
            raise InvalidArgumentError(
                f"there is no setting {name!r}; use enabled, atten_lim_db, post_filter, level or "
                "thresholds_db"
            )
        if name != "enabled":
            self._options[name] = value

    def reset(self) -> None:
        """The next frame is the first of a new sound."""
        if self._stream is not None:
            self._stream.reset()

    def close(self) -> None:
        """Frees the stream. A frame after this makes a new one."""
        self._stream, self._form = None, None

    def _warn_once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._tell("warning", sentence)


def _words(rate: int, channels: int) -> str:
    return f"{rate} Hz, {channels} channel{'' if channels == 1 else 's'}"
