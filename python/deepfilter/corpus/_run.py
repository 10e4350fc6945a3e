"""Runs tasks on this machine: a thread for each run of the program."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Callable, Iterator, List, Optional, Set

from ._manifest import Row
from ._work import Job, Task, run_task


def run_local(
    job: Job, tasks: Iterator[Task], workers: Optional[int], record: Callable[[List[Row]], None]
) -> None:
    """Runs all, so many at once (None: the machine's processors), and records rows on this thread.
    After an exception the tasks that run come to their ends, and no more begin."""
    count = workers or os.cpu_count() or 1
    running: Set[Future[List[Row]]] = set()
    with ThreadPoolExecutor(count, thread_name_prefix="deepfilter") as pool:
        try:
            for task in tasks:
                running.add(pool.submit(run_task, job, task))
                if len(running) >= 2 * count:
                    running = _record(running, record)
            while running:
                running = _record(running, record)
        except BaseException:
            for future in running:
                future.cancel()
            raise


def _record(
    running: Set[Future[List[Row]]], record: Callable[[List[Row]], None]
) -> Set[Future[List[Row]]]:
    finished, rest = wait(running, return_when=FIRST_COMPLETED)
    for future in finished:
        record(future.result())
    return rest
