"""deepfilter.livekit in the real rtc.AudioStream."""

import asyncio
import gc
import logging
import os
import time

import numpy as np
import pytest

rtc = pytest.importorskip("livekit.rtc")

import deepfilter  # noqa: E402
from deepfilter.livekit import DeepFilterProcessor  # noqa: E402
from test_sessions import speech  # noqa: E402


def frame_of(block, rate, channels=1):
    return rtc.AudioFrame(block.tobytes(), rate, channels, len(block), userdata={"id": 7})


def samples_of(frame):
    return np.frombuffer(frame.data, np.int16).reshape(-1, frame.num_channels)


class Recorder(DeepFilterProcessor):
    """Remembers what came in."""

    def _process(self, frame):
        self.__dict__.setdefault("heard", []).append(samples_of(frame).copy())
        return super()._process(frame)


@pytest.mark.parametrize("frame_ms", [10, 20, 50])
@pytest.mark.parametrize("rate", [16000, 24000])
def test_an_audio_stream_gives_the_streams_samples(rate, frame_ms):
    sound = speech(rate)

    async def talk():
        source = rtc.AudioSource(rate, 1)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
        processor = Recorder()
        stream = rtc.AudioStream(
            track,
            sample_rate=rate,
            num_channels=1,
            frame_size_ms=frame_ms,
            noise_cancellation=processor,
        )

        async def feed():
            for i in range(0, len(sound), rate // 100):
                await source.capture_frame(frame_of(sound[i : i + rate // 100], rate))

        feeding = asyncio.create_task(feed())
        frames = []
        async for event in stream:
            frames.append(event.frame)
            if len(frames) == 20:
                processor.enabled = False
            if len(frames) == 900 // frame_ms:
                break
        delay = processor.delay_samples
        feeding.cancel()
        await stream.aclose()
        return frames, processor, delay

    frames, processor, delay = asyncio.run(asyncio.wait_for(talk(), 60))
    assert all(f.samples_per_channel == rate * frame_ms // 1000 for f in frames)
    assert all(f.sample_rate == rate and f.num_channels == 1 for f in frames)
    out = np.concatenate([samples_of(f) for f in frames])[:, 0]
    heard = np.concatenate(processor.heard)[: len(out), 0]
    assert np.abs(heard).max() > 1000
    # The switch takes place some frames later, as frames are processed before they are read.
    reference = deepfilter.Model().stream(rate)
    wanted = reference.process(heard)
    same = int(np.argmax(out != wanted)) if (out != wanted).any() else len(out)
    assert same >= 20 * rate * frame_ms // 1000 or same == len(out)
    rest = slice(min(same + rate // 10, len(out)), len(out))
    assert np.array_equal(out[rest], heard[rest.start - delay : rest.stop - delay])
    assert delay == reference.delay_samples


def test_frames_keep_their_form_and_their_userdata():
    processor = DeepFilterProcessor()
    for channels in (1, 2):
        for length in (80, 160, 441, 800, 1):
            given = speech(length, channels)
            before = frame_of(given, 16000, channels)
            after = processor._process(before)
            assert after is not before and np.array_equal(samples_of(before), given)
            assert (after.sample_rate, after.num_channels) == (16000, channels)
            assert after.samples_per_channel == length and after.userdata == {"id": 7}


def test_disabled_it_still_gets_every_frame():
    processor = DeepFilterProcessor()
    processor.enabled = False
    # LiveKit leaves a processor out whose `enabled` is false, and the sound would jump.
    assert processor.enabled and not processor.enhancing
    processor.enabled = True
    assert processor.enhancing


def test_another_publication_begins_a_new_sound():
    processor = DeepFilterProcessor()
    sound = speech(1600)
    tell = {"room_name": "room", "participant_identity": "ann", "publication_sid": "1"}
    processor._on_stream_info_updated(**tell)
    first = samples_of(processor._process(frame_of(sound, 16000)))
    processor._on_stream_info_updated(**tell)  # again the same: goes on
    assert not np.array_equal(samples_of(processor._process(frame_of(sound, 16000))), first)
    processor._on_stream_info_updated(**{**tell, "publication_sid": "2"})
    assert np.array_equal(samples_of(processor._process(frame_of(sound, 16000))), first)


def test_a_frame_that_cannot_be_enhanced_goes_on_as_it_came(caplog):
    processor = DeepFilterProcessor()
    frame = frame_of(speech(40), 4000)
    with caplog.at_level(logging.INFO, "deepfilter.livekit"):
        assert all(processor._process(frame) is frame for _ in range(5))
    assert len(caplog.records) == 1 and "4000 Hz" in caplog.text


def test_after_close_a_new_stream_begins():
    processor = DeepFilterProcessor()
    sound = speech(1600)
    first = samples_of(processor._process(frame_of(sound, 16000)))
    processor._close()
    assert np.array_equal(samples_of(processor._process(frame_of(sound, 16000))), first)


def test_agents_pre_connect_audio_goes_through_it():
    agents = pytest.importorskip("livekit.agents.voice.room_io._input")
    from livekit.agents.voice.room_io import AudioInputOptions

    sound = speech(3200)

    async def run():
        processor = DeepFilterProcessor()
        options = AudioInputOptions(noise_cancellation=processor)
        source = agents._ParticipantAudioInputStream(
            rtc.Room(),
            sample_rate=16000,
            num_channels=1,
            noise_cancellation=options.noise_cancellation,
            pre_connect_audio_handler=None,
        )
        frames = [frame_of(sound[i : i + 320], 16000) for i in range(0, 3200, 320)]
        return list(source._apply_audio_processor(frames))

    out = np.concatenate([samples_of(f) for f in asyncio.run(run())])[:, 0]
    assert np.array_equal(out, deepfilter.Model().stream(16000).process(sound[:, 0]))


def test_fifty_sessions_are_one_model():
    psutil = pytest.importorskip("psutil")
    process = psutil.Process(os.getpid())
    rate, frame = 24000, 480
    sound = speech(frame * 10)
    first = DeepFilterProcessor()
    first._process(frame_of(sound[:frame], rate))
    gc.collect()
    before = process.memory_info().rss
    sessions = [DeepFilterProcessor() for _ in range(50)]
    frames = [frame_of(sound[i * frame : (i + 1) * frame], rate) for i in range(10)]
    start = time.process_time()
    for each in frames:
        out = [session._process(each) for session in sessions]
    seconds = time.process_time() - start
    memory = (process.memory_info().rss - before) / 50 / 1024
    assert len({id(session._session._model) for session in sessions}) == 1
    assert all(np.array_equal(samples_of(out[0]), samples_of(other)) for other in out)
    share = seconds / 50 / (10 * frame / rate)
    print(f"a session: {memory:.0f} KiB, {100 * share:.2f} % of a core")
    assert memory < 2048  # weights alone are more than 8 MB
