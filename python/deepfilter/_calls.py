"""Long calls of the library: progress, and Ctrl-C that ends them.

Python runs signal handlers on the main thread, between instructions. If that thread sat in the
library, an interrupt would wait for a callback, and an exception that is raised at the entry of a
callback is lost. So the main thread lets another one make the call, and waits where an interrupt
reaches it.
"""

from __future__ import annotations

import queue
import sys
import threading
from typing import Any, Callable, Optional, Tuple, Union

from ._library import PROGRESS_FUNCTION

# Called with the work done and the whole; an exception ends the work.
Progress = Callable[[int, int], Any]


def run_long(call: Callable[[Any], None], progress: Optional[Progress]) -> None:
    """Runs `call(progress_function)`, a call of the library that takes a PROGRESS_FUNCTION.

    `progress` is called on this thread. An exception of it, or an interrupt, ends the call and comes
    out here.
    """
    if threading.current_thread() is threading.main_thread():
        _run_beside(call, progress)
    else:
        _run_here(call, progress)


def _run_here(call: Callable[[Any], None], progress: Optional[Progress]) -> None:
    if progress is None:
        call(PROGRESS_FUNCTION())  # null
        return
    tell = progress
    raised: list[BaseException] = []

    def step(_: Any, done: int, total: int) -> int:
        try:
            tell(done, total)
        except BaseException as exception:
            raised.append(exception)
            return 1
        return 0

    try:
        call(PROGRESS_FUNCTION(step))
    except Exception:
        if raised:
            raise raised[0] from None
        raise


def _run_beside(call: Callable[[Any], None], progress: Optional[Progress]) -> None:
    steps: queue.SimpleQueue[Union[Tuple[int, int], None]] = queue.SimpleQueue()
    ended = False
    failure: list[BaseException] = []

    def step(_: Any, done: int, total: int) -> int:
        steps.put((done, total))
        return 1 if ended else 0

    def work() -> None:
        try:
            call(PROGRESS_FUNCTION(step))
        except BaseException as exception:
            failure.append(exception)
        finally:
            steps.put(None)

    worker = threading.Thread(target=work, name="deepfilter", daemon=True)
    worker.start()
    try:
        while True:
            news = steps.get()
            if news is None:
                break
            if progress is not None:
                progress(*news)
    except BaseException:
        ended = True
        worker.join()
        raise
    worker.join()
    if failure:
        raise failure[0]


def shown(
    progress: Union[bool, Progress, None], name: str, unit_scale: float, unit: str = "s"
) -> Optional[Progress]:
    """What `progress` asks for: None or False nothing, True a bar (tqdm's if that is installed, else
    a line on standard error), a function itself.

    unit_scale: what one step counts in the bar's unit, such as seconds a sample.
    """
    if progress is None or progress is False:
        return None
    if callable(progress):
        return progress
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return _line(name)
    bar: Any = None

    def update(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            bar = tqdm(total=round(total * unit_scale, 1), desc=name, unit=unit)
        bar.update(round(done * unit_scale, 1) - bar.n)
        if done >= total:
            bar.close()

    return update


def _line(name: str) -> Progress:
    """A line that is written again and again; in a file or a log, once and at the end."""
    terminal = sys.stderr.isatty()

    def update(done: int, total: int) -> None:
        last = done >= total
        if not (terminal or last):
            return
        start, end = "\r" if terminal else "", "\n" if last else ""
        sys.stderr.write(f"{start}{name}  {100 * done // max(total, 1):3d} %{end}")
        sys.stderr.flush()

    return update
