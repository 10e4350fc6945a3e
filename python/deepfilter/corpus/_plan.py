"""What a run has to do: the files of its shard, without those that are done."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

from .._errors import NotFoundError
from ._manifest import Manifest, Row, manifest_path, shard_of
from ._places import Place, Source
from ._work import MOST_BYTES, MOST_SOUNDS, Task, kind_of

# So many tasks a worker at least, so that the last ones end together.
_TASKS_A_WORKER = 4


class Plan:
    """The files of one shard."""

    def __init__(self, source: Place, target: Place, shard: Tuple[int, int]) -> None:
        found = 0
        self._sources: Dict[str, Source] = {}  # by their names in the manifest
        for file in source.files(target):
            if kind_of(file.path) is None:
                continue
            found += 1
            if shard_of(file.path, shard[1]) == shard[0]:
                self._sources[manifest_path(file.path)] = file
        if not found:
            raise NotFoundError(f"{source.address}: no sounds, tar or Parquet files in this folder")

    def __len__(self) -> int:
        return len(self._sources)

    def has_outputs(self, sizes: Dict[str, int]) -> bool:
        """Whether a target is there already."""
        return any(source.path in sizes for source in self._sources.values())

    def settle(self, manifest: Manifest, origin: Row, sizes: Dict[str, int]) -> int:
        """Takes out what the manifest says is done, and takes all else of the plan out of the
        manifest. Returns how many files and archives are done."""
        done = set()
        for row in manifest.rows():
            source = self._sources.get(row["path"])
            if source is not None and _is_done(row, source, origin, sizes):
                done.add(row["path"])
        told = set()

        def keep(row: Row) -> bool:
            path = row["path"]
            if path not in self._sources:
                return True
            key = (path, row.get("member"))
            first = path in done and row["status"] != "skipped" and key not in told
            first = first and ("member" in row or row["status"] == "done")
            told.add(key)
            return first

        manifest.settle(keep)
        for path in done:
            del self._sources[path]
        return len(done)

    def tasks(self, workers: int) -> Iterator[Task]:
        """The work in small parts for so many workers, archives first, as they take longest."""
        few = max(1, min(MOST_SOUNDS, len(self._sources) // (workers * _TASKS_A_WORKER)))
        files: List[Source] = []
        size = 0
        archives = [source for source in self._sources.values() if kind_of(source.path) != "files"]
        for source in sorted(archives, key=lambda source: -source.bytes):
            yield Task(str(kind_of(source.path)), [source])
        for source in self._sources.values():
            if kind_of(source.path) != "files":
                continue
            if files and (len(files) >= few or size + source.bytes > MOST_BYTES):
                yield Task("files", files)
                files, size = [], 0
            files.append(source)
            size += source.bytes
        if files:
            yield Task("files", files)


def _is_done(row: Row, source: Source, origin: Row, sizes: Dict[str, int]) -> bool:
    if row["status"] != "done" or "member" in row or row.get("source") != source.facts():
        return False
    if sizes.get(source.path, -1) != row.get("target_bytes"):
        return False
    return _sum(row) == _sum(origin) and row.get("options") == origin.get("options")


def _sum(row: Row) -> Any:
    return (row.get("model") or {}).get("sha256")
