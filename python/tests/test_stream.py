"""Live streams."""

import copy
import pickle
import threading
import time

import numpy as np
import pytest
from conftest import RATE, VECTORS, snr_db, voice

import deepfilter


def in_blocks(stream, sound, lengths):
    """The sound through the stream, with its delay taken away."""
    parts, place = [], 0
    while place < sound.shape[-1]:
        count = next(lengths)
        parts.append(stream.process(sound[..., place : place + count]))
        place += count
    parts.append(stream.flush())
    return np.concatenate(parts, axis=-1)[..., stream.delay_samples :]


def odd(seed=0, most=2000):
    random = np.random.default_rng(seed)
    while True:
        yield int(random.integers(0, most))


@pytest.mark.parametrize("rate", [16000, 48000])
@pytest.mark.parametrize("channels", [1, 2])
def test_odd_blocks_make_the_whole(model, rate, channels):
    sound = np.stack([voice(1.5, rate, seed) for seed in range(channels)])
    whole = model.enhance(sound, rate, level="keep")
    with model.stream(rate, channels, level="keep") as stream:
        assert np.array_equal(in_blocks(stream, sound, odd()), whole)


def test_official_real_time_vectors(model, noisy):
    stream = model.stream(profile="libdf", level="keep", block_multiple=480)
    wanted = np.load(VECTORS / "dfn3" / "rt_wav.npy")
    found = np.concatenate([stream.process(noisy[i : i + 480]) for i in range(0, len(noisy), 480)])
    assert stream.delay_samples == 1440 and snr_db(wanted, found) >= 100


def test_facts(model):
    stream = model.stream(16000, 2)
    assert (stream.rate, stream.channels) == (16000, 2)
    assert stream.delay_samples == model.delay_samples(16000, channels=2) > 480
    assert model.delay_samples(block_multiple=480) < model.delay_samples()
    assert model.sample_rate == 48000 and model.hop_samples == 480 and model.name == "dfn3"
    assert model.stream(work_mode="spread").delay_samples > model.stream().delay_samples


def test_local_snr_follows_the_sound(model):
    stream = model.stream()
    noise = np.random.default_rng(0).standard_normal(9600)
    stream.process((0.1 * noise).astype(np.float32))
    low = stream.local_snr_db
    stream.process(voice(0.3))
    values = stream.local_snrs_db()
    assert max(values) > low + 10
    assert 1 <= len(values) <= 32 and values[-1] == np.float32(stream.local_snr_db)


@pytest.mark.parametrize("kind", [np.float32, np.int16])
def test_output_in_place(model, kind):
    sound = (voice(0.5) * (32767 if kind == np.int16 else 1)).astype(kind)
    wanted = model.stream().process(sound)
    for shape in ((-1,), (1, -1)):
        block = sound.copy().reshape(shape)
        stream = model.stream()
        assert stream.process(block, out=block) is block
        assert np.array_equal(block.reshape(-1), wanted)
    with pytest.raises(deepfilter.InvalidArgumentError, match="out must be"):
        model.stream().process(sound, out=np.empty(3, kind))


@pytest.mark.parametrize("kind", [np.float32, np.int16])
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_every_way_of_a_block_gives_the_same(model, kind, channels):
    sound = np.stack([voice(0.2, seed=seed) for seed in range(channels)])
    sound = (sound * (32767 if kind == np.int16 else 1)).astype(kind)
    if channels == 1:
        sound = sound[0]
    locked = sound.copy()
    locked.flags.writeable = False
    scattered = np.repeat(sound, 2, axis=-1)[..., ::2]  # in no library's order
    columns = np.asfortranarray(sound)
    found = []
    for block in (sound, locked, scattered, columns):
        stream = model.stream(channels=channels)
        stream.process(block[..., :0])
        parts = [stream.process(block), stream.flush(5000)]
        found.append(np.concatenate(parts, axis=-1))
        assert all(part.dtype == kind and part.flags.writeable for part in parts)
        assert parts[0].shape == block.shape and np.array_equal(block, sound)
    stream = model.stream(channels=channels)
    found.append(np.concatenate([stream.process(sound, out=sound), stream.flush(5000)], axis=-1))
    assert all(np.array_equal(each, found[0]) for each in found)


def test_int16_is_what_the_library_makes(model):
    sound = (voice(0.6) * 32767).astype(np.int16)
    stream, as_float = model.stream(), model.stream()
    found = np.concatenate([stream.process(sound), stream.flush()])
    floats = sound.astype(np.float32) / 32768
    wanted = np.concatenate([as_float.process(floats), as_float.flush()])
    assert found.dtype == np.int16
    assert np.array_equal(found, np.clip(np.rint(wanted * 32768), -32768, 32767).astype(np.int16))


