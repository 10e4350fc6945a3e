"""Adapters, each under the real package."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pytest
from corpora_helpers import need, voice, write_wav

import deepfilter

RATE = 16000


@pytest.fixture
def clip():
    return voice(0.7, RATE)


def test_lhotse(clip, tmp_path):
    lhotse = need("lhotse")
    import deepfilter.lhotse

    write_wav(tmp_path / "a.wav", clip, RATE)
    plain = lhotse.Recording.from_file(tmp_path / "a.wav")
    recording = deepfilter.lhotse.enhance(plain, atten_lim_db=20.0)
    wanted = deepfilter.enhance(plain.load_audio(), RATE, atten_lim_db=20.0)
    assert np.array_equal(recording.load_audio(), wanted)
    assert (recording.duration, recording.num_samples) == (plain.duration, plain.num_samples)
    # After a change of speed that is in the manifest before it, and before one that is after it.
    assert recording.perturb_speed(1.1).load_audio().shape == plain.perturb_speed(1.1).load_audio().shape
    transform = deepfilter.lhotse.DeepFilter()
    assert transform.reverse_timestamps(0.25, None, RATE) == (0.25, None)
    # Through a manifest on the disk, in another process.
    lhotse.RecordingSet.from_recordings([recording]).to_file(tmp_path / "recordings.jsonl")
    text = (tmp_path / "recordings.jsonl").read_text()
    assert json.loads(text)["transforms"] == [
        {"name": "DeepFilter",
         "kwargs": {"model": "dfn3", "atten_lim_db": 20.0, "level": "auto", "precision": None}}
    ]
    code = (
        "import deepfilter.lhotse, lhotse, numpy, sys\n"
        "recording = next(iter(lhotse.RecordingSet.from_file(sys.argv[1])))\n"
        "cut = recording.to_cut().truncate(offset=0.1, duration=0.3)\n"
        "numpy.save(sys.argv[2], recording.load_audio())\n"
        "assert cut.load_audio().shape == (1, 4800)\n"
    )
    loaded = str(tmp_path / "loaded.npy")
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "recordings.jsonl"), loaded], check=True
    )
    assert np.array_equal(np.load(loaded), wanted)


def test_audiomentations(clip):
    audiomentations = need("audiomentations")
    from deepfilter.audiomentations import DeepFilter

    plain = audiomentations.Compose([DeepFilter(p=1.0)])
    assert np.array_equal(plain(clip, RATE), deepfilter.enhance(clip, RATE))
    both = np.stack([clip, clip[::-1]])
    assert np.array_equal(plain(both, RATE), deepfilter.enhance(both, RATE))
    limited = DeepFilter(min_atten_lim_db=6.0, max_atten_lim_db=12.0, p=1.0)
    made = limited(clip, RATE)
    drawn = limited.serialize_parameters()["atten_lim_db"]
    assert 6.0 <= drawn <= 12.0
    assert np.array_equal(made, deepfilter.enhance(clip, RATE, atten_lim_db=drawn))
    limited.freeze_parameters()
    assert np.array_equal(limited(clip, RATE), made)
    assert DeepFilter(p=0.0)(clip, RATE) is clip
    assert "max_atten_lim_db=12.0" in repr(limited)
    assert pickle.loads(pickle.dumps(limited)).max_atten_lim_db == 12.0
    with pytest.raises(deepfilter.InvalidArgumentError, match="give both"):
        DeepFilter(min_atten_lim_db=6.0)


def test_datasets(speech, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = need("datasets")
    from deepfilter.datasets import Enhance

    source, wanted, paths = speech
    wavs = [path for path in paths if path.endswith(".wav")]
    (tmp_path / "bad.wav").write_text("junk")
    files = [str(source / path) for path in wavs] + [str(tmp_path / "bad.wav")]
    plain = datasets.Dataset.from_dict({"audio": files, "id": list(range(len(files)))})
    plain = plain.cast_column("audio", datasets.Audio(decode=False))
    made = plain.map(Enhance(), batched=True, batch_size=4)
    assert made.features["audio"] == plain.features["audio"]
    for i, path in enumerate(wavs):
        assert made[i]["audio"]["bytes"] == (wanted / path).read_bytes()
        assert made[i]["audio"]["path"] == files[i] and made[i]["id"] == i
        assert made[i]["deepfilter_error"] == ""
    assert "not a sound file" in made[len(wavs)]["deepfilter_error"]
    assert not (made[len(wavs)]["audio"] or {}).get("bytes")
    # One by one, in other processes, and from the bytes of the first.
    again = made.select(range(2)).remove_columns("deepfilter_error")
    again = again.map(Enhance(atten_lim_db=0.0, error_column=None), num_proc=2)
    assert len(again[0]["audio"]["bytes"]) == len(made[0]["audio"]["bytes"])
    # The function has one fingerprint, by which the cache of datasets knows it.
    prints = [datasets.fingerprint.Hasher.hash(Enhance(level=level)) for level in ("auto", "auto", 3.0)]
    assert prints[0] == prints[1] != prints[2]
    with pytest.raises(deepfilter.InvalidArgumentError, match=r"Audio\(decode=False\)"):
        Enhance()({"audio": [np.zeros(3)]})


def test_nemo_curator(clip):
    torch = need("torch")
    need("nemo_curator")
    from nemo_curator.pipeline import Pipeline
    from nemo_curator.stages.resources import Resources
    from nemo_curator.tasks import AudioTask

    from deepfilter.nemo_curator import DeepFilterStage

    stage = DeepFilterStage(atten_lim_db=20.0).with_(resources=Resources(cpus=0.5), batch_size=8)
    assert stage.supports_batch_processing() and stage.batch_size == 8
    pipeline = Pipeline(name="clean", stages=[pickle.loads(pickle.dumps(stage))])
    pipeline.build()
    (stage,) = pipeline.stages
    stage.setup()
    wave = torch.from_numpy(clip[None].copy())
    other = torch.from_numpy(voice(0.3, 48000)[None].copy())
    tasks = [
        AudioTask(data={"waveform": wave, "sample_rate": RATE, "text": "a"}),
        AudioTask(data={"waveform": other, "sample_rate": 48000}),
        AudioTask(data={"waveform": torch.ones(1, 8, dtype=torch.int32), "sample_rate": RATE}),
    ]
    made = stage.process_batch(tasks)
    for task, sound, rate in ((made[0], wave, RATE), (made[1], other, 48000)):
        wanted = deepfilter.enhance(sound.numpy(), rate, atten_lim_db=20.0)
        assert task.data["waveform"].dtype == torch.float32
        assert np.array_equal(task.data["waveform"].numpy(), wanted)
        assert "deepfilter_error" not in task.data
    assert made[0].data["text"] == "a"
    assert "int32" in made[2].data["deepfilter_error"]
    with pytest.raises(ValueError, match="lacks waveform"):
        stage.process(AudioTask(data={"text": "a"}))
    stage.teardown()
    with pytest.raises(deepfilter.StateError):
        stage.process(tasks[0])
