#!/usr/bin/env python3
"""Packs a folder so that the same files always give the same bytes: sorted names, no owners, every
file of one time.

Usage: make_archive.py FOLDER ARCHIVE

ARCHIVE ends in .tar.gz, .tar.xz or .zip; the names in it begin with the folder's own name. The time
is that of $SOURCE_DATE_EPOCH. Large files of the same bytes are stored once, as hard links; a zip has no
links of any kind and stores the files that they lead to.
"""

import gzip
import hashlib
import io
import lzma
import os
import stat
import sys
import tarfile
import time
import zipfile
from pathlib import Path

# A zip has no earlier year.
ZIP_BEGINS = 315532800
LARGE_BYTES = 100_000


def members(folder: Path) -> "list[Path]":
    return sorted([folder, *folder.rglob("*")], key=lambda path: path.as_posix())


def mode_of(path: Path) -> int:
    """0755 for folders and for what may be run, 0644 for everything else."""
    status = path.stat()
    return 0o755 if stat.S_ISDIR(status.st_mode) or status.st_mode & 0o100 else 0o644


def add_file(archive: tarfile.TarFile, entry: tarfile.TarInfo, content: bytes,
             stored: "dict[bytes, str]") -> None:
    entry.type, entry.linkname, entry.size = tarfile.REGTYPE, "", len(content)
    if len(content) >= LARGE_BYTES:
        same = stored.setdefault(hashlib.sha256(content).digest(), entry.name)
        if same != entry.name:
            entry.type, entry.linkname, entry.size = tarfile.LNKTYPE, same, 0
    archive.addfile(entry, io.BytesIO(content) if entry.isreg() else None)


def tar_bytes(folder: Path, epoch: int) -> bytes:
    whole = io.BytesIO()
    stored: "dict[bytes, str]" = {}
    with tarfile.open(fileobj=whole, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in members(folder):
            entry = archive.gettarinfo(str(path), path.relative_to(folder.parent).as_posix())
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = epoch
            entry.mode = 0o777 if entry.issym() else mode_of(path)
            if entry.isreg() or entry.islnk():
                add_file(archive, entry, path.read_bytes(), stored)
            else:
                archive.addfile(entry)
    return whole.getvalue()


def write_zip(folder: Path, archive: Path, epoch: int) -> None:
    when = time.gmtime(max(epoch, ZIP_BEGINS))[:6]
    with zipfile.ZipFile(archive, "w") as made:
        for path in members(folder):
            name = path.relative_to(folder.parent).as_posix()
            entry = zipfile.ZipInfo(name + "/" if path.is_dir() else name, when)
            entry.create_system = 3  # that of Unix, whose modes follow
            kind = stat.S_IFDIR if path.is_dir() else stat.S_IFREG
            entry.external_attr = (kind | mode_of(path)) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, b"" if path.is_dir() else path.read_bytes(), compresslevel=9)


def main() -> None:
    folder, archive = map(Path, sys.argv[1:])
    epoch = int(os.environ["SOURCE_DATE_EPOCH"])
    if archive.name.endswith(".zip"):
        write_zip(folder, archive, epoch)
    elif archive.name.endswith(".tar.gz"):
        with archive.open("wb") as out, gzip.GzipFile("", "wb", 9, out, mtime=0) as packed:
            packed.write(tar_bytes(folder, epoch))
    elif archive.name.endswith(".tar.xz"):
        # Its members are compressed already, for the most part.
        archive.write_bytes(lzma.compress(tar_bytes(folder, epoch), preset=1))
    else:
        sys.exit(f"make_archive: {archive.name} is neither .tar.gz, .tar.xz nor .zip")


main()
