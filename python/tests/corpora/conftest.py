"""The corpus that the tests share."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from corpora_helpers import make_sounds, program  # noqa: E402


@pytest.fixture(scope="session")
def speech(tmp_path_factory):
    """A folder with sounds, what the program makes of it, and the paths."""
    folder = tmp_path_factory.mktemp("speech")
    paths = make_sounds(folder / "in")
    program("enhance", folder / "in", "-o", folder / "wanted")
    return folder / "in", folder / "wanted", paths
