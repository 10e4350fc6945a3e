"""Sound files, and the command, by the packaged program."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from conftest import RATE, read_wav, voice, write_wav

import deepfilter


@pytest.fixture
def noisy_wav(tmp_path):
    write_wav(tmp_path / "noisy.wav", np.stack([voice(1.0, seed=1), voice(1.0, seed=2)]))
    return tmp_path / "noisy.wav"


def test_report_and_output(noisy_wav, tmp_path):
    report = deepfilter.enhance_file(noisy_wav, tmp_path / "clean.wav")
    assert report["model"]["variant"] == "dfn3" and report["seconds"] == 1.0
    assert report["files"][0]["output"] == str(tmp_path / "clean.wav")
    assert read_wav(tmp_path / "clean.wav").shape == (2, RATE)
    assert deepfilter.enhance_file(str(noisy_wav), str(tmp_path / "mono.wav"), channel_mode="downmix")
    assert read_wav(tmp_path / "mono.wav").shape == (1, RATE)


@pytest.mark.parametrize("extension", ["flac", "ogg", "opus", "mp3", "aiff", "caf"])
def test_formats_of_the_packaged_program(noisy_wav, tmp_path, extension):
    deepfilter.enhance_file(noisy_wav, tmp_path / f"a.{extension}")
    deepfilter.enhance_file(tmp_path / f"a.{extension}", tmp_path / "b.wav", sample_format="f32")
    found = read_wav(tmp_path / "b.wav")
    assert found.shape[0] == 2 and abs(found.shape[1] - RATE) < 2500 and np.std(found) > 0.01


def test_progress(noisy_wav, tmp_path, capfd, monkeypatch):
    steps = []
    deepfilter.enhance_file(
        noisy_wav, tmp_path / "a.wav", progress=lambda done, total: steps.append((done, total))
    )
    assert steps[-1] == (1000, 1000)
    capfd.readouterr()
    deepfilter.enhance_file(noisy_wav, tmp_path / "b.wav", progress=True)
    said = capfd.readouterr().err
    assert "noisy.wav" in said and ("100 %" in said or "100%" in said)  # our line, or tqdm's
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)  # as if it were not installed
    deepfilter.enhance_file(noisy_wav, tmp_path / "d.wav", progress=True)
    assert capfd.readouterr().err == "noisy.wav  100 %\n"  # one line where there is no terminal
    with pytest.raises(ZeroDivisionError):
        deepfilter.enhance_file(noisy_wav, tmp_path / "c.wav", progress=lambda done, total: 1 // 0)


@pytest.mark.parametrize(
    "change, kind",
    [
        ({"source": "nothing.wav"}, FileNotFoundError),
        ({"target": "no/folder/a.wav"}, FileNotFoundError),
        ({"target": "noisy.wav"}, FileExistsError),
        ({"target": "there.wav"}, FileExistsError),
        ({"source": "there.wav"}, deepfilter.CorruptError),
        ({"model": "no-such-model"}, FileNotFoundError),
        ({"model": "dfn3_ll"}, FileNotFoundError),
        ({"level": "loud"}, ValueError),
        ({"threads": 0}, ValueError),
        ({"profile": "best"}, ValueError),
        ({"sample_format": "s8"}, ValueError),
        ({"options": ["--no-such-option"]}, ValueError),
        ({"options": ["--help"]}, ValueError),
        ({"source": "."}, ValueError),
    ],
)
def test_failures(noisy_wav, tmp_path, monkeypatch, change, kind):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEEPFILTER_CACHE", str(tmp_path / "cache"))
    (tmp_path / "there.wav").write_text("no sound")
    call = {"source": "noisy.wav", "target": "out.wav", **change}
    with pytest.raises(kind) as caught:
        deepfilter.enhance_file(**call)
    assert isinstance(caught.value, deepfilter.DeepFilterError)
    assert "\n" not in str(caught.value) and not (tmp_path / "out.wav").exists()
    assert (tmp_path / "there.wav").read_text() == "no sound"


def test_overwrite_and_odd_names(noisy_wav, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.rename("noisy.wav", "-noisy \u00fc.wav")
    deepfilter.enhance_file("-noisy \u00fc.wav", "-o.wav")
    before = read_wav("-o.wav")
    deepfilter.enhance_file("-noisy \u00fc.wav", "-o.wav", overwrite=True, threads=2)
    assert np.array_equal(read_wav("-o.wav"), before)
    assert sorted(os.listdir()) == ["-noisy \u00fc.wav", "-o.wav"]


def test_a_damaged_file_is_enhanced_as_far_as_it_goes(tmp_path):
    write_wav(tmp_path / "in.wav", voice(2.0))
    deepfilter.enhance_file(tmp_path / "in.wav", tmp_path / "a.flac")
    whole = (tmp_path / "a.flac").read_bytes()
    (tmp_path / "cut.flac").write_bytes(whole[: len(whole) // 2])
    with pytest.warns(UserWarning):
        report = deepfilter.enhance_file(tmp_path / "cut.flac", tmp_path / "b.wav")
    assert report["files"][0]["note"] and (tmp_path / "b.wav").exists()


def test_a_model_object(noisy_wav, tmp_path):
    with deepfilter.Model(precision="f16") as model:
        report = deepfilter.enhance_file(noisy_wav, tmp_path / "a.wav", model=model)
        assert report["engine"]["precision"] == "f16"
    with pytest.raises(deepfilter.InvalidArgumentError, match="bytes"):
        model = deepfilter.Model.__new__(deepfilter.Model)
        model._source, model._precision, model._handle = b"x", "f32", None
        deepfilter.enhance_file(noisy_wav, tmp_path / "b.wav", model=model)


def command(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "deepfilter", *arguments], capture_output=True, text=True, **options
    )


def test_command(noisy_wav, tmp_path):
    assert command("--version").stdout.split() == ["deepfilter", deepfilter.__version__]
    done = command("enhance", str(noisy_wav), "-o", str(tmp_path / "a.wav"))
    assert done.returncode == 0, done.stderr
    deepfilter.enhance_file(noisy_wav, tmp_path / "b.wav")
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert command("no-such-command").returncode == 2
    assert command("enhance", "nothing.wav", "-o", "x.wav").returncode == 3


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_the_command_is_the_program_itself():
    # Its input never ends, so that only the signal does.
    child = subprocess.Popen(
        [sys.executable, "-m", "deepfilter", "enhance", "-", "-o", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(1)
    child.send_signal(signal.SIGINT)
    assert child.wait(10) == 130
    child.stdin.close()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_ends_enhance_file_without_a_trace(tmp_path):
    write_wav(tmp_path / "long.wav", np.tile(voice(1.0), 600))
    program = f"""
import os, deepfilter
os.chdir({str(tmp_path)!r})
try:
    deepfilter.enhance_file("long.wav", "out.wav", progress=lambda done, total: print(done, flush=True))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    child.stdout.readline()
    child.send_signal(signal.SIGINT)
    assert "interrupted" in child.communicate(timeout=30)[0]
    assert sorted(os.listdir(tmp_path)) == ["long.wav"]