def test_interleaved_blocks(model):
    sound = np.stack([voice(0.5, seed=1), voice(0.5, seed=2)], axis=1)  # [N, C]
    stream, planar = model.stream(channels=2, axis=0), model.stream(channels=2)
    found = np.concatenate([stream.process(sound[:7000]), stream.process(sound[7000:]), stream.flush()])
    wanted = np.concatenate([planar.process(sound.T), planar.flush()], axis=1)
    assert found.shape == wanted.T.shape and np.array_equal(found, wanted.T)


def test_reset_flush_and_their_order(model):
    sound = voice(0.3)
    stream = model.stream()
    first = stream.process(sound)
    stream.flush(100)
    with pytest.raises(deepfilter.StateError, match="reset"):
        stream.process(sound)
    stream.reset()
    assert np.array_equal(stream.process(sound), first)


def test_save_restore_copy(model):
    sound = voice(1.0)
    stream = model.stream(atten_lim_db=20)
    stream.process(sound[:20000])
    state, twin = stream.save(), stream.copy()
    wanted = stream.process(sound[20000:])
    assert np.array_equal(twin.process(sound[20000:]), wanted)
    assert twin.atten_lim_db == 20
    other = model.stream(atten_lim_db=20)
    other.restore(state)
    assert np.array_equal(other.process(sound[20000:]), wanted)
    with pytest.raises(deepfilter.CorruptError):
        other.restore(b"no state")
    with pytest.raises(deepfilter.MismatchError):
        model.stream(16000).restore(state)


def test_copies_are_streams_of_their_own(model):
    stream = model.stream()
    for copied in (copy.copy(stream), copy.deepcopy(stream)):
        sound = voice(0.3)
        assert np.array_equal(copied.process(sound), stream.copy().process(sound))
    with pytest.raises(TypeError):
        pickle.dumps(stream)


def test_controls_refuse_what_the_constructor_refuses(model):
    stream = model.stream()
    for beta in (5, -0.1, float("nan")):
        with pytest.raises(ValueError):
            stream.post_filter = beta
    with pytest.raises(ValueError):
        stream.set_level(100)
    with pytest.raises(AttributeError):
        stream.atten_limit_db = 12  # atten_lim_db


def test_controls(model):
    sound = voice(1.5)
    stream = model.stream()
    stream.bypass = True
    found = np.concatenate([stream.process(sound), stream.flush()])[stream.delay_samples :]
    # The output fades to the input within the first hops, and is then the input bit for bit.
    assert stream.bypass and np.array_equal(found[4800:], sound[4800:])
    stream.bypass = False
    stream.atten_lim_db = 12
    stream.post_filter = True
    stream.set_thresholds_db(-15, 30, 35)
    stream.set_level(6.0)
    assert stream.atten_lim_db == 12 and stream.post_filter == np.float32(0.02)
    stream.reset()
    stream.process(sound)
    assert stream.level_gain_db == 6.0
    for value in ("loud", None, float("nan")):
        with pytest.raises(deepfilter.InvalidArgumentError):
            stream.set_level(value)
    stream.atten_lim_db = None
    assert stream.atten_lim_db == 100


def test_closed_objects_say_so(model):
    stream = model.stream()
    stream.close()
    stream.close()
    for use in (
        lambda: stream.process(np.zeros(10, np.float32)),
        lambda: stream.process(np.zeros(10, np.float64)),
        lambda: stream.flush(),
        lambda: stream.delay_samples,
        lambda: stream.save(),
        lambda: stream.copy(),
        lambda: stream.reset(),
        lambda: stream.local_snrs_db(),
    ):
        with pytest.raises(deepfilter.StateError, match="closed"):
            use()
    assert "closed" in repr(stream)
    other = deepfilter.Model()
    kept = other.stream()
    other.close()
    kept.process(np.zeros(480, np.float32))
    for use in (lambda: other.stream(), lambda: other.name, lambda: other.enhance(np.zeros(9), RATE)):
        with pytest.raises(deepfilter.StateError, match="closed"):
            use()


def test_wrong_blocks(model):
    stream = model.stream(channels=2)
    for shape in ((100,), (3, 100), (100, 2), (1, 2, 100)):
        with pytest.raises(deepfilter.InvalidArgumentError, match="2 channels"):
            stream.process(np.zeros(shape, np.float32))
    whole_hops = model.stream(block_multiple=480)
    with pytest.raises(deepfilter.InvalidArgumentError, match="480"):
        whole_hops.process(np.zeros(100, np.float32))


def test_one_stream_on_many_threads_is_taken_in_turns(model):
    stream = model.stream()
    block = voice(0.05)
    failures = []

    def work():
        try:
            for _ in range(50):
                stream.process(block)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_closing_while_others_work_does_no_harm(model):
    streams = [model.stream() for _ in range(4)]
    block = voice(0.02)

    def work(stream):
        try:
            while True:
                stream.process(block)
                time.sleep(0.001)
        except deepfilter.StateError:
            pass

    threads = [threading.Thread(target=work, args=(stream,)) for stream in streams]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    for stream in streams:
        stream.close()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
