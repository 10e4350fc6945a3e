"""Whole sounds in memory."""

import numpy as np
import pytest
from conftest import RATE, VECTORS, read_wav, snr_db, voice, write_wav

import deepfilter


def test_official_vectors(noisy):
    wanted = np.load(VECTORS / "dfn3" / "wav.npy")
    assert snr_db(wanted, deepfilter.enhance(noisy, RATE, level="keep")) >= 100


@pytest.mark.parametrize("level", ["auto", "keep", 6.0])
@pytest.mark.parametrize("channels", [1, 2])
def test_same_bits_as_the_program(tmp_path, level, channels):
    # So quiet that "auto" has something to do.
    sound = 0.01 * np.stack([voice(2.3, seed=c) for c in range(channels)])
    sound = sound.astype(np.float32)
    write_wav(tmp_path / "in.wav", sound)
    deepfilter.enhance_file(tmp_path / "in.wav", tmp_path / "out.wav", level=level)
    assert np.array_equal(read_wav(tmp_path / "out.wav"), deepfilter.enhance(sound, RATE, level=level))


def test_every_option_of_the_program_has_the_same_bits(tmp_path):
    sound = voice(1.1)
    write_wav(tmp_path / "in.wav", sound)
    for options in (
        {"atten_lim_db": 12},
        {"post_filter": True},
        {"profile": "libdf", "level": "keep", "thresholds_db": (-10, 20, 30)},
        {"precision": "f16"},
        {"precision": "i8"},
        {"silence_skip": True},
    ):
        deepfilter.enhance_file(
            tmp_path / "in.wav", tmp_path / "out.wav", overwrite=True, **options
        )
        if options.get("profile") == "libdf":
            options = {**options, "channel_mode": "linked"}  # the program's default there
        assert np.array_equal(
            read_wav(tmp_path / "out.wav")[0], deepfilter.enhance(sound, RATE, **options)
        ), options


def test_noise_goes_and_length_stays():
    noise = (0.05 * np.random.default_rng(0).standard_normal(3 * RATE)).astype(np.float32)
    clean = deepfilter.enhance(noise, RATE)
    assert clean.shape == noise.shape
    assert np.std(clean[RATE:]) < 0.1 * np.std(noise)


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 96000])
def test_other_rates_keep_their_length(rate):
    sound = voice(0.7, rate)
    clean = deepfilter.enhance(sound, rate)
    assert clean.shape == sound.shape and clean.dtype == np.float32
    assert np.isfinite(clean).all() and np.std(clean) > 0


def test_lists_and_batches_have_the_bits_of_single_clips(model, clips):
    alone = [model.enhance(clip, RATE) for clip in clips]
    for threads in (1, 3):
        together = deepfilter.enhance(clips, RATE, model=model, threads=threads)
        assert isinstance(together, list)
        assert all(np.array_equal(a, b) for a, b in zip(alone, together))
    as_tuple = model.enhance(tuple(clips), RATE)
    assert isinstance(as_tuple, tuple) and np.array_equal(as_tuple[2], alone[2])
    block = np.stack([clip[:10000] for clip in clips])[:, np.newaxis]
    enhanced = model.enhance(block, RATE)
    assert enhanced.shape == block.shape
    for one, clip in zip(enhanced, block):
        assert np.array_equal(one[0], model.enhance(clip[0], RATE))


def test_a_list_may_mix_kinds(model, clips):
    stereo = np.stack([clips[3], clips[3][::-1]])
    mixed = [clips[0].astype(np.float64), stereo, (clips[1] * 32767).astype(np.int16), clips[2][:0]]
    found = model.enhance(mixed, RATE)
    assert [clip.dtype for clip in found] == [clip.dtype for clip in mixed]
    assert [clip.shape for clip in found] == [clip.shape for clip in mixed]
    assert np.array_equal(found[1], model.enhance(stereo, RATE))


def test_channels_are_independent_and_ordered(model):
    left, right = voice(0.5, seed=1), voice(0.5, seed=2)
    both = model.enhance(np.stack([left, right]), RATE)
    assert np.array_equal(both[0], model.enhance(left, RATE))
    assert np.array_equal(both[1], model.enhance(right, RATE))
    assert model.enhance(np.stack([left] * 4), RATE).shape == (4, len(left))


def test_axis(model):
    planar = np.stack([voice(0.3, seed=1), voice(0.3, seed=2)])
    wanted = model.enhance(planar, RATE)
    for layout in (planar.T, np.ascontiguousarray(planar.T)):
        found = model.enhance(layout, RATE, axis=0)
        assert found.shape == layout.shape and np.array_equal(found.T, wanted)
    with pytest.raises(deepfilter.InvalidArgumentError, match="axis=0"):
        model.enhance(planar.T, RATE)
    with pytest.raises(deepfilter.InvalidArgumentError, match="axis is 2"):
        model.enhance(planar, RATE, axis=2)


def test_empty_sounds(model):
    for shape in ((0,), (2, 0), (0, 2, 100), (3, 1, 0)):
        assert model.enhance(np.zeros(shape, np.float32), RATE).shape == shape
    assert model.enhance([], RATE) == []


def test_no_number_counts_as_silence(model):
    sound = voice(0.5)
    broken, mended = sound.copy(), sound.copy()
    for i, value in enumerate([np.nan, np.inf, -np.inf, 1e30]):
        broken[5000 + 40 * i], mended[5000 + 40 * i] = value, 0
    found = model.enhance(broken, RATE)
    assert np.isfinite(found).all() and np.array_equal(found, model.enhance(mended, RATE))


def test_input_is_only_read(model):
    sound = voice(0.3)
    before = sound.copy()
    sound.flags.writeable = False
    assert not np.shares_memory(model.enhance(sound, RATE), sound)
    assert np.array_equal(sound, before)


def test_limits_of_strength(model):
    sound = voice(1.0)
    assert snr_db(sound, model.enhance(sound, RATE, atten_lim_db=0)) > 100
    full = np.std(sound - model.enhance(sound, RATE))
    limited = np.std(sound - model.enhance(sound, RATE, atten_lim_db=6))
    assert 0 < limited < full


def test_progress_counts_to_the_end(model, clips):
    steps = []
    long = np.concatenate([clips[0]] * 40)
    model.enhance(long, RATE, progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (len(long), len(long)) and steps == sorted(steps)
    steps.clear()
    model.enhance(clips, RATE, progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (sum(map(len, clips)),) * 2 and steps == sorted(steps)


def test_speech_level_is_that_of_auto():
    sound = voice(2.0)
    loud, quiet = (deepfilter.speech_level_db(gain * sound, RATE) for gain in (1, 0.1))
    assert abs(loud - quiet - 20) < 0.1
    assert deepfilter.speech_level_db(np.zeros(RATE, np.float32), RATE) == -np.inf
