"""The package, and a program that uses it, are clean under mypy --strict."""

import subprocess
import sys

import pytest
from conftest import SOURCE

USER = """
from typing import List

import numpy as np
from numpy.typing import NDArray

import deepfilter

noisy: NDArray[np.float32] = np.zeros(480, np.float32)
clean: NDArray[np.float32] = deepfilter.enhance(noisy, 48000, level=3.0, progress=True)
many: List[NDArray[np.float32]] = deepfilter.enhance([noisy, noisy], 48000)
with deepfilter.Model("dfn3", precision="f16") as model:
    stream: deepfilter.Stream = model.stream(16000, 1)
    block: NDArray[np.float32] = stream.process(noisy)
    state: bytes = stream.save()
    outputs: List[NDArray[np.float32]] = model.batch(2).process([stream], [noisy])
try:
    seconds: float = deepfilter.enhance_file("a.wav", "b.wav")["seconds"]
except deepfilter.NotFoundError as error:
    print(error, deepfilter.__version__)
"""


def test_strict_types(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "user.py").write_text(USER)
    # The package's own settings name the packages of its adapters, which need not be installed.
    settings = f"--config-file={SOURCE / 'python' / 'pyproject.toml'}"
    for what in (["user.py"], [settings, "-p", "deepfilter"]):
        done = subprocess.run(
            [sys.executable, "-m", "mypy", "--strict", *what],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
