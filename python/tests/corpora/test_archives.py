"""Sounds inside tar shards and Parquet files."""

import io
import json
import tarfile

import pytest
from corpora_helpers import corpus, finished, kill, need, rows_of, wait_for_rows

from deepfilter.corpus import enhance_corpus


def make_tar(path, source, sounds, bad=(), mode="w"):
    """A webdataset shard: each sound has a text beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, mode) as archive:
        for i, name in enumerate(sounds):
            content = b"junk" if i in bad else (source / name).read_bytes()
            ending = name.rpartition(".")[2]
            for member, data in ((f"k/{i:03d}.seg.{ending}", content), (f"k/{i:03d}.txt", b"text %d" % i)):
                info = tarfile.TarInfo(member)
                info.size, info.mtime, info.mode = len(data), 1_700_000_000 + i, 0o640
                archive.addfile(info, io.BytesIO(data))


def members(path):
    with tarfile.open(path) as archive:
        return {info.name: (archive.extractfile(info).read(), info.mtime, info.mode) for info in archive}


@pytest.fixture
def wavs(speech):
    return [path for path in speech[2] if path.endswith((".wav", ".flac"))]


def test_tar_shards_keep_order_and_all_else(speech, wavs, tmp_path):
    source, wanted, _ = speech
    make_tar(tmp_path / "in" / "a" / "0.tar", source, wavs, bad=[2])
    make_tar(tmp_path / "in" / "1.tar.gz", source, wavs[:3], mode="w:gz")
    report = enhance_corpus(tmp_path / "in", tmp_path / "out")
    assert (report.done, report.failed) == (len(wavs) + 2, 1)
    before, after = members(tmp_path / "in" / "a" / "0.tar"), members(tmp_path / "out" / "a" / "0.tar")
    assert list(after) == [name for name in before if not name.startswith("k/002.")]
    for i, name in enumerate(wavs):
        if i != 2:
            ending = name.rpartition(".")[2]
            assert after[f"k/{i:03d}.seg.{ending}"] == (
                (wanted / name).read_bytes(), 1_700_000_000 + i, 0o640)
            assert after[f"k/{i:03d}.txt"] == before[f"k/{i:03d}.txt"]
    assert (tmp_path / "out" / "1.tar.gz").read_bytes()[:2] == b"\x1f\x8b"
    rows = [row for row in rows_of(report.manifest) if row["path"] == "a/0.tar"]
    assert [row.get("status") for row in rows if "member" in row].count("failed") == 1
    assert rows[-1]["sounds"] == len(wavs) and rows[-1]["failed"] == 1
    assert rows[2]["member"].startswith("k/002.seg") and "a/0.tar: k/002.seg" in rows[2]["error"]
    assert enhance_corpus(tmp_path / "in", tmp_path / "out", resume=True)[:3] == (0, 0, 2)


def test_a_killed_run_leaves_no_half_archive(speech, wavs, tmp_path):
    source, _, _ = speech
    for i in range(3):
        make_tar(tmp_path / "in" / f"{i}.tar", source, wavs[i:])
    manifest = tmp_path / "out" / "manifest.jsonl"
    process = corpus(tmp_path / "in", tmp_path / "out", "--resume", "--workers", 1)
    wait_for_rows(process, manifest, 1)
    kill(process)
    for path in (tmp_path / "out").glob("*.tar"):
        members(path)
    finished(corpus(tmp_path / "in", tmp_path / "out", "--resume"))
    rows = rows_of(manifest)
    keys = [(row["path"], row.get("member")) for row in rows]
    assert len(keys) == len(set(keys)) == 3 + sum(len(wavs[i:]) for i in range(3))


def test_broken_archives_are_rows(speech, wavs, tmp_path):
    source, _, _ = speech
    make_tar(tmp_path / "in" / "cut.tar", source, wavs)
    whole = (tmp_path / "in" / "cut.tar").read_bytes()
    (tmp_path / "in" / "cut.tar").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "in" / "junk.tar").write_bytes(b"junk" * 1000)
    (tmp_path / "in" / "junk.parquet").write_bytes(b"junk" * 1000)
    report = enhance_corpus(tmp_path / "in", tmp_path / "out")
    assert (report.done, report.failed) == (0, 3)
    rows = rows_of(report.manifest)
    assert sorted(row["path"] for row in rows) == ["cut.tar", "junk.parquet", "junk.tar"]
    assert all(row["error"].startswith(str(tmp_path / "in" / row["path"])) for row in rows)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["manifest.jsonl"]


def test_webdataset_reads_the_shards(speech, wavs, tmp_path):
    webdataset = need("webdataset")
    source, wanted, _ = speech
    make_tar(tmp_path / "in" / "0.tar", source, wavs, bad=[1])
    enhance_corpus(tmp_path / "in", tmp_path / "out")
    samples = list(webdataset.WebDataset(str(tmp_path / "out" / "0.tar"), shardshuffle=False))
    assert len(samples) == len(wavs) - 1
    kinds = {"seg.wav", "seg.flac"}
    assert all(len(kinds & set(sample)) == 1 and "txt" in sample for sample in samples)
    assert samples[0][f"seg.{wavs[0][-4:].strip('.')}"] == (wanted / wavs[0]).read_bytes()


def test_parquet_keeps_rows_groups_and_schema(speech, wavs, tmp_path):
    pyarrow, parquet = need("pyarrow"), need("pyarrow.parquet")
    source, wanted, _ = speech
    sounds = [{"bytes": (source / name).read_bytes(), "path": name} for name in wavs]
    sounds[1] = {"bytes": b"junk", "path": "bad.wav"}
    sounds[2] = None
    table = pyarrow.table({"id": list(range(len(wavs))), "audio": sounds})
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": 1})})
    (tmp_path / "in").mkdir()
    parquet.write_table(table, tmp_path / "in" / "0.parquet", row_group_size=3, compression="zstd")
    report = enhance_corpus(tmp_path / "in", tmp_path / "out")
    assert (report.done, report.failed) == (len(wavs) - 2, 2)
    before = parquet.ParquetFile(tmp_path / "in" / "0.parquet")
    after = parquet.ParquetFile(tmp_path / "out" / "0.parquet")
    assert after.schema_arrow.equals(before.schema_arrow, check_metadata=True)
    assert after.metadata.num_row_groups == before.metadata.num_row_groups
    assert after.metadata.row_group(0).column(0).compression == "ZSTD"
    made = after.read().to_pylist()
    assert [row["id"] for row in made] == list(range(len(wavs)))
    for i, (row, name) in enumerate(zip(made, wavs)):
        wants = {"bytes": (wanted / name).read_bytes(), "path": name}
        assert row["audio"] == (None if i in (1, 2) else wants)


def test_parquet_columns_of_bytes(speech, wavs, tmp_path):
    pyarrow, parquet = need("pyarrow"), need("pyarrow.parquet")
    source, wanted, _ = speech
    contents = [(source / name).read_bytes() for name in wavs[:3]]
    (tmp_path / "in").mkdir()
    table = pyarrow.table({"noisy": contents, "picture": contents})
    parquet.write_table(table, tmp_path / "in" / "0.parquet")
    report = enhance_corpus(tmp_path / "in", tmp_path / "out")
    assert report.failed == 1 and "noisy, picture with --column" in rows_of(report.manifest)[0]["error"]
    report = enhance_corpus(tmp_path / "in", tmp_path / "out", resume=True, column="noisy")
    assert report.done == 3
    made = parquet.read_table(tmp_path / "out" / "0.parquet").to_pydict()
    assert made["noisy"] == [(wanted / name).read_bytes() for name in wavs[:3]]
    assert made["picture"] == contents
