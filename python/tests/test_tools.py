"""Models as files."""

import http.server
import threading

import numpy as np
import pytest
from conftest import SOURCE

import deepfilter

TINY = SOURCE / "tests" / "data" / "tiny" / "dfn3"


def test_export_merge_split_inspect(tmp_path):
    steps = []
    report = deepfilter.export(
        TINY, tmp_path / "out", progress=lambda done, total: steps.append((done, total))
    )
    names = [file["name"] for file in report["files"]]
    assert {"enc.onnx", "erb_dec.onnx", "df_dec.onnx"} <= set(names) and report["parity"] is None
    assert steps and steps[-1][0] == steps[-1][1]
    for file in report["files"]:
        assert (tmp_path / "out" / file["name"]).stat().st_size == file["bytes"]
    with pytest.raises(FileExistsError, match="overwrite=True replaces it$"):
        deepfilter.export(TINY, tmp_path / "out")
    assert deepfilter.export(TINY, tmp_path / "out", overwrite=True)["files"] == report["files"]
    merged = deepfilter.merge(tmp_path / "out", tmp_path / "one.onnx")
    assert (tmp_path / "one.onnx").stat().st_size == merged["files"][0]["bytes"]
    parts = deepfilter.split(TINY, tmp_path / "parts")
    assert any(file["name"] == "enc_gru_streaming.onnx" for file in parts["files"])
    facts = deepfilter.inspect(tmp_path / "out")
    assert facts["native"] is True


@pytest.mark.parametrize("layout", ["networks", "combined", "streaming", "audio"])
def test_layouts(tmp_path, layout):
    report = deepfilter.export(TINY, tmp_path, layout=layout, fp16_weights=True, opset=18)
    assert report["files"]


def test_a_packed_model_has_the_same_sound_in_its_precision(tmp_path, noisy):
    for precision in ("f32", "f16", "i8"):
        path = tmp_path / f"{precision}.dfn"
        report = deepfilter.pack("dfn3", path, precision=precision)
        assert report["precision"] == precision and report["bytes"] == path.stat().st_size
        wanted = deepfilter.enhance(noisy, 48000, precision=precision)
        with deepfilter.Model(path) as model, deepfilter.Model(path.read_bytes()) as memory:
            assert model.precision == memory.precision == precision
            assert np.array_equal(model.enhance(noisy, 48000), wanted)
            assert np.array_equal(memory.enhance(noisy, 48000), wanted)
        assert np.array_equal(deepfilter.enhance(noisy, 48000, model=path), wanted)
        assert deepfilter.inspect(path)["precision"] == precision
    with pytest.raises(FileExistsError):
        deepfilter.pack("dfn3", path)
    assert deepfilter.Model("dfn3").precision == "f32"


def test_an_exported_model_has_the_same_sound(tmp_path, noisy):
    deepfilter.export("dfn3", tmp_path)
    wanted = deepfilter.enhance(noisy, 48000)
    assert np.array_equal(deepfilter.enhance(noisy, 48000, model=tmp_path), wanted)


def test_failures(tmp_path):
    for kind, use in (
        (FileNotFoundError, lambda: deepfilter.export("no-such-model", tmp_path)),
        (ValueError, lambda: deepfilter.export(TINY, tmp_path, layout="best")),
        (ValueError, lambda: deepfilter.export(TINY, tmp_path, opset=99)),
        (deepfilter.DeepFilterError, lambda: deepfilter.merge(tmp_path)),
        (deepfilter.DeepFilterError, lambda: deepfilter.split(tmp_path, tmp_path / "a")),
        (FileNotFoundError, lambda: deepfilter.inspect("no-such-model")),
        (ValueError, lambda: deepfilter.pull("no-such-model")),
    ):
        with pytest.raises(kind) as caught:
            use()
        assert isinstance(caught.value, deepfilter.DeepFilterError)
    assert list(tmp_path.iterdir()) == []


def test_verify_without_onnxruntime_is_said(tmp_path):
    try:
        import onnxruntime  # noqa: F401
    except ImportError:
        with pytest.raises(FileNotFoundError):
            deepfilter.export(TINY, tmp_path, verify=True, onnxruntime_library="/no/such/library.so")
    else:
        assert deepfilter.export(TINY, tmp_path, verify=True)["parity"]["passed"] is True


def test_known_models(monkeypatch, tmp_path):
    monkeypatch.setenv("DEEPFILTER_CACHE", str(tmp_path))
    known = {model["name"]: model for model in deepfilter.models()}
    assert {"dfn3", "dfn3_ll", "dfn2"} <= set(known)
    assert known["dfn2"]["path"] is None and len(known["dfn2"]["sha256"]) == 64
    if known["dfn3"]["packaged"]:
        assert deepfilter.pull("dfn3") == known["dfn3"]["path"]


class Server:
    """A loopback server of one content."""

    def __init__(self, content, status=200):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def test_wrong_downloads_leave_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("DEEPFILTER_CACHE", str(tmp_path))
    size = {model["name"]: model["bytes"] for model in deepfilter.models()}["dfn2"]
    for content, status, kind in (
        (b"short", 200, deepfilter.CorruptError),
        (b"x" * size, 200, deepfilter.CorruptError),
        (b"x" * (size + 1), 200, deepfilter.CorruptError),
        (b"", 404, deepfilter.NotFoundError),
        (b"", 500, deepfilter.InputOutputError),
    ):
        with Server(content, status) as server:
            monkeypatch.setenv("DEEPFILTER_MODEL_URL", server.url)
            with pytest.raises(kind):
                deepfilter.pull("dfn2")
    monkeypatch.setenv("DEEPFILTER_MODEL_URL", "http://127.0.0.1:9")
    with pytest.raises(OSError):
        deepfilter.pull("dfn2")
    monkeypatch.setenv("DEEPFILTER_MODEL_URL", "http://example.org/models")
    with pytest.raises(ValueError, match="https"):
        deepfilter.pull("dfn2")
    assert list(tmp_path.rglob("*")) == []
