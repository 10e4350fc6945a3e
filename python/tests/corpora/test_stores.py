"""Addresses of fsspec: a store in memory, and S3 by its real protocol where moto is installed."""

import pytest
from corpora_helpers import need, same_sounds

import deepfilter
from deepfilter.corpus import enhance_corpus


def fetched(files, root, folder):
    for path in files.find(root):
        local = folder / path[len(root) :].strip("/")
        local.parent.mkdir(parents=True, exist_ok=True)
        files.get_file(path, str(local))
    return folder


def rows_in(files, path):
    return files.cat(path).decode().splitlines()


def test_memory(speech, tmp_path):
    fsspec = need("fsspec")
    source, wanted, paths = speech
    files = fsspec.filesystem("memory")
    files.put(str(source), "/corpus/in", recursive=True)
    report = enhance_corpus("memory://corpus/in", "memory://corpus/out")
    assert report[:3] == (len(paths), 0, 0)
    assert report.manifest == "memory://corpus/out/manifest.jsonl"
    same_sounds(fetched(files, "/corpus/out", tmp_path), wanted, paths)
    assert len(files.find("/corpus/out")) == len(paths) + 1
    files.pipe("/corpus/in/" + paths[0], b"junk")
    report = enhance_corpus("memory://corpus/in", "memory://corpus/out", resume=True)
    assert report[:3] == (0, 1, len(paths) - 1)
    assert len(rows_in(files, "/corpus/out/manifest.jsonl")) == len(paths)
    with pytest.raises(deepfilter.InvalidArgumentError, match="other processes do not see it"):
        enhance_corpus("memory://corpus/in", tmp_path / "x", ray=True)


def test_a_run_on_a_store_that_ends_early_leaves_its_rows(speech, tmp_path, monkeypatch):
    fsspec = need("fsspec")
    source, _, paths = speech
    files = fsspec.filesystem("memory")
    monkeypatch.setattr("deepfilter.corpus._manifest._PART_SECONDS", 0.0)
    # The end of the process, without a last word.
    monkeypatch.setattr("deepfilter.corpus._manifest.Manifest.close", lambda self: None)

    def stop(finished, total):
        if finished >= 4:
            raise RuntimeError("the end")

    with pytest.raises(RuntimeError):
        enhance_corpus(source, "memory://early", workers=1, progress=stop)
    monkeypatch.undo()
    assert not files.exists("/early/manifest.jsonl")
    report = enhance_corpus(source, "memory://early", resume=True)
    assert report.done_before >= 4 and report.done + report.done_before == len(paths)
    assert len(rows_in(files, "/early/manifest.jsonl")) == len(paths)
    assert not files.exists("/early/manifest.jsonl.parts/000001.jsonl")


def test_s3(speech, tmp_path, monkeypatch):
    need("s3fs")
    fsspec, moto = need("fsspec"), need("moto.server")
    source, wanted, paths = speech
    for name, value in (("ACCESS_KEY_ID", "key"), ("SECRET_ACCESS_KEY", "word"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        options = {"endpoint_url": f"http://127.0.0.1:{server._server.server_port}"}
        files = fsspec.filesystem("s3", **options)
        files.mkdir("bucket")
        files.put(str(source), "bucket/in", recursive=True)
        ends = ("s3://bucket/in", "s3://bucket/out")
        assert enhance_corpus(*ends, storage_options=options)[:3] == (len(paths), 0, 0)
        same_sounds(fetched(files, "bucket/out", tmp_path), wanted, paths)
        files.rm_file("bucket/out/" + paths[0])
        report = enhance_corpus(*ends, storage_options=options, resume=True)
        assert report[:3] == (1, 0, len(paths) - 1)
    finally:
        server.stop()
