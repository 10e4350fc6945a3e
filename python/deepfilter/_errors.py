"""Exceptions. Each carries the library's or the program's one sentence.

All are `DeepFilterError`. Where Python has a class of its own for the kind of failure, they are that
class too, so that ``except FileNotFoundError`` and ``except ValueError`` work as anywhere.
"""

from __future__ import annotations

from typing import Dict, Type


class DeepFilterError(Exception):
    """What deepfilter cannot do, said in one sentence."""


class InvalidArgumentError(DeepFilterError, ValueError):
    """An option out of range, or samples of the wrong shape."""


class SampleTypeError(DeepFilterError, TypeError):
    """Samples of a kind that has no defined full scale here, such as int32 or complex numbers."""


class NotFoundError(DeepFilterError, FileNotFoundError):
    """No such file, folder or known model."""


class InputOutputError(DeepFilterError, OSError):
    """The system could not read or write."""


class CorruptError(DeepFilterError, ValueError):
    """Bytes that break the rules of their format."""


class LimitError(DeepFilterError, ValueError):
    """Larger than the limits allow."""


class UnsupportedError(DeepFilterError, NotImplementedError):
    """Well-formed, but of a kind that this library does not run."""


class MismatchError(DeepFilterError, ValueError):
    """Parts that do not belong together, such as a state and a stream of another model."""


class OutOfMemoryError(DeepFilterError, MemoryError):
    """The memory was not enough."""


class InternalError(DeepFilterError, RuntimeError):
    """A bug of the library: please report the sentence."""


class StateError(DeepFilterError, RuntimeError):
    """A call out of turn, such as `Stream.process` after `Stream.flush`, or of a closed object."""


class CancelledError(DeepFilterError):
    """The work was ended before its end."""


class ExistsError(DeepFilterError, FileExistsError):
    """A file is there already, and replacing it was not asked for."""


# By the values of dfn_result, which never change.
BY_RESULT: Dict[int, Type[DeepFilterError]] = {
    1: InvalidArgumentError,
    2: NotFoundError,
    3: InputOutputError,
    4: CorruptError,
    5: LimitError,
    6: UnsupportedError,
    7: MismatchError,
    8: OutOfMemoryError,
    9: InternalError,
    10: StateError,
    11: CancelledError,
    12: ExistsError,
}
