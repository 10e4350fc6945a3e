"""Threads, interrupts, forks and worker processes."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from conftest import RATE, voice

import deepfilter

LONG = np.zeros(600 * RATE, np.float32)  # ten seconds of work and more


def test_an_exception_in_progress_ends_the_work(model):
    class Enough(Exception):
        pass

    def progress(done, total):
        raise Enough(done)

    begin = time.monotonic()
    with pytest.raises(Enough):
        model.enhance(LONG, RATE, progress=progress)
    assert time.monotonic() - begin < 5

    caught = []

    def elsewhere():
        try:
            model.enhance(LONG, RATE, progress=progress)
        except BaseException as error:
            caught.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert isinstance(caught[0], Enough)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("clips", ["noise", "[noise] * 3"])
def test_ctrl_c_ends_a_long_enhance(clips):
    program = f"""
import sys, time
import numpy, deepfilter
noise = 0.1 * numpy.random.default_rng(0).standard_normal(48000 * 900).astype("f4")
model = deepfilter.Model()
print("begin", flush=True)
try:
    model.enhance({clips}, 48000, level="keep")
except KeyboardInterrupt:
    print("interrupted", flush=True)
model.enhance(noise[:1000], 48000)
print("alive", flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "begin\n"
        time.sleep(0.5)
        begin = time.monotonic()
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == "interrupted\n"
        assert time.monotonic() - begin < 5
        assert child.stdout.readline() == "alive\n"
        assert child.wait(30) == 0
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def seconds_of(work, threads):
    runners = [threading.Thread(target=work) for _ in range(threads)]
    begin = time.perf_counter()
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    return time.perf_counter() - begin


def test_calls_release_the_interpreters_lock(model):
    """While the library works, Python runs elsewhere: a thread counts on at its usual pace."""
    sound = voice(20)
    counts, ended = [0], threading.Event()

    def count():
        while not ended.is_set():
            counts[0] += 1
            time.sleep(0.001)

    counter = threading.Thread(target=count)
    counter.start()
    begin = time.perf_counter()
    model.stream().process(sound)
    took = time.perf_counter() - begin
    ended.set()
    counter.join()
    # A call that kept the lock would let it count once or twice. A busy machine slows it down.
    assert counts[0] > 20 * took and counts[0] >= 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_models_and_streams_outlive_a_fork(model):
    sound = voice(0.5)
    stream = model.stream()
    stream.process(sound)
    twin = stream.copy()
    wanted = twin.process(sound).tobytes(), deepfilter.enhance(sound, RATE).tobytes()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, b"1" if stream.process(sound).tobytes() == wanted[0] else b"0")
            os.write(writer, b"1" if deepfilter.enhance(sound, RATE).tobytes() == wanted[1] else b"0")
        finally:
            os._exit(0)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    assert status == 0 and os.read(reader, 10) == b"11"
    os.close(reader)


def test_a_model_is_pickled_by_its_source(model, tmp_path):
    again = pickle.loads(pickle.dumps(model))
    assert (again.name, again.precision) == (model.name, model.precision)
    sound = voice(0.2)
    assert np.array_equal(again.enhance(sound, RATE), model.enhance(sound, RATE))
    half = pickle.loads(pickle.dumps(deepfilter.Model(precision="f16")))
    assert half.precision == "f16"


def worker(task):
    model, sound = task
    return model.enhance(sound, RATE)


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_worker_processes(model, method):
    import multiprocessing

    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method}")
    sounds = [voice(0.2, seed=seed) for seed in range(3)]
    with multiprocessing.get_context(method).Pool(2) as pool:
        found = pool.map(worker, [(model, sound) for sound in sounds])
    assert all(np.array_equal(a, model.enhance(b, RATE)) for a, b in zip(found, sounds))


def test_a_model_by_name_is_opened_once():
    from deepfilter._model import model_of

    assert model_of("dfn3") is model_of("dfn3")
    assert model_of("dfn3", "f16") is not model_of("dfn3")


def test_many_objects_are_freed(model):
    resource = pytest.importorskip("resource")
    block = voice(0.02)

    def use():
        stream = model.stream()
        stream.process(block)
        model.enhance(block, RATE)
        model.batch(2).process([stream], [block])

    for _ in range(30):
        use()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(200):
        use()
    # A stream has more than 100 kB.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10000
