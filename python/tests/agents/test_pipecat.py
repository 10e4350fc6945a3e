"""deepfilter.pipecat in real pipelines of Pipecat."""

import asyncio
import gc
import os
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

pytest.importorskip("pipecat.frames.frames")

from pipecat.frames.frames import (  # noqa: E402
    FilterEnableFrame,
    FilterUpdateSettingsFrame,
    InputAudioRawFrame,
    OutputAudioRawFrame,
)
from pipecat.pipeline.pipeline import Pipeline  # noqa: E402
from pipecat.pipeline.worker import PipelineParams  # noqa: E402
from pipecat.tests.utils import SleepFrame, run_test  # noqa: E402
from pipecat.transports.base_input import BaseInputTransport  # noqa: E402
from pipecat.transports.base_output import BaseOutputTransport  # noqa: E402
from pipecat.transports.base_transport import TransportParams  # noqa: E402

import deepfilter  # noqa: E402
from deepfilter.pipecat import DeepFilterFilter  # noqa: E402
from test_sessions import speech  # noqa: E402


class Microphone(BaseInputTransport):
    """A transport whose sound the test brings."""

    async def start(self, frame):
        await super().start(frame)
        await self.set_transport_ready(frame)


class Loudspeaker(BaseOutputTransport):
    """A transport that keeps what it should play."""

    def __init__(self, params):
        super().__init__(params)
        self.played = []

    async def start(self, frame):
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame):
        self.played.append(frame.audio)
        return True


class Recorder(DeepFilterFilter):
    """Remembers the delay, which is none after stop."""

    async def stop(self):
        self.told = self.delay_samples
        await super().stop()


def heard(frames, rate, **arguments):
    """What a pipeline with the filter gives out of these frames."""

    async def run():
        filter = Recorder(**arguments)
        params = TransportParams(
            audio_in_enabled=True,
            audio_in_sample_rate=rate,
            audio_in_channels=arguments.get("channels", 1),
            audio_in_filter=filter,
        )
        down, _ = await run_test(
            Pipeline([Microphone(params)]),
            frames_to_send=[*frames, SleepFrame(0.5)],
            pipeline_params=PipelineParams(audio_in_sample_rate=rate),
            start_timeout=30,
        )
        return filter, [frame for frame in down if isinstance(frame, InputAudioRawFrame)]

    return asyncio.run(run())


def cut(sound, length, rate):
    for i in range(0, len(sound) - length + 1, length):
        block = sound[i : i + length]
        yield InputAudioRawFrame(block.tobytes(), rate, sound.shape[1])


def samples_of(frames, channels=1):
    return np.frombuffer(b"".join(f.audio for f in frames), np.int16).reshape(-1, channels)


