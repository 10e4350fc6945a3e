"""A filter for Pipecat: takes the noise out of what the user says, before voice activity detection.

    from deepfilter.pipecat import DeepFilterFilter

    params = TransportParams(audio_in_enabled=True, audio_in_filter=DeepFilterFilter())

Needs pipecat-ai 1.x, which this package does not install.
"""

# mypy: disallow-subclassing-any=False, disable-error-code="import-not-found"

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from typing import Any, Optional, Tuple, Union

try:
    from loguru import logger
    from pipecat.audio.filters.base_audio_filter import BaseAudioFilter
    from pipecat.frames.frames import (
        FilterControlFrame,
        FilterEnableFrame,
        FilterUpdateSettingsFrame,
    )
except ImportError as reason:
    raise ImportError(
        f"deepfilter.pipecat needs Pipecat ({reason}); install it with: pip install pipecat-ai"
    ) from reason

from ._agents import Session
from ._library import DEFAULT_MODEL
from ._model import Model, Source
from ._options import Level

__all__ = ["DeepFilterFilter"]


def _tell(kind: str, sentence: str) -> None:
    logger.log(kind.upper(), "deepfilter: {}", sentence)


class DeepFilterFilter(BaseAudioFilter):
    """Enhances int16 audio of any rate from 8 to 192 kHz in frames of any length. As many samples
    come back, always `delay_samples` behind the input, enabled or not.

    All filters with the same model in a process share its weights; nothing is downloaded.

    model, precision: see `deepfilter.Model`. A `Model` that the program holds is opened before the
            first call.
    channels: of the transport, interleaved (`audio_in_channels`); Pipecat does not tell a filter.
    atten_lim_db, post_filter, level, channel_mode, profile, thresholds_db, silence_skip: see
            `Model.stream`.
    executor: where frames are worked on; None: in the event loop. 10 ms of sound take less than
            0.3 ms, and a loop that serves more than a few calls has other cores help with a
            ThreadPoolExecutor: the work holds no lock of Python's.

    Errors: those of `Model` and `Model.stream`. After that nothing raises: a frame that cannot be
    enhanced goes on as it came, and the log says why, once.
    """

    def __init__(
        self,
        model: Union[Model, Source] = DEFAULT_MODEL,
        *,
        precision: Optional[str] = None,
        channels: int = 1,
        atten_lim_db: Optional[float] = None,
        post_filter: Union[bool, float] = False,
        level: Optional[Level] = None,
        channel_mode: str = "independent",
        profile: str = "reference",
        thresholds_db: Optional[Tuple[float, float, float]] = None,
        silence_skip: bool = False,
        executor: Optional[Executor] = None,
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
        self._channels = channels
        self._executor = executor
        self._rate = 0

    @property
    def delay_samples(self) -> int:
        """How far the output is behind the input, in samples at the transport's rate; 0 before
        start. It never changes."""
        return self._session.delay_samples

    @property
    def delay_ms(self) -> float:
        """The same in milliseconds."""
        return self._session.delay_ms

    @property
    def enabled(self) -> bool:
        """False: the output is the input, delayed as always."""
        return self._session.enhancing

    @property
    def local_snr_db(self) -> float:
        """The network's newest estimate of the first channel's local SNR, in dB."""
        return self._session.local_snr_db

    async def start(self, sample_rate: int) -> None:
        """Begins a stream of this rate in Hz. The transport calls it."""
        self._session.close()
        self._session.open(sample_rate, self._channels)
        self._rate = sample_rate

    async def stop(self) -> None:
        """Ends the stream. The transport calls it. Audio that comes later goes on as it comes."""
        self._rate = 0
        self._session.close()

    async def process_frame(self, frame: FilterControlFrame) -> None:
        """FilterEnableFrame switches at the next hop, without a click or a change of delay.
        FilterUpdateSettingsFrame changes "atten_lim_db", "post_filter", "level", "thresholds_db" or
        "enabled"."""
        if isinstance(frame, FilterEnableFrame):
            self._session.enhancing = frame.enable
        elif isinstance(frame, FilterUpdateSettingsFrame):
            self._session.change(frame.settings)

    async def filter(self, audio: bytes) -> bytes:
        """audio: int16, [samples, channels]. Returns as many bytes."""
        if not self._rate:
            return audio
        if self._executor is None:
            return self._enhanced(audio)
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._executor, self._enhanced, audio)
        except RuntimeError:  # the executor was shut down before the transport
            return self._enhanced(audio)

    def reset(self) -> None:
        """The next frame is the first of a new sound: what the stream remembers is forgotten."""
        self._session.reset()

    def _enhanced(self, audio: bytes) -> bytes:
        result: Any = self._session.process(audio, self._rate, self._channels)
        if result is None:
            return audio
        enhanced: bytes = result.tobytes()
        # Bytes of a sample that is not complete keep their place.
        return enhanced if len(enhanced) == len(audio) else enhanced + audio[len(enhanced) :]
