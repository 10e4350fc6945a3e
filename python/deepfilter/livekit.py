"""A frame processor for LiveKit: takes the noise out of what a participant says.

    from deepfilter.livekit import DeepFilterProcessor

    stream = rtc.AudioStream(track, noise_cancellation=DeepFilterProcessor())
    options = room_io.AudioInputOptions(noise_cancellation=lambda _: DeepFilterProcessor())

Needs livekit 1.x, alone or with livekit-agents, which this package does not install.
"""

# mypy: disallow-subclassing-any=False, disable-error-code="import-not-found"

from __future__ import annotations

import logging
from typing import Optional, Tuple, Union

import numpy as np

try:
    from livekit import rtc
except ImportError as reason:
    raise ImportError(
        f"deepfilter.livekit needs LiveKit ({reason}); install it with: pip install livekit"
    ) from reason

from ._agents import Session
from ._arrays import I16
from ._library import DEFAULT_MODEL
from ._model import Model, Source
from ._options import Level

__all__ = ["DeepFilterProcessor"]

_logger = logging.getLogger("deepfilter.livekit")
_BYTES_OF_SAMPLE = 2


def _tell(kind: str, sentence: str) -> None:
    _logger.log(logging.WARNING if kind == "warning" else logging.INFO, sentence)


class DeepFilterProcessor(rtc.FrameProcessor[rtc.AudioFrame]):
    """Enhances frames of any rate from 8 to 192 kHz, any length and up to 16 channels. Frames of
    the same rate, channels and length come back, always `delay_samples` behind the input, enhancing or
    not. Where rate or channels change, a new stream begins, and the log says so.

    All processors with the same model in a process share its weights; nothing is downloaded. Each
    track needs a processor of its own.

    model, precision: see `deepfilter.Model`. A `Model` that the program holds, for example one that
            its `prewarm` made, is opened before the first call.
    atten_lim_db, post_filter, level, channel_mode, profile, thresholds_db, silence_skip: see
            `Model.stream`.

    Errors: those of `Model` and `Model.stream`. After that nothing raises: a frame that cannot be
    enhanced goes on as it came, and the log says why, once.
    """

    def __init__(
        self,
        model: Union[Model, Source] = DEFAULT_MODEL,
        *,
        precision: Optional[str] = None,
        atten_lim_db: Optional[float] = None,
        post_filter: Union[bool, float] = False,
        level: Optional[Level] = None,
        channel_mode: str = "independent",
        profile: str = "reference",
        thresholds_db: Optional[Tuple[float, float, float]] = None,
        silence_skip: bool = False,
    ) -> None:
        options = {
            "atten_lim_db": atten_lim_db,
            "post_filter": post_filter,
            "level": level,
            "channel_mode": channel_mode,
            "profile": profile,
            "thresholds_db": thresholds_db,
            "silence_skip": silence_skip,
        }
        self._session = Session(model, precision, options, _tell)
        self._publication: Optional[Tuple[str, str]] = None

    @property
    def enabled(self) -> bool:
        """Always true, so that LiveKit hands over every frame. Setting it to False starts a bypass:
        the output is the input, delayed as always, where a processor that is left out would make
        the sound jump by its delay. `enhancing` says which it is."""
        return True

    @enabled.setter
    def enabled(self, value: bool) -> None:
        self._session.enhancing = value

    @property
    def enhancing(self) -> bool:
        """What `enabled` was set to; true at first. It switches at the next hop without a click."""
        return self._session.enhancing

    @property
    def delay_samples(self) -> int:
        """How far the output is behind the input, in samples at the frames' rate; 0 before the
        first frame."""
        return self._session.delay_samples

    @property
    def delay_ms(self) -> float:
        """The same in milliseconds."""
        return self._session.delay_ms

    @property
    def local_snr_db(self) -> float:
        """The network's newest estimate of the first channel's local SNR, in dB."""
        return self._session.local_snr_db

    def update(self, **settings: object) -> None:
        """Changes atten_lim_db, post_filter, level, thresholds_db or enabled, at the next hop."""
        self._session.change(settings)

    def reset(self) -> None:
        """The next frame is the first of a new sound: what the stream remembers is forgotten."""
        self._session.reset()

    def _on_stream_info_updated(
        self, *, room_name: str, participant_identity: str, publication_sid: str
    ) -> None:
        # Another speaker's sound has nothing to do with what came before.
        former, self._publication = self._publication, (participant_identity, publication_sid)
        if former is not None and former != self._publication:
            self.reset()

    def _process(self, frame: rtc.AudioFrame) -> rtc.AudioFrame:
        rate, channels = frame.sample_rate, frame.num_channels
        count = channels * frame.samples_per_channel
        data = bytearray(_BYTES_OF_SAMPLE * count)
        out = np.frombuffer(data, I16)
        if self._session.process(frame.data[:count], rate, channels, out) is None:
            return frame
        enhanced = rtc.AudioFrame(data, rate, channels, frame.samples_per_channel)
        enhanced.userdata.update(frame.userdata)
        return enhanced

    def _close(self) -> None:
        # A frame that comes later begins a new stream.
        self._session.close()
