"""The package deepfilter-df: scripts for deepfilternet, over deepfilter."""

import os
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("soundfile")
pytest.importorskip("df.enhance")

import soundfile  # noqa: E402
from conftest import SOURCE, VECTORS, snr_db, voice  # noqa: E402

import deepfilter  # noqa: E402
import df  # noqa: E402
from df import _network  # noqa: E402
from df.enhance import enhance, init_df  # noqa: E402
from df.io import load_audio, resample, save_audio  # noqa: E402

OFFICIAL = np.load(Path(__file__).with_name("data") / "official.npz")
EXACT_DB = 100


def array(samples):
    return samples.numpy() if hasattr(samples, "numpy") else np.asarray(samples)


@pytest.fixture(scope="module")
def opened():
    return init_df(log_level="none")


@pytest.fixture(scope="module")
def audio():
    noisy = np.load(VECTORS / "input.npy") / 32768
    return noisy[24000 : 24000 + 4923].astype(np.float32)[np.newaxis]


# ---- The network ------------------------------------------------------------------------------


def test_output_is_the_original_packages(opened, audio):
    model, state, suffix = opened
    assert suffix == "DeepFilterNet3"
    for tag, options in (("pad", {}), ("lim12", {"atten_lim_db": 12}), ("nopad", {"pad": False})):
        wanted, found = OFFICIAL[f"plain/{tag}"], enhance(model, state, audio.copy(), **options)
        assert found.shape == wanted.shape and found.dtype == np.float32
        assert snr_db(wanted, found) >= EXACT_DB, tag
    model, state, suffix = init_df(post_filter=True, log_level="none")
    assert suffix == "DeepFilterNet3_pf"
    assert snr_db(OFFICIAL["pf/pad"], enhance(model, state, audio)) >= EXACT_DB


def test_limits_of_none_and_zero_are_none_and_signs_are_ignored(opened, audio):
    model, state, _ = opened
    plain = enhance(model, state, audio)
    assert np.array_equal(enhance(model, state, audio, atten_lim_db=0), plain)
    limited = enhance(model, state, audio, atten_lim_db=12)
    assert np.array_equal(enhance(model, state, audio, atten_lim_db=-12), limited)
    assert not np.array_equal(limited, plain)


def test_channels_are_enhanced_each_by_itself(opened):
    model, state, _ = opened
    sound = np.stack([voice(0.1, seed=i) for i in range(18)])
    found = enhance(model, state, sound)
    alone = [enhance(model, state, channel[np.newaxis])[0] for channel in sound]
    assert np.array_equal(found, np.stack(alone))


def test_lengths_that_fill_no_hop(opened):
    model, state, _ = opened
    for length in (0, 1, 479, 480, 481):
        sound = np.full((1, length), 0.1, np.float32)
        assert enhance(model, state, sound).shape == (1, length)
        assert enhance(model, state, sound, pad=False).shape == (1, length // 480 * 480)


def test_model_and_state_answer_as_scripts_ask(opened):
    model, state, _ = opened
    sizes = (state.sr(), state.fft_size(), state.hop_size(), state.nb_erb())
    assert sizes == (48000, 960, 480, 32)
    assert model.eval().to("cpu").cpu().train(False) is model and not model.training
    state.reset()
    from df.model import ModelParams

    assert ModelParams().sr == 48000 and ModelParams().nb_df == 96
    assert df.config("HOP_SIZE", cast=int, section="df") == 480
    assert df.__version__ == df.version == "0.5.6"


def test_tensors_come_back_as_tensors(opened, audio):
    torch = pytest.importorskip("torch")
    model, state, _ = opened
    found = enhance(model, state, torch.from_numpy(audio))
    assert isinstance(found, torch.Tensor)
    assert np.array_equal(found.numpy(), enhance(model, state, audio))


# ---- Model folders -----------------------------------------------------------------------------


def folder_with_checkpoints(tmp_path, names):
    source = SOURCE / "tests" / "data" / "checkpoints" / "dfn3_grouped"
    folder = tmp_path / "MyNet"
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "config.ini").write_bytes((source / "config.ini").read_bytes())
    for name in names:
        (folder / "checkpoints" / name).write_bytes((source / "model_1.ckpt").read_bytes())
    return folder