@pytest.mark.parametrize("frame_ms", [10, 20, 50])
@pytest.mark.parametrize("rate", [16000, 24000])
def test_a_pipeline_gives_the_streams_samples(rate, frame_ms):
    sound = speech(rate // 2)
    length = rate * frame_ms // 1000
    filter, frames = heard(list(cut(sound, length, rate)), rate)
    assert [len(f.audio) for f in frames] == [2 * length] * (len(sound) // length)
    stream = deepfilter.Model().stream(rate)
    assert np.array_equal(samples_of(frames)[:, 0], stream.process(sound[:, 0]))
    assert filter.told == stream.delay_samples


def test_two_channels_and_a_thread_pool():
    sound = speech(9600, 2)
    with ThreadPoolExecutor(2) as pool:
        _, frames = heard(list(cut(sound, 480, 24000)), 24000, channels=2, executor=pool)
    wanted = deepfilter.Model().stream(24000, 2, axis=0).process(sound)
    assert np.array_equal(samples_of(frames, 2), wanted)


def test_an_impulse_comes_after_the_told_delay():
    for rate in (16000, 24000):
        sound = np.zeros((rate // 2, 1), np.int16)
        sound[3000] = 20000
        filter, frames = heard(list(cut(sound, rate // 50, rate)), rate, atten_lim_db=0)
        loud = np.abs(samples_of(frames)[:, 0].astype(int))
        assert int(np.argmax(loud)) == 3000 + filter.told


def test_control_frames_switch_and_set():
    rate, length = 16000, 320
    sound = speech(100 * length)
    blocks = list(cut(sound, length, rate))
    frames = [
        *blocks[:40],
        SleepFrame(0.3),
        FilterEnableFrame(False),
        SleepFrame(0.3),
        *blocks[40:70],
        SleepFrame(0.3),
        FilterEnableFrame(True),
        FilterUpdateSettingsFrame({"atten_lim_db": 9, "no such setting": 1}),
        SleepFrame(0.3),
        *blocks[70:],
    ]
    filter, found = heard(frames, rate)
    stream, wanted = deepfilter.Model().stream(rate), []
    for i in range(100):
        if i == 40:
            stream.bypass = True
        if i == 70:
            stream.bypass, stream.atten_lim_db = False, 9
        wanted.append(stream.process(sound[i * length : (i + 1) * length, 0]))
    out = samples_of(found)[:, 0]
    assert np.array_equal(out, np.concatenate(wanted))
    off = slice(44 * length, 70 * length)
    assert np.array_equal(out[off], sound[off.start - filter.told : off.stop - filter.told, 0])


def test_what_the_bot_says_can_be_filtered_too():
    rate, sound = 24000, speech(9600)

    async def run():
        filter = DeepFilterFilter()
        params = TransportParams(
            audio_out_enabled=True,
            audio_out_sample_rate=rate,
            audio_out_filter=filter,
            audio_out_end_silence_secs=0,
            audio_out_auto_silence=False,
        )
        loudspeaker = Loudspeaker(params)
        blocks = [OutputAudioRawFrame(sound.tobytes(), rate, 1), SleepFrame(1.0)]
        await run_test(
            loudspeaker,
            frames_to_send=blocks,
            pipeline_params=PipelineParams(audio_out_sample_rate=rate),
            start_timeout=30,
        )
        return b"".join(loudspeaker.played)

    played = np.frombuffer(asyncio.run(run()), np.int16)
    wanted = deepfilter.Model().stream(rate).process(sound[:, 0])
    assert len(played) >= len(wanted)
    assert np.array_equal(played[: len(wanted)], wanted)


def test_a_rate_that_is_not_run_and_a_stopped_filter_pass_audio_on():
    async def run():
        filter = DeepFilterFilter()
        audio = speech(160).tobytes()
        assert await filter.filter(audio) == audio  # not started
        await filter.start(4000)
        assert await filter.filter(audio) == audio
        await filter.start(16000)
        assert await filter.filter(audio) != audio
        assert len(await filter.filter(audio + b"\x01")) == len(audio) + 1
        assert await filter.filter(b"") == b""
        await filter.stop()
        assert await filter.filter(audio) == audio

    asyncio.run(run())


def test_an_executor_that_is_gone_is_done_without():
    async def run():
        pool = ThreadPoolExecutor(1)
        filter = DeepFilterFilter(executor=pool)
        await filter.start(16000)
        pool.shutdown()
        audio = speech(3200)
        found = np.frombuffer(await filter.filter(audio.tobytes()), np.int16)
        assert np.array_equal(found, deepfilter.Model().stream(16000).process(audio[:, 0]))

    asyncio.run(run())


def test_fifty_filters_are_one_model():
    psutil = pytest.importorskip("psutil")
    process = psutil.Process(os.getpid())
    rate, length = 16000, 320
    audio = speech(length).tobytes()

    async def run():
        first = DeepFilterFilter()
        await first.start(rate)
        await first.filter(audio)
        gc.collect()
        before = process.memory_info().rss
        filters = [DeepFilterFilter() for _ in range(50)]
        for filter in filters:
            await filter.start(rate)
        start = time.process_time()
        for _ in range(10):
            out = [await filter.filter(audio) for filter in filters]
        seconds = time.process_time() - start
        memory = (process.memory_info().rss - before) / 50 / 1024
        assert len({id(filter._session._model) for filter in filters}) == 1
        assert len(set(out)) == 1
        share = seconds / 50 / (10 * length / rate)
        print(f"a session: {memory:.0f} KiB, {100 * share:.2f} % of a core")
        assert memory < 2048  # weights alone are more than 8 MB

    asyncio.run(run())
