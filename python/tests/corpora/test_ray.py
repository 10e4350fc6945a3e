"""Ray: a cluster of two nodes, each of its own processes, whose workers and drivers are killed."""

import os
import pickle
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from corpora_helpers import (
    corpus,
    finished,
    kill,
    make_sounds,
    need,
    program,
    rows_of,
    same_sounds,
    voice,
    wait_for_rows,
)

import deepfilter


@pytest.fixture(scope="module")
def cluster():
    """Two nodes of one processor each; its address."""
    ray = need("ray")
    utils = need("ray.cluster_utils")
    running = utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    running.add_node(num_cpus=1)
    yield running.address
    ray.shutdown()
    running.shutdown()


def workers():
    """Processes in which Ray does a task of a corpus."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cmdline").read_bytes().startswith(b"ray::run_task"):
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def test_each_file_once_though_a_worker_and_the_driver_are_killed(cluster, tmp_path):
    paths = make_sounds(tmp_path / "in", 64, 0.4)
    bad = "s0/bad.wav"
    (tmp_path / "in" / bad).write_text("junk")
    program("enhance", tmp_path / "in", "-o", tmp_path / "wanted", check=False)
    arguments = (tmp_path / "in", tmp_path / "out", "--resume", "--ray", cluster)
    manifest = tmp_path / "out" / "manifest.jsonl"
    driver = corpus(*arguments)
    assert wait_for_rows(driver, manifest, 1)
    end = time.monotonic() + 20
    while not workers() and driver.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    for victim in workers()[:1]:
        os.kill(victim, signal.SIGKILL)
    assert wait_for_rows(driver, manifest, 24)
    assert driver.poll() is None
    kill(driver)
    before = len(rows_of(manifest))
    assert before < len(paths) + 1
    text = finished(corpus(*arguments), 3)
    assert f"{len(paths) + 1 - before} " in text or "1 failed" in text
    rows = rows_of(manifest)
    assert sorted(row["path"] for row in rows) == sorted([*paths, bad])
    assert [row["path"] for row in rows if row["status"] == "failed"] == [bad]
    same_sounds(tmp_path / "out", tmp_path / "wanted", paths)
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]


def test_a_file_that_ends_its_workers_is_a_row(cluster, tmp_path, monkeypatch):
    from deepfilter.corpus import _ray as on_ray
    from deepfilter.corpus import enhance_corpus

    paths = make_sounds(tmp_path / "in", 6)

    def deadly(job, task):
        import os

        from deepfilter.corpus._work import run_task

        if any(source.path == deadly.path for source in task.sources):
            os.kill(os.getpid(), 9)
        return run_task(job, task)

    deadly.path = paths[2]
    monkeypatch.setattr(on_ray, "run_task", deadly)
    monkeypatch.setattr(on_ray, "_TRIES", 0)
    report = enhance_corpus(tmp_path / "in", tmp_path / "out", ray=cluster)
    assert (report.done, report.failed) == (5, 1)
    (row,) = [row for row in rows_of(report.manifest) if row["status"] == "failed"]
    assert row["path"] == paths[2] and "its worker on Ray died" in row["error"]


def test_map_batches_of_samples(cluster):
    ray = need("ray")
    from deepfilter.ray import Enhance

    ray.init(address=cluster, ignore_reinit_error=True, log_to_driver=False)
    clips = [voice(0.3 + 0.1 * (i % 3), 16000, seed=i) for i in range(12)]
    rows = [{"id": i, "amplitude": clip[None], "sample_rate": 16000} for i, clip in enumerate(clips)]
    dataset = ray.data.from_items(rows).map_batches(
        Enhance,
        fn_constructor_kwargs={"atten_lim_db": 20.0},
        batch_size=4,
        compute=ray.data.ActorPoolStrategy(size=2),
        num_cpus=0.5,
    )
    made = {row["id"]: row for row in dataset.take_all()}
    assert sorted(made) == list(range(12))
    for i, clip in enumerate(clips):
        wanted = deepfilter.enhance(clip[None], 16000, atten_lim_db=20.0)
        assert np.array_equal(np.asarray(made[i]["amplitude"]), wanted)
        assert made[i]["deepfilter_error"] == ""


def test_map_batches_of_files(cluster, speech):
    ray = need("ray")
    from deepfilter.ray import Enhance

    source, wanted, paths = speech
    ray.init(address=cluster, ignore_reinit_error=True, log_to_driver=False)
    wavs = [path for path in paths if path.endswith(".wav")]
    dataset = ray.data.read_binary_files([str(source / path) for path in wavs], include_paths=True)
    dataset = dataset.map_batches(
        Enhance, fn_constructor_kwargs={"column": "bytes"}, batch_size=3,
        compute=ray.data.ActorPoolStrategy(size=1), num_cpus=0.5,
    )
    made = {Path(row["path"]).name: row["bytes"] for row in dataset.take_all()}
    assert made == {Path(path).name: (wanted / path).read_bytes() for path in wavs}


def test_a_bad_row_leaves_the_others(clips):
    from deepfilter.ray import Enhance

    column = np.empty(3, dtype=object)
    column[:] = [clips[0], np.ones((20, 4), np.float32), clips[1]]
    enhance = Enhance(rate=48000)
    made = enhance({"amplitude": column})
    assert list(made["deepfilter_error"] == "") == [True, False, True]
    assert "16 are the most" in made["deepfilter_error"][1]
    assert np.array_equal(made["amplitude"][2], deepfilter.enhance(clips[1], 48000))
    assert made["amplitude"][1].size == 0
    assert np.array_equal(
        pickle.loads(pickle.dumps(enhance))({"amplitude": column})["amplitude"][0],
        made["amplitude"][0],
    )
    with pytest.raises(deepfilter.InvalidArgumentError, match="the columns are x"):
        enhance({"x": column})
