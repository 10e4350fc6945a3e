"""What both filters stand on, without either package."""

import gc

import numpy as np
import pytest

import deepfilter
from deepfilter._agents import Session, shared_model


class Told(list):
    def __call__(self, kind, sentence):
        self.append((kind, sentence))


def speech(samples, channels=1, seed=3):
    t = np.arange(samples) / 16000
    hum = sum(np.sin(2 * np.pi * 150 * k * t) / k for k in range(1, 12)) * (np.sin(9 * t) > 0)
    noise = np.random.default_rng(seed).standard_normal((channels, samples))
    return np.round(4000 * hum + 600 * noise).astype(np.int16).T.copy()  # [samples, channels]


def run(session, sound, cuts, rate):
    out, place = [], 0
    for cut in cuts:
        block = sound[place : place + cut]
        place += cut
        result = session.process(block.tobytes(), rate, sound.shape[1])
        assert result.dtype == np.int16 and len(result) == block.size
        out.append(result.reshape(-1, sound.shape[1]))
    return np.concatenate(out)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8000, 16000, 24000, 44100, 48000])
def test_frames_of_any_length_have_the_streams_samples(rate, channels):
    told = Told()
    session = Session("dfn3", "f32", {}, told)
    cuts = [rate // 100, rate // 50, 1, 7, rate // 20, rate // 20 + 3, 0, rate // 33, rate // 20]
    sound = speech(sum(cuts), channels)
    found = run(session, sound, cuts, rate)
    with deepfilter.Model() as model:
        stream = model.stream(rate, channels, axis=0)
        wanted = stream.process(sound if channels > 1 else sound[:, 0]).reshape(sound.shape)
        assert session.delay_samples == stream.delay_samples
    assert np.array_equal(found, wanted)
    assert [kind for kind, _ in told] == ["info"]
    assert f"{session.delay_samples} samples" in told[0][1]


def test_what_is_switched_off_goes_on_with_the_same_delay():
    rate, frame = 16000, 320
    told = Told()
    session = Session("dfn3", "f32", {}, told)
    sound = speech(frame * 100)
    stream = deepfilter.Model().stream(rate)
    found, wanted = [], []
    for i in range(100):
        if i in (40, 70):
            session.enhancing = stream.bypass = i == 40
            session.enhancing = i == 70
        block = sound[i * frame : (i + 1) * frame]
        found.append(session.process(block.tobytes(), rate, 1))
        wanted.append(stream.process(block[:, 0]))
    found = np.concatenate(found)
    assert np.array_equal(found, np.concatenate(wanted))
    delay = session.delay_samples
    # From a hop after the switch to the next one, the output is the input.
    off = slice(44 * frame, 70 * frame)
    assert np.array_equal(found[off], sound[off.start - delay : off.stop - delay, 0])
    # And no step between two samples is larger than those of the sound itself.
    steps = np.abs(np.diff(found.astype(int)))
    assert steps.max() <= np.abs(np.diff(sound[:, 0].astype(int))).max()


def test_an_impulse_comes_after_the_told_delay():
    for rate in (16000, 24000):
        session = Session("dfn3", "f32", {"atten_lim_db": 0}, Told())
        sound = np.zeros((rate, 1), np.int16)
        sound[4000] = 20000
        found = run(session, sound, [rate // 50] * 50, rate)
        assert int(np.argmax(np.abs(found.astype(int)))) == 4000 + session.delay_samples


def test_another_form_begins_a_new_stream_and_says_so():
    told = Told()
    session = Session("dfn3", "f32", {}, told)
    sound = speech(1600, 2)
    session.process(sound[:, :1].tobytes(), 16000, 1)
    first = session.stream
    found = run(session, sound, [800, 800], 48000)
    assert session.stream is not first
    assert np.array_equal(found, deepfilter.Model().stream(48000, 2, axis=0).process(sound))
    assert [kind for kind, _ in told] == ["info", "warning"]
    assert "16000 Hz, 1 channel to 48000 Hz, 2 channels" in told[1][1]


def test_nothing_raises_once_a_session_is_made_and_is_told_once():
    told = Told()
    session = Session("dfn3", "f32", {}, told)
    frame = np.zeros(160, np.int16)
    for _ in range(3):
        assert session.process(frame.tobytes(), 4000, 1) is None
        assert session.process(frame.tobytes(), 16000, 17) is None
        assert session.process("no bytes", 16000, 1) is None
    session.change({"attn": 3, "level": "loud"})
    session.change({"attn": 3, "post_filter": "much"})
    sentences = [sentence for _, sentence in told if "sound has changed" not in sentence]
    assert len(sentences) == len(set(sentences))
    assert any("4000 Hz" in sentence and "goes on as it comes" in sentence for _, sentence in told)
    assert sum("'attn'" in sentence for sentence in sentences) == 1
    # A half sample at the end is not touched.
    assert len(session.process(bytes(321), 16000, 1)) == 160


def test_wrong_options_raise_where_the_session_is_made():
    for options, kind in (
        ({"level": "loud"}, deepfilter.InvalidArgumentError),
        ({"channel_mode": "left"}, deepfilter.InvalidArgumentError),
    ):
        with pytest.raises(kind):
            Session("dfn3", "f32", options, Told())
    with pytest.raises(deepfilter.NotFoundError):
        Session("no such model", "f32", {}, Told())


def test_controls_hold_for_the_next_stream_too():
    session = Session("dfn3", "f32", {}, Told())
    session.process(bytes(320), 16000, 1)
    session.change({"atten_lim_db": 6, "post_filter": 0.05, "level": "auto", "enabled": False})
    assert session.stream.atten_lim_db == 6 and session.stream.bypass
    session.process(bytes(320), 24000, 1)
    assert session.stream.atten_lim_db == 6 and session.stream.bypass
    assert session.stream.post_filter == pytest.approx(0.05)


def test_reset_begins_anew_and_close_frees():
    session = Session("dfn3", "f32", {}, Told())
    sound = speech(3200)
    first = run(session, sound, [1600, 1600], 16000)
    session.reset()
    assert np.array_equal(run(session, sound, [3200], 16000), first)
    session.close()
    assert session.stream is None and session.delay_samples == 0
    assert np.array_equal(run(session, sound, [3200], 16000), first)


def test_sessions_share_a_model_and_free_it_with_the_last():
    first, second = (Session("dfn3", "f32", {}, Told()) for _ in range(2))
    other = Session("dfn3", "i8", {}, Told())
    assert first._model is second._model and first._model is not other._model
    mine = deepfilter.Model()
    assert Session(mine, "f32", {}, Told())._model is mine
    from deepfilter import _agents

    del first, second, other
    gc.collect()
    assert not [m for m in _agents._shared.values()]
    assert shared_model("dfn3", "f32") is not mine
