"""The examples of docs/corpora.md are run as they stand."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from corpora_helpers import need, voice, write_wav

SOURCE = Path(os.environ.get("DEEPFILTER_SOURCE", Path(__file__).resolve().parents[3]))
_TEXT = (SOURCE / "docs" / "corpora.md").read_text("utf-8")
_PART = _TEXT[_TEXT.index("## From Python") :]
PYTHON = re.findall(r"```python\n(.*?)```", _PART, re.S)
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", _PART, re.S) for line in block.splitlines()]
_OPTIONAL = ("audiomentations", "datasets", "lhotse", "nemo_curator", "ray")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A current folder with a corpus."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RAY_ADDRESS", "local")  # a new cluster, whatever else runs here
    (tmp_path / "corpus").mkdir()
    for i, name in enumerate("ab"):
        write_wav(tmp_path / "corpus" / f"{name}.wav", voice(0.3, 16000, seed=i), 16000)
    return tmp_path


@pytest.mark.parametrize("code", PYTHON, ids=lambda code: re.findall(r"import (\w+)", code)[-1])
def test_python(here, code):
    for package in _OPTIONAL:
        if re.search(rf"^(import|from) {package}\b", code, re.M):
            need(package)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr[-3000:]


@pytest.mark.parametrize("line", COMMANDS)
def test_command(here, line):
    words = shlex.split(line)
    assert words[0] == "python"
    if "--ray" in words:
        need("ray")
    if "s3://" in line:  # test_stores has S3; here the store in memory stands for it
        need("fsspec")
        words = [word.replace("s3://bucket/corpus", "corpus").replace("s3:", "memory:") for word in words]
    ran = subprocess.run([sys.executable, *words[1:]], capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert re.search(r"\d sounds done, 0 failed", ran.stdout)