def test_a_folder_with_checkpoints(tmp_path):
    folder = folder_with_checkpoints(tmp_path, ["model_7.ckpt", "model_5.ckpt.best"])
    model, state, suffix = init_df(str(folder), log_level="none", log_file=None)
    assert suffix == "MyNet" and not list(tmp_path.rglob("*.log"))
    sound = np.random.default_rng(0).standard_normal((1, 10 * state.hop_size())) * 0.1
    assert enhance(model, state, sound.astype(np.float32)).shape == sound.shape
    init_df(str(folder), epoch=7, log_level="none")
    with pytest.raises(FileNotFoundError, match="no checkpoint of epoch 6, but 5, 7"):
        init_df(str(folder), epoch=6, log_level="none")


@pytest.mark.parametrize(
    ("names", "epoch", "chosen"),
    [
        (["model_7.ckpt", "model_5.ckpt.best"], "best", "model_5.ckpt.best"),
        (["model_7.ckpt", "model_5.ckpt.best"], "latest", "model_7.ckpt"),
        (["model_7.ckpt", "model_9.ckpt.best"], "latest", "model_9.ckpt.best"),
        (["model_7.ckpt", "model_10.ckpt"], "best", "model_10.ckpt"),
        (["model_7.ckpt", "model_10.ckpt"], 7, "model_7.ckpt"),
    ],
)
def test_which_checkpoint(tmp_path, names, epoch, chosen):
    folder = folder_with_checkpoints(tmp_path, names)
    assert os.path.basename(_network.checkpoint_of(str(folder), epoch)) == chosen


def test_models_that_are_not_there():
    with pytest.raises(NotADirectoryError, match="no such model folder"):
        init_df("no such folder")
    with pytest.raises(deepfilter.UnsupportedError, match="first version"):
        init_df("DeepFilterNet")
    with pytest.raises(NotImplementedError, match="without weights"):
        init_df(str(SOURCE / "tests" / "data" / "tiny" / "dfn3"), epoch="none")
    with pytest.raises(NotImplementedError, match="deep filter"):
        init_df(mask_only=True)


# ---- Files -------------------------------------------------------------------------------------


def test_resampling_is_torchaudios(audio):
    for name in OFFICIAL.files:
        if name.count("/") != 2:
            continue
        method, old, new = name.split("/")
        found = resample(audio[:, :241], int(old), int(new), method)
        assert found.shape == OFFICIAL[name].shape and found.dtype == np.float32
        assert snr_db(OFFICIAL[name], found) >= EXACT_DB, name
    assert resample(audio, 48000, 48000) is audio
    assert resample(audio[:, :0], 48000, 16000).shape == (1, 0)
    with pytest.raises(ValueError, match="sinc_fast"):
        resample(audio, 48000, 16000, method="soxr")


def test_files_are_read_as_the_original_reads_them(tmp_path):
    stereo = np.stack([voice(0.5, 44100), voice(0.5, 44100, seed=2)])
    path = str(tmp_path / "a.flac")
    soundfile.write(path, stereo.T, 44100, subtype="PCM_24")
    sound, info = load_audio(path)
    assert np.allclose(array(sound), stereo, atol=2**-23) and array(sound).dtype == np.float32
    assert (info.sample_rate, info.num_frames, info.num_channels) == (44100, 22050, 2)
    assert (info.bits_per_sample, info.encoding) == (24, "FLAC")
    resampled, info = load_audio(path, sr=48000, verbose=False)
    assert resampled.shape == (2, 24000) and info.sample_rate == 44100
    part, _ = load_audio(path, frame_offset=100, num_frames=50, channels_first=False)
    assert np.array_equal(array(part).T, array(sound)[:, 100:150])
    part, _ = load_audio(path, sr=22050, num_frames=500)
    assert part.shape == (2, 500)
    path = str(tmp_path / "b.wav")
    soundfile.write(path, np.array([1, -2, 300], np.int16), 16000)
    raw, info = load_audio(path, normalize=False)
    assert array(raw).tolist() == [[1, -2, 300]] and info.encoding == "PCM_S"


def test_files_are_written_as_the_original_writes_them(tmp_path):
    sound = np.array([0.0, 0.99999, -0.99999, 1.5, -1.5, 1.7 / 32768, -1.7 / 32768], np.float32)
    save_audio(str(tmp_path / "a.wav"), sound, 48000, suffix="x", output_dir=str(tmp_path))
    found, rate = soundfile.read(str(tmp_path / "a_x.wav"), dtype="int16")
    assert rate == 48000 and found.tolist() == [0, 32767, -32767, 32767, -32768, 1, -1]
    save_audio(str(tmp_path / "b.wav"), found, 48000, dtype=np.float32)
    again, _ = soundfile.read(str(tmp_path / "b.wav"), dtype="float32")
    assert np.array_equal(again, found / np.float32(32768))
    assert soundfile.info(str(tmp_path / "b.wav")).subtype == "FLOAT"
    for ending in ("flac", "ogg", "opus"):
        save_audio(str(tmp_path / f"c.{ending}"), np.zeros((2, 4800), np.float32), 48000)
        assert soundfile.info(str(tmp_path / f"c.{ending}")).channels == 2


