#!/usr/bin/env python3
"""tools/dist/make_archive.py gives the same bytes for the same files, whenever and in whichever order
they were made and whoever may read them, and keeps names, links, modes and content.

Usage: make_archive_test.py MAKE_ARCHIVE
"""

import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

EPOCH = 1_700_000_000
# Large enough to be stored once, under the first name.
SAME = b"\x7fELF" * 50_000
CONTENT = {"bin/tool": SAME, "lib/same": SAME, "README.md": b"hello\n", "lib/a/b.txt": bytes(range(256))}


def make_tree(folder: Path, names: "list[str]", mask: int, when: int) -> None:
    os.umask(mask)
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CONTENT[name])
        os.utime(path, (when, when))
    (folder / "bin/tool").chmod(0o755)
    (folder / "bin/link").symlink_to("tool")
    (folder / "empty").mkdir()


def pack(script: str, folder: Path, archive: Path) -> bytes:
    subprocess.run([sys.executable, script, folder, archive], check=True,
                   env=dict(os.environ, SOURCE_DATE_EPOCH=str(EPOCH)))
    return archive.read_bytes()


def check_tar(path: Path) -> None:
    with tarfile.open(path) as archive:
        entries = {entry.name: entry for entry in archive.getmembers()}
        assert list(entries) == sorted(entries), list(entries)
        assert {entry.mtime for entry in entries.values()} == {EPOCH}
        assert {(entry.uid, entry.gid) for entry in entries.values()} == {(0, 0)}
        assert entries["x-1/bin/tool"].mode == 0o755 and entries["x-1/README.md"].mode == 0o644
        assert entries["x-1/bin/link"].linkname == "tool" and entries["x-1/empty"].isdir()
        assert entries["x-1/lib/same"].islnk(), "the same bytes are stored twice"
        for name, content in CONTENT.items():
            file = archive.extractfile("x-1/" + name)
            assert file is not None and file.read() == content, name


def check_zip(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        for name, content in {**CONTENT, "bin/link": CONTENT["bin/tool"]}.items():
            assert archive.read("x-1/" + name) == content, name
        assert archive.getinfo("x-1/bin/tool").external_attr >> 16 & 0o777 == 0o755


def main() -> int:
    script = sys.argv[1]
    with tempfile.TemporaryDirectory() as scratch:
        one, other = Path(scratch, "one"), Path(scratch, "other")
        make_tree(one / "x-1", list(CONTENT), 0o022, EPOCH - 5000)
        make_tree(other / "x-1", list(reversed(CONTENT)), 0o077, EPOCH + 5000)
        for kind in ("tar.gz", "tar.xz", "zip"):
            first = pack(script, one / "x-1", one / f"x.{kind}")
            second = pack(script, other / "x-1", other / f"y.{kind}")
            assert first == second, f"{kind}: {len(first)} and {len(second)} bytes that differ"
            (check_zip if kind == "zip" else check_tar)(one / f"x.{kind}")
        (other / "x-1/README.md").write_bytes(b"hullo\n")
        assert pack(script, other / "x-1", other / "z.zip") != second, "another file, the same bytes"
    return 0


if __name__ == "__main__":
    sys.exit(main())
