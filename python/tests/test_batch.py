"""Many streams at once."""

import numpy as np
import pytest
from conftest import voice

import deepfilter


def test_each_stream_has_the_bits_it_has_alone(model):
    random = np.random.default_rng(3)
    makers = [
        dict(),
        dict(channels=2),
        dict(rate=16000),
        dict(profile="libdf"),
        dict(axis=0, channels=2),
        dict(work_mode="spread"),
    ]
    alone = [model.stream(**maker) for maker in makers]
    together = [model.stream(**maker) for maker in makers]
    kinds = [np.float32, np.float32, np.int16, np.float64, np.float32, np.float16]
    with model.batch(16) as batch:
        assert batch.max_channels == 16
        for _ in range(12):
            blocks = []
            for stream, maker, kind in zip(alone, makers, kinds):
                sound = (0.1 * random.standard_normal((stream.channels, random.integers(0, 1500))))
                sound = sound[0] if stream.channels == 1 else sound
                sound = sound.T if maker.get("axis") == 0 else sound
                blocks.append((sound * (32767 if kind == np.int16 else 1)).astype(kind))
            found = batch.process(together, blocks)
            for stream, block, output in zip(alone, blocks, found):
                wanted = stream.process(block)
                assert output.dtype == block.dtype and np.array_equal(output, wanted)
        for one, other in zip(alone, together):
            assert np.array_equal(one.flush(), other.flush())
        # Streams come and go, in any order.
        for stream in alone + together:
            stream.reset()
        blocks = [(0.1 * random.standard_normal(700)).astype(np.float32) for _ in range(2)]
        found = batch.process([together[3], together[0]], blocks)
        assert np.array_equal(found[0], alone[3].process(blocks[0]))
        assert np.array_equal(found[1], alone[0].process(blocks[1]))
        assert batch.process([], []) == []


def test_wrong_calls_do_nothing(model):
    streams = [model.stream() for _ in range(3)]
    block = voice(0.1)
    batch = model.batch(2)
    for error, use in (
        (deepfilter.LimitError, lambda: batch.process(streams, [block] * 3)),
        (deepfilter.InvalidArgumentError, lambda: batch.process(streams, [block])),
        (deepfilter.InvalidArgumentError, lambda: batch.process([streams[0]] * 2, [block] * 2)),
        (deepfilter.MismatchError, lambda: batch.process([model.stream(precision="f16")], [block])),
        (deepfilter.InvalidArgumentError, lambda: model.batch(0)),
        (deepfilter.InvalidArgumentError, lambda: model.batch(5000)),
    ):
        with pytest.raises(error):
            use()
    flushed = model.stream()
    flushed.flush()
    with pytest.raises(deepfilter.StateError):
        batch.process([flushed], [block])
    assert np.array_equal(batch.process(streams[:2], [block] * 2)[1], model.stream().process(block))
    batch.close()
    with pytest.raises(deepfilter.StateError, match="closed"):
        batch.process(streams[:1], [block])