# ---- Scripts and the command -------------------------------------------------------------------

# The calls of the original's documented example.
SCRIPT = """
from df.enhance import enhance, init_df, load_audio, save_audio
from df.utils import download_file

if __name__ == "__main__":
    model, df_state, _ = init_df()
    path = download_file({url!r}, download_dir=".")
    audio, _ = load_audio(path, sr=df_state.sr())
    enhanced = enhance(model, df_state, audio)
    save_audio("enhanced.wav", enhanced, df_state.sr())
"""


def run(arguments, folder):
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_a_script_runs(tmp_path):
    sound = voice(1.0, 44100)
    (tmp_path / "web").mkdir()
    (tmp_path / "here").mkdir()
    soundfile.write(str(tmp_path / "web" / "noisy.wav"), sound, 44100, subtype="FLOAT")
    url = (tmp_path / "web" / "noisy.wav").as_uri()
    (tmp_path / "script.py").write_text(SCRIPT.format(url=url))
    ended = run([str(tmp_path / "script.py")], tmp_path / "here")
    assert ended.returncode == 0, ended.stderr
    found, rate = soundfile.read(str(tmp_path / "here" / "enhanced.wav"), dtype="int16")
    clean = deepfilter.enhance(resample(sound, 44100, 48000), 48000, level="keep")
    assert rate == 48000 and np.array_equal(found, np.trunc(clean * 32768).astype(np.int16))


def test_the_command(tmp_path):
    sound = voice(0.5, 16000)
    for name in ("a", "b"):
        soundfile.write(str(tmp_path / f"{name}.wav"), sound, 16000)
    ended = run(["-m", "df.enhance", "a.wav", "-a", "12", "-o", "out"], tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "Enhanced noisy audio file 'a.wav'" in ended.stdout
    info = soundfile.info(str(tmp_path / "out" / "a_DeepFilterNet3.wav"))
    assert (info.samplerate, info.frames, info.subtype) == (16000, 8000, "PCM_16")
    (tmp_path / "in").mkdir()
    os.replace(tmp_path / "a.wav", tmp_path / "in" / "a.wav")
    os.replace(tmp_path / "b.wav", tmp_path / "in" / "b.wav")
    flags = ["-i", "in", "--no-suffix", "--pf", "--no-delay-compensation", "-o", "out"]
    ended = run(["-m", "df.enhance", *flags], tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "100% | " in ended.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"a.wav", "b.wav"}
    ended = run(["-m", "df.enhance", "-v"], tmp_path)
    assert ended.stdout.strip() == "DeepFilterNet 0.5.6"
    for flags, words in (
        (["in/a.wav", "-m", "nowhere"], "no such model folder"),
        (["missing.wav"], "missing.wav"),
        ([], "give sound files"),
        (["in/a.wav", "-e", "x"], "is no epoch"),
    ):
        ended = run(["-m", "df.enhance", *flags], tmp_path)
        assert ended.returncode != 0 and words in ended.stderr and "Traceback" not in ended.stderr


# ---- What is not here --------------------------------------------------------------------------


def test_training_is_refused_by_name(opened):
    model, state, _ = opened
    lines = ["import libdf", "from libdf import DF"]
    if any(each.metadata["Name"].lower() == "deepfilterlib" for each in distributions()):
        lines = []  # who has the original's library can import it
    for line in (
        *lines,
        "import df.train",
        "import df.modules",
        "import df.deepfilternet3",
        "from df.enhance import df_features",
        "from df.model import init_model",
        "from df.utils import as_complex",
    ):
        with pytest.raises(ImportError, match="use the package deepfilternet"):
            exec(line, {})
    for thing, name in ((model, "parameters"), (model, "state_dict"), (state, "analysis")):
        assert not hasattr(thing, name)
        with pytest.raises(AttributeError, match=f"no {name} here"):
            getattr(thing, name)
    with pytest.raises(NotImplementedError, match="df.enhance.enhance"):
        model(None, None, None)
    with pytest.raises(NotImplementedError, match="trained"):
        model.train()
