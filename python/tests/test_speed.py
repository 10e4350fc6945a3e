"""What a call costs beside the library's own work. Bounds leave room for a busy machine; the figures
of docs/python.md are printed with -s."""

import ctypes
import time

import numpy as np
import pytest


def least_us(*works, calls=50, rounds=600):
    """The least time of a call of each in many rounds, which is what it takes when nothing disturbs
    it. Rounds are short, so that some fit between a busy machine's other work, and taken in turns, so
    that all works meet the same clock rates."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for i, work in enumerate(works):
            begin = time.perf_counter()
            for _ in range(calls):
                work()
            best[i] = min(best[i], (time.perf_counter() - begin) / calls)
    return [1e6 * least for least in best]


@pytest.fixture
def nothing():
    """A C function that does nothing."""
    function = ctypes.CDLL(None).getpid
    function.restype = None
    function.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_size_t]
    return function


@pytest.mark.parametrize(
    "name, kind, shape",
    [
        ("float32, one channel", np.float32, (480,)),
        ("int16, one channel", np.int16, (480,)),
        ("float32, two channels", np.float32, (2, 480)),
        ("int16, two channels", np.int16, (2, 480)),
    ],
)
def test_overhead_of_a_block_of_10_ms(model, nothing, name, kind, shape):
    stream = model.stream(channels=1 if len(shape) == 1 else shape[0])
    for way in ("_interleaved", "_interleaved_i16", "_planar", "_planar_i16"):
        setattr(stream, way, nothing)
    block = np.zeros(shape, kind)
    bare, whole = least_us(lambda: nothing(1, 2, 3, 480), lambda: stream.process(block))
    overhead = whole - bare
    print(f"\n{name}: {overhead:.2f} us beside the C call ({bare:.2f} us)")
    # A block is 10000 us long.
    assert overhead < 5 * max(1.0, bare / 0.5)
