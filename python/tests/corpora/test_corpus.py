"""Local folders: bits, rows, resuming, shards, and what may go wrong."""

import json
import shutil
import subprocess
import sys

import pytest
from corpora_helpers import corpus, finished, kill, program, rows_of, same_sounds, wait_for_rows

import deepfilter
from deepfilter.corpus import enhance_corpus, parse_shard, shard_of
from deepfilter.corpus.__main__ import main


def test_the_files_are_the_programs_and_each_has_a_row(speech, tmp_path):
    source, wanted, paths = speech
    report = enhance_corpus(source, tmp_path / "out")
    assert report[:3] == (len(paths), 0, 0)
    assert report.manifest == str(tmp_path / "out" / "manifest.jsonl")
    rows = rows_of(report.manifest)
    assert sorted(row["path"] for row in rows) == paths
    same_sounds(tmp_path / "out", wanted, paths)
    made = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")}
    assert made == {*paths, "manifest.jsonl"}
    for row in rows:
        assert row["status"] == "done" and row["error"] is None
        assert row["source"]["bytes"] == (source / row["path"]).stat().st_size
        assert row["target_bytes"] == (tmp_path / "out" / row["path"]).stat().st_size
        assert -60 < row["input_level"]["rms_dbfs"] < 0
        assert row["seconds"] < 0.4 or -70 < row["input_level"]["loudness_lufs"] < 0
        assert isinstance(row["local_snr_db"], float)
        assert len(row["model"]["sha256"]) == 64


def test_program_and_package_go_on_with_each_others_runs(speech, tmp_path):
    source, _, paths = speech
    enhance_corpus(source, tmp_path / "a")
    again = program("enhance", source, "-o", tmp_path / "a", "--resume")
    assert f"{len(paths)} of {len(paths)} files are done already" in again.stderr
    program("enhance", source, "-o", tmp_path / "b", "--resume")
    assert enhance_corpus(source, tmp_path / "b", resume=True)[:3] == (0, 0, len(paths))
    row_a, row_b = (rows_of(tmp_path / name / "manifest.jsonl")[0] for name in "ab")
    assert list(row_a) == list(row_b)
    assert row_a["options"] == row_b["options"] and row_a["model"]["sha256"] == row_b["model"]["sha256"]


def test_shards_are_the_programs_and_take_each_file_once(speech, tmp_path):
    source, wanted, paths = speech
    program("enhance", source, "-o", tmp_path / "program", "--shard", "2/3")
    theirs = {row["path"] for row in rows_of(tmp_path / "program" / "manifest-2-of-3.jsonl")}
    assert theirs == {path for path in paths if shard_of(path, 3) == 2}
    taken = []
    for i in (1, 2, 3):
        enhance_corpus(source, tmp_path / "out", shard=f"{i}/3")
        taken += [row["path"] for row in rows_of(tmp_path / "out" / f"manifest-{i}-of-3.jsonl")]
    assert sorted(taken) == paths
    same_sounds(tmp_path / "out", wanted, paths)


def test_the_hash_stays():
    assert [shard_of(path, 1000) for path in ("a.wav", "b/ä.flac")] == [
        1 + int("bc30c538c410e224", 16) % 1000,
        1 + int("74e2a4c2de1fc335", 16) % 1000,
    ]
    for wrong in ("0/3", "4/3", "x", "1/0", "1/2/3"):
        with pytest.raises(deepfilter.InvalidArgumentError, match="expected I/N"):
            parse_shard(wrong)


def test_a_bad_file_is_a_row_and_is_made_once_it_is_mended(speech, tmp_path):
    source, wanted, paths = speech
    shutil.copytree(source, tmp_path / "in")
    bad = next(path for path in paths if path.endswith(".wav"))
    (tmp_path / "in" / bad).write_text("junk")
    report = enhance_corpus(tmp_path / "in", tmp_path / "out")
    assert (report.done, report.failed) == (len(paths) - 1, 1)
    (row,) = [row for row in rows_of(report.manifest) if row["status"] == "failed"]
    assert row["path"] == bad and row["error"].startswith(f"{tmp_path / 'in' / bad}: not a sound file")
    assert not (tmp_path / "out" / bad).exists()
    shutil.copy(source / bad, tmp_path / "in" / bad)
    assert enhance_corpus(tmp_path / "in", tmp_path / "out", resume=True)[:3] == (1, 0, len(paths) - 1)
    assert sorted(row["path"] for row in rows_of(report.manifest)) == paths
    same_sounds(tmp_path / "out", wanted, paths)


def test_a_crash_of_the_program_costs_only_the_sound_at_which_it_happens(speech, tmp_path, monkeypatch):
    source, _, paths = speech
    bad = next(path for path in paths if path.endswith(".flac"))
    crashing = tmp_path / "program"
    crashing.write_text(
        f"#!{sys.executable}\n"
        "import os, sys, subprocess\n"
        f"bad = os.path.realpath({str(source / bad)!r})\n"
        "for name in sys.argv[1:]:\n"
        "    if os.path.realpath(name) == bad: os.kill(os.getpid(), 11)\n"
        f"sys.exit(subprocess.call([{deepfilter._command.program_path()!r}, *sys.argv[1:]]))\n"
    )
    crashing.chmod(0o755)
    monkeypatch.setenv("DEEPFILTER_PROGRAM", str(crashing))
    report = enhance_corpus(source, tmp_path / "out", workers=1)
    assert (report.done, report.failed) == (len(paths) - 1, 1)
    (row,) = [row for row in rows_of(report.manifest) if row["status"] == "failed"]
    assert row["path"] == bad and "ended by signal 11" in row["error"]


