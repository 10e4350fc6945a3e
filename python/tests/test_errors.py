"""Failures are exceptions with one sentence, of the classes that Python users expect."""

import pickle

import numpy as np
import pytest
from conftest import RATE

import deepfilter


@pytest.mark.parametrize(
    "source, kind, words",
    [
        ("no-such-model", FileNotFoundError, "no such file or folder"),
        ("/no/such/model", FileNotFoundError, "no such file or folder"),
        ("https://example.org/m.tar.gz", FileNotFoundError, "address"),
        (b"junk", deepfilter.CorruptError, "archive"),
        ({"enc.onnx": b"junk"}, deepfilter.DeepFilterError, "enc.onnx|config.ini"),
        ({}, deepfilter.DeepFilterError, "config.ini|files|model"),
        (3, deepfilter.InvalidArgumentError, "int"),
    ],
)
def test_models_that_cannot_be_opened(source, kind, words):
    with pytest.raises(kind, match=words) as caught:
        deepfilter.Model(source)
    assert isinstance(caught.value, deepfilter.DeepFilterError)
    assert "\n" not in str(caught.value) and len(str(caught.value)) > 10


def test_a_model_from_bytes_and_files(noisy):
    from deepfilter._library import packaged_model

    path = packaged_model("dfn3")
    if path is None:
        pytest.skip("the package was not installed from its wheel")
    wanted = deepfilter.enhance(noisy[:9600], RATE)
    with open(path, "rb") as file:
        content = file.read()
    assert np.array_equal(deepfilter.enhance(noisy[:9600], RATE, model=content), wanted)
    import tarfile

    with tarfile.open(path) as archive:
        files = {
            member.name: archive.extractfile(member).read()
            for member in archive.getmembers()
            if member.isfile()
        }
    opened = deepfilter.Model(files)
    assert opened.name == "dfn3" and opened.source is files
    assert np.array_equal(opened.enhance(noisy[:9600], RATE), wanted)


@pytest.mark.parametrize(
    "options",
    [
        {"rate": 0},
        {"rate": 48000.5},
        {"rate": "fast"},
        {"rate": 10**12},
        {"channels": 0},
        {"channels": 17},
        {"precision": "f64"},
        {"profile": "best"},
        {"channel_mode": 1},
        {"work_mode": []},
        {"block_multiple": 0},
        {"atten_lim_db": float("nan")},
        {"post_filter": 7},
        {"thresholds_db": (1, 2)},
        {"level": "loud"},
        {"level": 1000.0},
        {"axis": 5},
    ],
)
def test_options_out_of_range(model, options):
    with pytest.raises(ValueError) as caught:
        model.stream(**options).process(np.zeros(10, np.float32))
    assert isinstance(caught.value, deepfilter.InvalidArgumentError)


def test_every_error_can_be_pickled_and_is_one_of_ours():
    for name in deepfilter.__all__:
        kind = getattr(deepfilter, name)
        if name.endswith("Error"):
            assert issubclass(kind, deepfilter.DeepFilterError)
            again = pickle.loads(pickle.dumps(kind("a sentence")))
            assert type(again) is kind and str(again) == "a sentence"


def test_no_such_name():
    with pytest.raises(AttributeError, match="no attribute"):
        deepfilter.nothing
    assert {"enhance", "Model", "__version__"} <= set(dir(deepfilter))
