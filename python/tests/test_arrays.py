"""What samples may be, and what comes back."""

import array
import sys

import numpy as np
import pytest
from conftest import RATE, snr_db, voice

import deepfilter


@pytest.fixture(scope="module")
def sound():
    return voice(0.5)


@pytest.fixture(scope="module")
def clean(model, sound):
    return model.enhance(sound, RATE)


@pytest.mark.parametrize("kind, least_db", [("f4", np.inf), ("f8", np.inf), ("f2", 50), ("i2", 50)])
def test_types(model, sound, clean, kind, least_db):
    scale = 32768 if kind == "i2" else 1
    samples = (sound * (scale - (scale > 1))).astype(kind)
    found = model.enhance(samples, RATE)
    assert found.dtype == samples.dtype and found.shape == samples.shape
    assert snr_db(clean, found.astype(np.float64) / scale) >= min(least_db, 300)
    in_blocks = model.stream(level="auto").process(samples)
    assert in_blocks.dtype == samples.dtype


def test_float64_is_computed_as_float32(model, sound, clean):
    assert np.array_equal(model.enhance(sound.astype(np.float64), RATE).astype(np.float32), clean)


@pytest.mark.parametrize("kind", ["i4", "u1", "c8", "?", "i8"])
def test_types_without_a_known_full_scale(model, kind):
    with pytest.raises(deepfilter.SampleTypeError, match="float32, float64 or float16"):
        model.enhance(np.zeros(100, kind), RATE)
    with pytest.raises(TypeError):
        model.stream().process(np.zeros(100, kind))


def test_what_is_no_array(model):
    for value in ("text", None, object(), {"a": 1}, 3.0):
        with pytest.raises(deepfilter.DeepFilterError):
            model.enhance(value, RATE)


def test_any_memory_layout(model, sound, clean):
    every_other = np.repeat(sound, 2)[::2]
    backwards = sound[::-1].copy()[::-1]
    column = np.asfortranarray(np.stack([sound, sound]))
    big_endian = sound.astype(">f4")
    unaligned = np.frombuffer(b"\0" + sound.tobytes(), np.uint8)[1:].view(np.float32)
    for samples in (every_other, backwards, column, big_endian, unaligned):
        found = model.enhance(samples, RATE)
        assert found.dtype == samples.dtype and found.shape == samples.shape
        assert np.array_equal(np.atleast_2d(found)[-1], clean)
        stream = model.stream(channels=samples.ndim)
        for part in (stream.process(samples), stream.flush()):
            assert part.dtype == samples.dtype and part.ndim == samples.ndim


def test_contiguous_float32_is_not_copied(sound):
    from deepfilter._arrays import Arrival

    assert np.shares_memory(Arrival(sound).planes, sound)
    assert np.shares_memory(Arrival(np.stack([sound, sound])[:, :100]).planes, sound) is False


def test_lists_of_numbers_and_buffers(model, sound, clean):
    some = sound[:3000].tolist()
    assert isinstance(model.enhance(some, RATE), np.ndarray)
    for buffer in (array.array("f", sound), memoryview(sound)):
        assert np.array_equal(model.enhance(buffer, RATE), clean)


class OnlyArray:
    """An object with __array__ and nothing else."""

    def __init__(self, samples):
        self.samples = samples

    def __array__(self, dtype=None, copy=None):
        return self.samples


class Wrapped(OnlyArray):
    def __array_wrap__(self, samples, context=None, return_scalar=False):
        return Wrapped(samples)


class Namespace:
    @staticmethod
    def from_dlpack(samples):
        return Dlpack(np.from_dlpack(samples))


class Dlpack:
    """An object of the array API's kind, which shows its samples by DLPack alone."""

    def __init__(self, samples):
        self.samples = samples

    def __dlpack__(self, **options):
        return self.samples.__dlpack__()

    def __dlpack_device__(self):
        return self.samples.__dlpack_device__()

    def __array_namespace__(self, api_version=None):
        return Namespace


def test_foreign_arrays_come_back_as_they_were(model, sound, clean):
    found = model.enhance(OnlyArray(sound), RATE)
    assert type(found) is np.ndarray and np.array_equal(found, clean)
    found = model.enhance(Wrapped(sound), RATE)
    assert type(found) is Wrapped and np.array_equal(found.samples, clean)
    if not hasattr(np, "from_dlpack"):
        pytest.skip("this numpy has no DLPack")
    found = model.enhance(Dlpack(sound), RATE)
    assert type(found) is Dlpack and np.array_equal(found.samples, clean)
    stream = model.stream()
    assert type(stream.process(Dlpack(sound))) is Dlpack and type(stream.flush()) is Dlpack
    mixed = model.enhance([Wrapped(sound), sound, Dlpack(sound)], RATE)
    assert [type(clip) for clip in mixed] == [Wrapped, np.ndarray, Dlpack]


def test_subclasses_of_arrays(model, sound, clean):
    masked = np.ma.masked_array(sound)
    assert isinstance(model.enhance(masked, RATE), np.ma.MaskedArray)


def test_no_array_library_is_imported():
    if "torch" in sys.modules:
        pytest.skip("torch is imported by another test")
    assert not {"torch", "jax", "cupy", "tensorflow"} & set(sys.modules)


def test_torch_tensors(model, sound, clean):
    torch = pytest.importorskip("torch")
    for kind in (torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int16):
        scale = 32767 if kind == torch.int16 else 1
        samples = (torch.from_numpy(sound) * scale).to(kind)
        found = model.enhance(samples, RATE)
        assert isinstance(found, torch.Tensor) and found.dtype == kind
        assert found.shape == samples.shape and found.device == samples.device
    plain = model.enhance(torch.from_numpy(sound).requires_grad_(), RATE)
    assert np.array_equal(plain.numpy(), clean) and not plain.requires_grad
    stream = model.stream()
    assert isinstance(stream.process(torch.from_numpy(sound)), torch.Tensor)
    assert isinstance(stream.flush(), torch.Tensor)