def test_changes_are_made_again(speech, tmp_path):
    source, _, paths = speech
    shutil.copytree(source, tmp_path / "in")
    enhance_corpus(tmp_path / "in", tmp_path / "out")
    (tmp_path / "in" / paths[0]).touch()
    (tmp_path / "out" / paths[1]).unlink()
    report = enhance_corpus(tmp_path / "in", tmp_path / "out", resume=True)
    assert report[:3] == (2, 0, len(paths) - 2)
    report = enhance_corpus(tmp_path / "in", tmp_path / "out", resume=True, atten_lim_db=12.0)
    assert report[:3] == (len(paths), 0, 0)
    assert len(rows_of(report.manifest)) == len(paths)


def test_half_a_row_is_dropped(speech, tmp_path):
    source, _, paths = speech
    report = enhance_corpus(source, tmp_path / "out")
    manifest = tmp_path / "out" / "manifest.jsonl"
    text = manifest.read_bytes()
    manifest.write_bytes(text[: text.rindex(b"\n", 0, -1) + 40])
    assert enhance_corpus(source, tmp_path / "out", resume=True)[:3] == (1, 0, len(paths) - 1)
    assert sorted(row["path"] for row in rows_of(report.manifest)) == paths
    manifest.write_text("my notes\n")
    with pytest.raises(deepfilter.CorruptError, match="line 1 is no row"):
        enhance_corpus(source, tmp_path / "out", resume=True)


def test_killed_at_any_point_it_goes_on(speech, tmp_path):
    source, wanted, paths = speech
    out, manifest = tmp_path / "out", tmp_path / "out" / "manifest.jsonl"
    killed = 0
    for rows in (1, 4, 8):
        process = corpus(source, out, "--resume", "--workers", 1)
        if wait_for_rows(process, manifest, rows):
            killed += 1
        kill(process)
    assert killed >= 2
    assert "12 files" not in finished(corpus(source, out, "--resume"))
    assert sorted(row["path"] for row in rows_of(manifest)) == paths
    same_sounds(out, wanted, paths)
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_four_shards_at_once_one_killed_and_resumed(speech, tmp_path):
    source, wanted, paths = speech
    out = tmp_path / "out"
    runs = [corpus(source, out, "--shard", f"{i}/4", "--workers", 1) for i in (1, 2, 3, 4)]
    biggest = max((1, 2, 3, 4), key=lambda i: sum(shard_of(path, 4) == i for path in paths))
    wait_for_rows(runs[biggest - 1], out / f"manifest-{biggest}-of-4.jsonl", 1)
    kill(runs[biggest - 1])
    for i, run in enumerate(runs, 1):
        if i != biggest:
            finished(run)
    finished(corpus(source, out, "--shard", f"{biggest}/4", "--resume"))
    rows = [row for i in (1, 2, 3, 4) for row in rows_of(out / f"manifest-{i}-of-4.jsonl")]
    assert sorted(row["path"] for row in rows) == paths
    same_sounds(out, wanted, paths)


def test_refusals(speech, tmp_path, capsys):
    source, _, paths = speech
    assert main([str(source), str(source)]) == 2
    assert "source and target" in capsys.readouterr().err
    assert main([str(source), str(tmp_path / "out"), "--", "--no-such-option"]) == 2
    assert "no-such-option" in capsys.readouterr().err
    assert main([str(source), str(tmp_path / "out"), "-m", "no_such_model"]) == 1
    assert "no_such_model" in capsys.readouterr().err
    assert main([str(tmp_path / "nothing"), str(tmp_path / "out")]) == 1
    assert "no such folder" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert main([str(tmp_path / "empty"), str(tmp_path / "out")]) == 1
    assert "no sounds" in capsys.readouterr().err
    other = tmp_path / "other" / paths[0]
    other.parent.mkdir(parents=True)
    other.write_text("mine")
    assert main([str(source), str(tmp_path / "other")]) == 1
    assert "--force replaces them" in capsys.readouterr().err
    assert other.read_text() == "mine"


def test_one_writer(speech, tmp_path):
    source, _, _ = speech
    process = corpus(source, tmp_path / "out", "--workers", 1)
    wait_for_rows(process, tmp_path / "out" / "manifest.jsonl", 1)
    if process.poll() is None:
        second = corpus(source, tmp_path / "out", "--resume")
        text = "".join(second.communicate())
        assert second.returncode == 0 or "another run writes this manifest" in text
    finished(process)


def test_the_command(speech, tmp_path):
    source, _, paths = speech
    text = finished(corpus(source, tmp_path / "out", "--manifest", tmp_path / "rows", "--", "--pf"))
    assert text == f"{len(paths)} sounds done, 0 failed; {tmp_path / 'rows'}\n"
    assert all(row["options"]["post_filter"] for row in rows_of(tmp_path / "rows"))
    text = subprocess.run(
        [sys.executable, "-m", "deepfilter.corpus", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert "--shard I/N" in text
    assert json.dumps(parse_shard("3/8")) == "[3, 8]"
