"""Finds libdeepfilter and declares its C functions, as include/deepfilter/deepfilter.h has them.

Nothing is loaded when the package is imported: `library()` loads at its first call, once for the
process.
"""

from __future__ import annotations

import ctypes
import os
import sys
from ctypes import POINTER, c_char_p, c_float, c_int, c_size_t, c_uint32, c_void_p
from typing import Any, List, Optional, Tuple

from ._errors import BY_RESULT, DeepFilterError, InternalError, NotFoundError

FOLDER = os.path.dirname(os.path.abspath(__file__))
# The archives of the models that the package brings.
MODELS_FOLDER = os.path.join(FOLDER, "_models")
DEFAULT_MODEL = "dfn3"
_ARCHIVES = {"dfn3": "DeepFilterNet3_onnx.tar.gz"}

_FOLDER = "_lib"
if sys.platform == "win32":
    # Beside the program, which finds it nowhere else.
    _FOLDER, _FILE_NAME = "_bin", "deepfilter.dll"
elif sys.platform == "darwin":
    _FILE_NAME = "libdeepfilter.0.dylib"
else:
    _FILE_NAME = "libdeepfilter.so.0"

PROGRESS_FUNCTION = ctypes.CFUNCTYPE(c_int, c_void_p, ctypes.c_uint64, ctypes.c_uint64)


class ModelOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("log", c_void_p),
        ("log_data", c_void_p),
        ("max_file_bytes", c_size_t),
    ]


class File(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("bytes", c_char_p), ("size", c_size_t)]


class StreamOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("sample_rate_hz", c_uint32),
        ("channels", c_uint32),
        ("channel_mode", c_int),
        ("profile", c_int),
        ("precision", c_int),
        ("work_mode", c_int),
        ("block_multiple", c_uint32),
        ("attenuation_limit_db", c_float),
        ("post_filter_beta", c_float),
        ("min_db_threshold", c_float),
        ("max_db_erb_threshold", c_float),
        ("max_db_df_threshold", c_float),
        ("silence_skip", c_int),
        ("unused", c_uint32),
        ("level", c_int),
        ("level_gain_db", c_float),
        ("band", c_int),
    ]


class EnhanceOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("stream", POINTER(StreamOptions)),
        ("progress", PROGRESS_FUNCTION),
        ("progress_data", c_void_p),
        ("unpadded", c_int),
        ("unused", c_uint32),
    ]


class Clip(ctypes.Structure):
    _fields_ = [("input", c_void_p), ("output", c_void_p), ("samples", c_size_t)]


class EnhanceBatchOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("stream", POINTER(StreamOptions)),
        ("threads", c_uint32),
        ("progress", PROGRESS_FUNCTION),
        ("progress_data", c_void_p),
    ]


class Block(ctypes.Structure):
    _fields_ = [
        ("stream", c_void_p),
        ("input", c_void_p),
        ("output", c_void_p),
        ("samples", c_size_t),
    ]


