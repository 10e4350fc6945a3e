"""The example notebook runs from top to bottom, and draws its pictures."""

import base64
import os
from pathlib import Path

import pytest
from conftest import SOURCE

NOTEBOOK = SOURCE / "python" / "examples" / "denoise.ipynb"


def test_notebook(tmp_path):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    for needed in ("ipykernel", "matplotlib", "soundfile"):
        pytest.importorskip(needed)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "outputs are not committed"
    client = nbclient.NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}}
    )
    client.execute()
    text, pictures = "", []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            text += output.get("text", "")
            if "image/png" in output.get("data", {}):
                pictures.append(base64.b64decode(output["data"]["image/png"]))
    assert "the same bits as in one call: True" in text
    assert len(pictures) == 3 and all(len(picture) > 10000 for picture in pictures)
    folder = Path(os.environ.get("DEEPFILTER_PICTURES", tmp_path))
    for i, picture in enumerate(pictures):
        (folder / f"picture{i}.png").write_bytes(picture)
