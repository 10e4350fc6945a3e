"""Whole corpora: folders of sounds, webdataset tar shards and Parquet files, on one machine or a Ray
cluster, from and to local folders and what fsspec opens.

    python -m deepfilter.corpus SOURCE TARGET --resume            # or enhance_corpus of this module
    python -m deepfilter.corpus s3://bucket/in s3://bucket/out --shard 3/16
    python -m deepfilter.corpus /data/in /data/out --ray

Every sound goes through the program `deepfilter enhance`, whose bits, formats and tags it gets. Each
has a row in one manifest, by which a run that was ended at any point goes on.
"""

from __future__ import annotations

import hashlib
import os
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Union

from .._errors import CancelledError, InvalidArgumentError
from .._library import DEFAULT_MODEL
from .._options import Level, whole
from .._staged import origin_of, program_flags
from ._manifest import Manifest, Row, manifest_name, parse_shard, shard_of
from ._places import Place
from ._plan import Plan
from ._run import run_local
from ._work import Job

__all__ = ["CorpusReport", "enhance_corpus", "parse_shard", "shard_of"]

_ORIGIN = ("profile", "model", "options", "engine", "version")


class CorpusReport(NamedTuple):
    """What a run did. Sounds in archives count like files; archives themselves do not."""

    done: int
    failed: int
    done_before: int  # files and archives that an earlier run had done
    manifest: str


def enhance_corpus(
    source: Union[str, "os.PathLike[str]"],
    target: Union[str, "os.PathLike[str]"],
    *,
    shard: Optional[str] = None,
    resume: bool = False,
    force: bool = False,
    manifest: Optional[str] = None,
    ray: Union[bool, str] = False,
    workers: Optional[int] = None,
    column: Optional[str] = None,
    storage_options: Optional[Dict[str, Any]] = None,
    model: Union[str, "os.PathLike[str]"] = DEFAULT_MODEL,
    atten_lim_db: Optional[float] = None,
    level: Optional[Level] = None,
    precision: Optional[str] = None,
    options: Sequence[str] = (),
    progress: Optional[Callable[[int, int], object]] = None,
) -> CorpusReport:
    """Enhances all sounds below `source` into the same places below `target`.

    source, target: folders or fsspec addresses. Files of sound, .tar (.tgz, .tar.gz, .bz2, .xz) and
            .parquet are taken, others and hidden ones are not. A target is there whole or not at all.
    shard: "I/N", the files of one of N shards, I from 1 to N; those of `deepfilter enhance --shard`.
    resume: go on with the run whose manifest is in the target: what is done, with the same source,
            model and options, stays; the rest is made.
    force: start anew, over the outputs that are there.
    manifest: a local file in place of manifest.jsonl, or manifest-I-of-N.jsonl, in the target.
    ray: run on a Ray cluster: True: the one of $RAY_ADDRESS or of this machine, else a new one; or an
            address. Local folders must be the same on all its machines.
    workers: how many sounds are enhanced at once; None: the processors of this machine or cluster.
    column: of Parquet files, with bytes or a struct of bytes and path; None: the one that is such.
    storage_options: for fsspec, such as keys and endpoints.
    model, atten_lim_db, level, precision: as in `deepfilter.enhance_file`.
    options: further options of the program.
    progress: called with the files and archives that are finished and their whole number.

    A bad file is a row, no exception. Errors: InvalidArgumentError, NotFoundError (no source, model,
    program or package), ExistsError (outputs without `resume` or `force`), InputOutputError (the
    manifest cannot be written), CancelledError (Ctrl-C; the same with `resume` goes on).
    """
    index = parse_shard(shard)
    job = Job(
        Place(os.fspath(source), storage_options),
        Place(os.fspath(target), storage_options),
        program_flags(model, atten_lim_db, level, precision, options),
        "",
        column,
    )
    at_once = None if workers is None else whole("workers", workers, 1, 100_000)
    _refuse(job, ray)
    name = manifest_name(index, shard is not None)
    plan = Plan(job.source, job.target, index)
    log = Manifest(job.target, name, manifest)
    job.work = f".deepfilter-{hashlib.sha256(os.fsencode(log.shown)).hexdigest()[:16]}"
    sizes = job.target.sizes()
    log.open(resume, force, lambda: plan.has_outputs(sizes))
    try:
        origin = origin_of(job.flags)
        job.origin = {key: origin[key] for key in _ORIGIN if key in origin}
        job.remove_work()
        before = plan.settle(log, origin, sizes)
        counts = _counted(job, plan, log, at_once, ray, progress)
    finally:
        job.remove_work()
        log.close()
    return CorpusReport(counts["done"], counts["failed"], before, log.shown)


def _refuse(job: Job, ray: Union[bool, str]) -> None:
    if job.source.is_local == job.target.is_local and job.source.root == job.target.root:
        raise InvalidArgumentError(
            f"{job.source.address}: is source and target; give another target"
        )
    for place in (job.source, job.target):
        if ray and not place.is_shared:
            raise InvalidArgumentError(
                f"{place.address}: other processes do not see it; run without Ray"
            )


def _counted(
    job: Job,
    plan: Plan,
    log: Manifest,
    workers: Optional[int],
    ray: Union[bool, str],
    progress: Optional[Callable[[int, int], object]],
) -> Dict[str, int]:
    counts = {"done": 0, "failed": 0}
    total, finished = len(plan), 0

    def record(rows: List[Row]) -> None:
        nonlocal finished
        log.add(rows)
        for row in rows:
            if "sounds" not in row:
                counts[row["status"]] += 1
            finished += "member" not in row
        if progress is not None:
            progress(finished, total)

    try:
        if ray:
            from ._ray import run_on_ray

            run_on_ray(job, plan, workers, ray, record)
        else:
            run_local(job, plan.tasks(workers or os.cpu_count() or 1), workers, record)
    except KeyboardInterrupt:
        raise CancelledError(
            f"the work was interrupted after {finished} of {total} files; --resume goes on with it"
        ) from None
    return counts