# name: result, arguments. Samples, handles and states are plain addresses: building typed pointers
# costs more than a call.
_p = c_void_p
_handle = POINTER(c_void_p)
_FUNCTIONS: List[Tuple[str, Any, List[Any]]] = [
    ("dfn_version", c_char_p, []),
    ("dfn_simd_target", c_char_p, []),
    ("dfn_error_result", c_int, [_p]),
    ("dfn_error_message", c_char_p, [_p]),
    ("dfn_error_free", None, [_p]),
    ("dfn_model_options_init", None, [_p, c_size_t]),
    ("dfn_model_open", c_int, [c_char_p, _p, _handle, _handle]),
    ("dfn_model_open_memory", c_int, [_p, c_size_t, _p, _handle, _handle]),
    ("dfn_model_open_files", c_int, [_p, c_size_t, _p, _handle, _handle]),
    ("dfn_model_free", None, [_p]),
    ("dfn_model_name", c_char_p, [_p]),
    ("dfn_model_sample_rate_hz", c_uint32, [_p]),
    ("dfn_model_hop_samples", c_size_t, [_p]),
    ("dfn_model_precision", c_int, [_p]),
    ("dfn_model_delay_samples", c_size_t, [_p, _p]),
    ("dfn_stream_options_init", None, [_p, c_size_t]),
    ("dfn_stream_create", c_int, [_p, _p, _handle, _handle]),
    ("dfn_stream_free", None, [_p]),
    ("dfn_stream_delay_samples", c_size_t, [_p]),
    ("dfn_stream_process", c_int, [_p, _p, _p, c_size_t]),
    ("dfn_stream_process_interleaved", c_int, [_p, _p, _p, c_size_t]),
    ("dfn_stream_process_i16", c_int, [_p, _p, _p, c_size_t]),
    ("dfn_stream_process_interleaved_i16", c_int, [_p, _p, _p, c_size_t]),
    ("dfn_stream_flush", c_int, [_p, _p, c_size_t]),
    ("dfn_stream_reset", None, [_p]),
    ("dfn_enhance_options_init", None, [_p, c_size_t]),
    ("dfn_enhance", c_int, [_p, _p, _p, _p, c_size_t, _handle]),
    ("dfn_enhance_interleaved", c_int, [_p, _p, _p, _p, c_size_t, _handle]),
    ("dfn_enhance_batch_options_init", None, [_p, c_size_t]),
    ("dfn_enhance_batch", c_int, [_p, _p, _p, c_size_t, _handle]),
    ("dfn_stream_set_attenuation_limit_db", None, [_p, c_float]),
    ("dfn_stream_set_post_filter_beta", None, [_p, c_float]),
    ("dfn_stream_set_thresholds_db", None, [_p, c_float, c_float, c_float]),
    ("dfn_stream_set_level", None, [_p, c_int, c_float]),
    ("dfn_stream_set_bypass", None, [_p, c_int]),
    ("dfn_stream_local_snr_db", c_float, [_p]),
    ("dfn_stream_local_snrs_db", c_size_t, [_p, _p, c_size_t]),
    ("dfn_stream_level_gain_db", c_float, [_p]),
    ("dfn_stream_state_size", c_size_t, [_p]),
    ("dfn_stream_save", c_int, [_p, _p, c_size_t]),
    ("dfn_stream_restore", c_int, [_p, _p, c_size_t]),
    ("dfn_stream_copy", c_int, [_p, _p]),
    ("dfn_batch_create", c_int, [_p, c_int, c_size_t, _handle, _handle]),
    ("dfn_batch_free", None, [_p]),
    ("dfn_batch_process", c_int, [_p, _p, c_size_t]),
]


def packaged_model(name: str) -> Optional[str]:
    """The path of a known model's archive in this package, or None."""
    archive = _ARCHIVES.get(name)
    path = os.path.join(MODELS_FOLDER, archive) if archive else ""
    return path if archive and os.path.exists(path) else None


def library_path() -> str:
    """The path of the shared library: $DEEPFILTER_LIBRARY, else this package's own, else a name
    that the system's loader may know."""
    asked = os.environ.get("DEEPFILTER_LIBRARY")
    if asked:
        return asked
    own = os.path.join(FOLDER, _FOLDER, _FILE_NAME)
    return own if os.path.exists(own) else _FILE_NAME


_loaded: Any = None


def library() -> Any:
    """The loaded library, with its functions declared. Calls release the interpreter's lock.

    Raises NotFoundError if there is no library, and InternalError if it lacks a function.
    """
    global _loaded
    if _loaded is None:
        path = library_path()
        try:
            found = ctypes.CDLL(path)
        except OSError as reason:
            raise NotFoundError(
                f"{path}: the library could not be loaded ({reason}); install this package from its "
                "wheel, or name the library in DEEPFILTER_LIBRARY"
            ) from None
        for name, result, arguments in _FUNCTIONS:
            try:
                function = getattr(found, name)
            except AttributeError:
                raise InternalError(
                    f"{path}: has no function {name}, so it is of another version than this package"
                ) from None
            function.restype = result
            function.argtypes = arguments
        _loaded = found
    return _loaded


def take_error(error: Any) -> DeepFilterError:
    """The exception of a `dfn_error *`, which is freed."""
    lib = library()
    result = lib.dfn_error_result(error)
    sentence = lib.dfn_error_message(error).decode("utf-8", "replace")
    if sentence.endswith("exists already"):
        sentence += "; overwrite=True replaces it"
    lib.dfn_error_free(error)
    return BY_RESULT.get(result, DeepFilterError)(sentence)


def check_result(result: int, sentence: str) -> None:
    """Raises the exception of a result that comes without a sentence of its own."""
    if result:
        raise BY_RESULT.get(result, DeepFilterError)(sentence)


def version() -> str:
    """The library's version, "0.1.0"."""
    text: bytes = library().dfn_version()
    return text.decode()


def simd_target() -> str:
    """The vector instructions that this process computes with, "AVX2": the machine's best, or those
    that $DEEPFILTER_SIMD names."""
    text: bytes = library().dfn_simd_target()
    return text.decode()
