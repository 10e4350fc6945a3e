"""What one worker does: one task, a few files or one archive, from source to target."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence

from .._errors import DeepFilterError
from .._staged import Outcome, Stage, ending_of, is_sound
from ._manifest import Row
from ._places import Place, Source

TAR_ENDINGS = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
PARQUET_ENDINGS = (".parquet",)
# So many sounds, or so many bytes of them, go through one run of the program.
MOST_SOUNDS, MOST_BYTES = 64, 64 << 20


@dataclass(frozen=True)
class Task:
    """Files of sound, or one archive. Each has its place in the target whole or not at all."""

    kind: str  # "files", "tar" or "parquet"
    sources: List[Source]


@dataclass
class Job:
    """What all tasks of a run share. It can be pickled."""

    source: Place
    target: Place
    flags: List[str]
    work: str  # folder for half-made files in a local target
    column: Optional[str] = None
    origin: Row = field(default_factory=dict)  # model, options, ... of every row

    def parent(self) -> Optional[str]:
        """Where half-made files are; None: the system's folder of temporary files."""
        if not self.target.is_local:
            return None
        folder = self.target.full(self.work)
        os.makedirs(folder, exist_ok=True)
        return folder

    def row(self, source: Source, error: Optional[str], **facts: Any) -> Row:
        """A row that no run of the program made."""
        return {
            "path": source.path,
            "status": "done" if error is None else "failed",
            "error": error,
            **facts,
            "source": source.facts(),
            "target_bytes": facts.get("target_bytes"),
            **self.origin,
        }

    def remove_work(self) -> None:
        """Removes what runs that were ended left half-made."""
        if self.target.is_local:
            shutil.rmtree(self.target.full(self.work), ignore_errors=True)


def kind_of(path: str) -> Optional[str]:
    """What a file of this name is: "files", "tar", "parquet", or None: left out."""
    lower = path.lower()
    if lower.endswith(TAR_ENDINGS):
        return "tar"
    if lower.endswith(PARQUET_ENDINGS):
        return "parquet"
    return "files" if is_sound(path) else None


def run_task(job: Job, task: Task) -> List[Row]:
    """Does a task; its rows, once its targets are there."""
    if task.kind == "files":
        return _run_files(job, task.sources)
    return [row for source in task.sources for row in _run_archive(job, task.kind, source)]


def _run_files(job: Job, sources: Sequence[Source]) -> List[Row]:
    with Stage(job.parent()) as stage:
        unread: Dict[int, str] = {}
        for i, source in enumerate(sources):
            name = job.source.shown(source.path)
            if job.source.is_local:
                stage.add_link(name, job.source.full(source.path))
                continue
            try:
                job.source.fetch(source.path, stage.place_for(name))
            except (OSError, DeepFilterError) as error:
                unread[i] = f"{name}: cannot be read: {sentence_of(error)}"
        outcomes = stage.run(job.flags)
        return [
            _put(job, source, outcome, unread.get(i))
            for i, (source, outcome) in enumerate(zip(sources, outcomes))
        ]


def _put(job: Job, source: Source, outcome: Outcome, unread: Optional[str]) -> Row:
    row = outcome.row
    row["path"] = source.path
    row["output"] = job.target.shown(source.path)
    row["source"] = source.facts()
    error = unread or outcome.error
    if error is None and outcome.output is not None:
        try:
            row["target_bytes"] = os.path.getsize(outcome.output)
            job.target.put(outcome.output, source.path)
        except (OSError, DeepFilterError) as failure:
            error = f"{row['output']}: cannot be written: {sentence_of(failure)}"
    if error is not None:
        row.update(status="failed", error=error, target_bytes=None)
    for key, value in job.origin.items():
        row.setdefault(key, value)
    return row


def _run_archive(job: Job, kind: str, source: Source) -> List[Row]:
    """Rows of an archive's sounds, and then its own."""
    from ._archives import enhance_parquet, enhance_tar

    name = job.source.shown(source.path)
    folder = tempfile.mkdtemp(prefix="deepfilter-", dir=job.parent())
    try:
        made = os.path.join(folder, "made" + ending_of(source.path))
        enhance = enhance_tar if kind == "tar" else enhance_parquet
        rows = enhance(job, source, made)
        size = os.path.getsize(made)
        job.target.put(made, source.path)
    except (OSError, EOFError, DeepFilterError, ImportError) as error:
        if isinstance(error, DeepFilterError) and not isinstance(error, OSError):
            sentence = str(error)
        else:
            sentence = f"{name}: {sentence_of(error)}"
        return [job.row(source, sentence, input=name)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    failed = sum(row["status"] == "failed" for row in rows)
    output = job.target.shown(source.path)
    facts = {"sounds": len(rows), "failed": failed, "target_bytes": size}
    return [*rows, job.row(source, None, input=name, output=output, **facts)]


def sentence_of(error: BaseException) -> str:
    """What an exception says, on one line."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(said).split())
