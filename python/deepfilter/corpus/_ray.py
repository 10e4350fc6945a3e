"""Runs tasks on a Ray cluster."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Union

from .._errors import NotFoundError
from ._manifest import Row
from ._plan import Plan
from ._work import Job, Task, run_task

# How often a task begins again after its worker has died, before its files are tried one by one.
_TRIES = 2


def connected(address: Union[bool, str]) -> Any:
    """The module ray, connected to a cluster."""
    try:
        import ray
    except ImportError:
        raise NotFoundError(
            'the package ray is not here; "pip install ray" installs it, or leave out --ray'
        ) from None
    if not ray.is_initialized():
        ray.init(
            address=address if isinstance(address, str) else None,
            log_to_driver=False,
            ignore_reinit_error=True,
        )
    return ray


def run_on_ray(
    job: Job,
    plan: Plan,
    workers: Optional[int],
    address: Union[bool, str],
    record: Callable[[List[Row]], None],
) -> None:
    """As run_local, over the machines of a cluster. A task whose worker died is done again."""
    ray = connected(address)
    count = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
    remote = ray.remote(num_cpus=1, max_retries=_TRIES)(run_task)
    shared = ray.put(job)
    running: Dict[Any, Task] = {}
    tasks = plan.tasks(count)
    # One task more than workers waits for each of them, unless their number was asked for.
    most = count if workers else 2 * count
    again: List[Task] = []
    more = True
    while more or again or running:
        while len(running) < most and (more or again):
            task = again.pop() if again else next(tasks, None)
            if task is None:
                more = False
            else:
                running[remote.remote(shared, task)] = task
        finished, _ = ray.wait(list(running), num_returns=1, timeout=1.0) if running else ([], [])
        for reference in finished:
            task = running.pop(reference)
            try:
                rows = ray.get(reference)
            except (ray.exceptions.WorkerCrashedError, ray.exceptions.OutOfMemoryError) as error:
                again += _smaller(job, task, error, record)
                continue
            except ray.exceptions.RayTaskError as error:
                raise error.as_instanceof_cause() from None
            record(rows)


def _smaller(
    job: Job, task: Task, error: Exception, record: Callable[[List[Row]], None]
) -> List[Task]:
    """A task that ended its workers file by file; a file that did is a row."""
    if len(task.sources) > 1:
        return [Task(task.kind, [source]) for source in task.sources]
    source = task.sources[0]
    name = job.source.shown(source.path)
    died = f"{name}: its worker on Ray died {_TRIES + 1} times ({type(error).__name__})"
    record([job.row(source, died, input=name)])
    return []
