"""The manifest of a run, JSON lines, as `deepfilter enhance --manifest` writes it; docs/corpora.md has
the rows. The program and this job go on with each other's."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import time
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from .._errors import CorruptError, ExistsError, InputOutputError, InvalidArgumentError
from ._places import Place

Row = Dict[str, Any]

_MOST_SHARDS = 1_000_000
# A target on a store gets the rows so far at most this often, and no later than that many.
_PART_SECONDS, _PART_ROWS = 20.0, 500


def parse_shard(text: Optional[str]) -> Tuple[int, int]:
    """ "I/N", one of N shards, I from 1 to N. None is all."""
    if text is None:
        return 1, 1
    found = re.fullmatch(r"(\d{1,7})/(\d{1,7})", text)
    index, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= index <= count <= _MOST_SHARDS:
        raise InvalidArgumentError(
            f"the shard is {text!r}, expected I/N: one of N shards, I from 1 to N, N at most "
            f"{_MOST_SHARDS}"
        )
    return index, count


def shard_of(path: str, count: int) -> int:
    """The shard of 1 to `count` to which a file belongs, by its path below the corpus, with "/"."""
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()
    return 1 + int(digest[:16], 16) % count


def manifest_name(shard: Tuple[int, int], sharded: bool) -> str:
    """The manifest's name in the target."""
    return f"manifest-{shard[0]}-of-{shard[1]}.jsonl" if sharded else "manifest.jsonl"


def manifest_path(path: str) -> str:
    """A file's name in a manifest: its path; bytes that are not UTF-8 are \\xNN."""
    return re.sub("[\udc80-\udcff]", lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", path)


class Manifest:
    """One writer; rows are added from one thread. Each write is of whole lines.

    Where the target is a store, the manifest is written on this machine, its rows so far are put
    beside its name as parts, and it is put whole at the end.
    """

    def __init__(self, target: Place, name: str, file: Optional[str]) -> None:
        self._target = target
        self._name = name
        self.is_remote = file is None and not target.is_local
        self._parts = f"{name}.parts"
        self._part: List[str] = []
        self._part_number = 0
        self._part_time = time.monotonic()
        self._temporary: Optional[tempfile.TemporaryDirectory[str]] = None
        if self.is_remote:
            self._temporary = tempfile.TemporaryDirectory(prefix="deepfilter-")
            self._path = os.path.join(self._temporary.name, "manifest.jsonl")
        else:
            self._path = os.path.abspath(file) if file else target.full(name)
        self._descriptor = -1

    @property
    def shown(self) -> str:
        """Its place, for messages."""
        return self._target.shown(self._name) if self.is_remote else self._path

    def open(self, resume: bool, force: bool, has_outputs: Callable[[], bool]) -> None:
        """Takes up what is there. Raises ExistsError (outputs or rows of another run),
        InputOutputError (another process writes it)."""
        if self.is_remote:
            self._fetch()
        begun = os.path.exists(self._path) and os.path.getsize(self._path) > 0
        if begun and not resume and not force:
            raise ExistsError(
                f"{self.shown}: exists already; --resume goes on with that run, --force starts it anew"
            )
        if not begun and not force and has_outputs():
            raise ExistsError(
                f"{self._target.address}: there are outputs already, and no manifest {self.shown} of "
                "the run that made them; --force replaces them, or give another target"
            )
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        self._open()
        if begun and not resume:
            os.ftruncate(self._descriptor, 0)

    def _open(self) -> None:
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            import fcntl
        except ImportError:
            return
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            self._descriptor = -1
            raise InputOutputError(
                f"{self._path}: another run writes this manifest; wait for its end"
            ) from None
        except OSError:  # a file system without locks
            pass

    def _fetch(self) -> None:
        parts = self._target.names_below(self._parts)
        texts = [self._target.read_text(name) for name in [self._name, *parts]]
        with open(self._path, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(text if text.endswith("\n") or not text else f"{text}\n" for text in texts)
        if parts:
            self._part_number = max(int(re.sub(r"\D", "", os.path.basename(name))) for name in parts)

    def rows(self) -> Iterator[Row]:
        """The rows that are there. Half a row at the end, of a run that was killed, is none."""
        with open(self._path, encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError):
                    row = None
                if isinstance(row, dict) and isinstance(row.get("path"), str) and "status" in row:
                    yield row
                elif line.endswith("\n") or not '{"path":"'.startswith(line[:9]):
                    raise CorruptError(
                        f"{self.shown}: line {number} is no row of a manifest; delete the file, or "
                        "name another one with --manifest"
                    )

    def settle(self, keep: Callable[[Row], bool]) -> None:
        """Removes the rows that `keep` does not want, and half a row."""
        handle, beside = tempfile.mkstemp(prefix=".manifest-", dir=os.path.dirname(self._path))
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(line_of(row) for row in self.rows() if keep(row))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, 0o644)
        os.replace(beside, self._path)
        os.close(self._descriptor)
        self._open()

    def add(self, rows: Sequence[Row]) -> None:
        """Adds rows, in one write."""
        lines = [line_of(row) for row in rows]
        self._write("".join(lines).encode("utf-8"))
        if self.is_remote:
            self._part += lines
            late = time.monotonic() - self._part_time > _PART_SECONDS
            if late or len(self._part) >= _PART_ROWS:
                self._put_part()

    def _write(self, text: bytes) -> None:
        start = os.lseek(self._descriptor, 0, os.SEEK_END)
        try:
            if os.write(self._descriptor, text) != len(text):
                raise OSError("the disk is full")
        except OSError as error:
            os.ftruncate(self._descriptor, start)
            raise InputOutputError(f"{self._path}: cannot be written: {error}") from None

    def _put_part(self) -> None:
        assert self._temporary is not None
        if self._part:
            self._part_number += 1
            local = os.path.join(self._temporary.name, "part")
            with open(local, "w", encoding="utf-8", newline="\n") as file:
                file.writelines(self._part)
            self._target.put(local, f"{self._parts}/{self._part_number:06d}.jsonl")
        self._part = []
        self._part_time = time.monotonic()

    def close(self) -> None:
        """Ends the writing; a manifest for a store is put there."""
        if self._descriptor < 0:
            return
        os.close(self._descriptor)
        self._descriptor = -1
        if self._temporary is not None:
            self._target.put(self._path, self._name)
            for part in self._target.names_below(self._parts):
                self._target.remove(part)
            self._temporary.cleanup()


def line_of(row: Row) -> str:
    """A row as it is in the file."""
    plain = {k: manifest_path(v) if isinstance(v, str) else v for k, v in row.items()}
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False) + "\n"
