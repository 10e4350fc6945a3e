"""deepfilter: takes noise out of speech with DeepFilterNet, exactly and in real time.

    import deepfilter

    clean = deepfilter.enhance(noisy, 48000)                # numpy in, numpy out
    deepfilter.enhance_file("noisy.wav", "clean.wav")       # any sound file

    with deepfilter.Model("dfn3") as model:                 # live
        stream = model.stream(rate=16000)
        quiet = stream.process(block)

Pure Python over the shared library libdeepfilter, which this package brings with the model dfn3.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, List

if TYPE_CHECKING:
    from ._batch import Batch as Batch
    from ._enhance import enhance as enhance
    from ._errors import CancelledError as CancelledError
    from ._errors import CorruptError as CorruptError
    from ._errors import DeepFilterError as DeepFilterError
    from ._errors import ExistsError as ExistsError
    from ._errors import InputOutputError as InputOutputError
    from ._errors import InternalError as InternalError
    from ._errors import InvalidArgumentError as InvalidArgumentError
    from ._errors import LimitError as LimitError
    from ._errors import MismatchError as MismatchError
    from ._errors import NotFoundError as NotFoundError
    from ._errors import OutOfMemoryError as OutOfMemoryError
    from ._errors import SampleTypeError as SampleTypeError
    from ._errors import StateError as StateError
    from ._errors import UnsupportedError as UnsupportedError
    from ._files import enhance_file as enhance_file
    from ._library import simd_target as simd_target
    from ._model import Model as Model
    from ._stream import Stream as Stream
    from ._tools import export as export
    from ._tools import inspect as inspect
    from ._tools import merge as merge
    from ._tools import models as models
    from ._tools import pack as pack
    from ._tools import pull as pull
    from ._tools import speech_level_db as speech_level_db
    from ._tools import split as split

    __version__: str

# A name is looked up in its module when it is first used, so that importing the package loads
# neither numpy nor the library for a program that needs neither, such as the command `deepfilter`.
_HOMES = {
    "_batch": ["Batch"],
    "_enhance": ["enhance"],
    "_errors": [
        "CancelledError",
        "CorruptError",
        "DeepFilterError",
        "ExistsError",
        "InputOutputError",
        "InternalError",
        "InvalidArgumentError",
        "LimitError",
        "MismatchError",
        "NotFoundError",
        "OutOfMemoryError",
        "SampleTypeError",
        "StateError",
        "UnsupportedError",
    ],
    "_files": ["enhance_file"],
    "_library": ["simd_target"],
    "_model": ["Model"],
    "_stream": ["Stream"],
    "_tools": ["export", "inspect", "merge", "models", "pack", "pull", "speech_level_db", "split"],
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = import_module("._library", __name__).version()
    elif name in _HOME:
        value = getattr(import_module("." + _HOME[name], __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> List[str]:
    return sorted([*globals(), *_HOME, "__version__"])
