"""Models as files: export, merge, split, pack, inspect, and the models that are known by name.

The C functions of include/deepfilter/tools.h, by the same code as the program's commands.
"""

from __future__ import annotations

import ctypes
import glob
import json
import os
from ctypes import c_char_p, c_float, c_int, c_size_t, c_uint32, c_void_p
from importlib import util
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

from ._calls import Progress, run_long, shown
from ._errors import InvalidArgumentError
from ._library import DEFAULT_MODEL, PROGRESS_FUNCTION, library, packaged_model, take_error
from ._options import PRECISIONS, choose, whole

PathLike = Union[str, "os.PathLike[str]"]

_LAYOUTS = {"networks": 0, "combined": 1, "streaming": 2, "audio": 3}
_STATES = {"full": 0, "gru": 1, "none": 2}


class ExportOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("layout", c_int),
        ("state", c_int),
        ("opset", c_int),
        ("single_frame", c_int),
        ("lower_gru", c_int),
        ("fp16_weights", c_int),
        ("overwrite", c_int),
        ("verify", c_int),
        ("config", c_char_p),
        ("onnxruntime_library", c_char_p),
        ("verify_input", c_void_p),
        ("verify_samples", c_size_t),
        ("progress", PROGRESS_FUNCTION),
        ("progress_data", c_void_p),
    ]


class MergeOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("overwrite", c_int),
        ("progress", PROGRESS_FUNCTION),
        ("progress_data", c_void_p),
    ]


class SplitOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("state", c_int),
        ("opset", c_int),
        ("single_frame", c_int),
        ("lower_gru", c_int),
        ("fp16_weights", c_int),
        ("overwrite", c_int),
        ("progress", PROGRESS_FUNCTION),
        ("progress_data", c_void_p),
    ]


class PackOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("precision", c_int),
        ("overwrite", c_int),
        ("config", c_char_p),
        ("progress", PROGRESS_FUNCTION),
        ("progress_data", c_void_p),
    ]


class InspectOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("progress", PROGRESS_FUNCTION),
        ("progress_data", c_void_p),
    ]


_p = c_void_p
_FUNCTIONS: Dict[str, Tuple[Any, List[Any]]] = {
    "dfn_text_free": (None, [_p]),
    "dfn_export_options_init": (None, [_p, c_size_t]),
    "dfn_export": (c_int, [c_char_p, c_char_p, _p, _p, _p]),
    "dfn_merge_options_init": (None, [_p, c_size_t]),
    "dfn_merge": (c_int, [c_char_p, c_char_p, _p, _p, _p]),
    "dfn_split_options_init": (None, [_p, c_size_t]),
    "dfn_split": (c_int, [c_char_p, c_char_p, _p, _p, _p]),
    "dfn_pack_options_init": (None, [_p, c_size_t]),
    "dfn_pack": (c_int, [c_char_p, c_char_p, _p, _p, _p]),
    "dfn_inspect_options_init": (None, [_p, c_size_t]),
    "dfn_inspect": (c_int, [c_char_p, _p, _p, _p]),
    "dfn_models": (c_int, [_p, _p]),
    "dfn_models_add_memory": (c_int, [c_char_p, _p, c_size_t, _p, _p]),
    "dfn_speech_level_db": (c_int, [_p, c_size_t, c_uint32, _p, _p]),
}


def _function(name: str) -> Any:
    function = getattr(library(), name)
    function.restype, function.argtypes = _FUNCTIONS[name]
    return function


def _taken(call: Callable[[Any, Any], int]) -> str:
    """The text that `call(text, error)` gives out."""
    text, error = c_void_p(), c_void_p()
    result = call(ctypes.byref(text), ctypes.byref(error))
    try:
        if result:
            raise take_error(error)
        return ctypes.string_at(text.value or b"").decode("utf-8", "replace")
    finally:
        _function("dfn_text_free")(text)


def _long(
    name: str, progress: Union[bool, Progress, None], call: Callable[[Any, Any, Any], int]
) -> Any:
    """The report of `call(progress function, text, error)` as an object."""
    texts: List[str] = []

    def run(step: Any) -> None:
        texts.append(_taken(lambda text, error: call(step, text, error)))

    run_long(run, shown(progress, name, 1.0, unit=""))
    return json.loads(texts[0])


def _source(source: PathLike) -> bytes:
    text = os.fspath(source)
    place = text if os.path.exists(text) else packaged_model(text) or text
    return os.fsencode(place)


def _opset(opset: int) -> int:
    return whole("opset", opset, 14, 21)


def _onnxruntime(named: Optional[PathLike]) -> Optional[bytes]:
    """The library in the Python package onnxruntime of this environment, if none is named."""
    if named is not None:
        return os.fsencode(named)
    spec = None if os.environ.get("ORT_DYLIB_PATH") else util.find_spec("onnxruntime")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        capi = os.path.join(glob.escape(folder), "capi")
        for pattern in ("libonnxruntime.so*", "libonnxruntime*.dylib", "onnxruntime.dll"):
            found = sorted(glob.glob(os.path.join(capi, pattern)))
            if found:
                return os.fsencode(found[-1])
    return None


def export(
    source: PathLike,
    folder: PathLike,
    *,
    layout: str = "networks",
    state: str = "full",
    opset: int = 17,
    single_frame: bool = False,
    lower_gru: bool = False,
    fp16_weights: bool = False,
    overwrite: bool = False,
    verify: bool = False,
    verify_input: Any = None,
    config: Optional[PathLike] = None,
    onnxruntime_library: Optional[PathLike] = None,
    progress: Union[bool, Progress, None] = None,
) -> Dict[str, Any]:
    """Writes a model as ONNX files that keep their state.

    source: a known name, a folder or archive of ONNX files, a PyTorch checkpoint.
    folder: made if it is missing.
    layout: "networks" (enc, erb_dec, df_dec), "combined" (one file), "streaming" (four files), or
            "audio" (one file, samples in, samples out).
    state: which states are inputs and outputs: "full" (exact frame by frame), "gru" (the hidden
           states), "none" (the official form, for whole sequences).
    opset: 14 to 21.
    single_frame: one frame a call, in place of any number.
    lower_gru: MatMul, Sigmoid and Tanh in place of GRU.
    fp16_weights: weights stored as float16.
    verify: reads the files back, compares each weight, and runs them under ONNX Runtime beside the
            model: the Python package onnxruntime of this environment, or `onnxruntime_library`.
    verify_input: the sound to compare with, [N] float32 at the model's rate; None: synthetic.
    config: path of a checkpoint's config.ini, where it is not beside it.

    Returns the report of `deepfilter export --json`. Files appear when all are complete.
    Errors: those of Model; ExistsError, InputOutputError, InvalidArgumentError; MismatchError (a
    figure of `verify` misses its limit), NotFoundError (no ONNX Runtime).
    """
    options = ExportOptions()
    _function("dfn_export_options_init")(ctypes.byref(options), ctypes.sizeof(options))
    options.layout = choose("layout", layout, _LAYOUTS)
    options.state = choose("state", state, _STATES)
    options.opset = _opset(opset)
    options.single_frame, options.lower_gru = bool(single_frame), bool(lower_gru)
    options.fp16_weights, options.overwrite = bool(fp16_weights), bool(overwrite)
    options.verify = bool(verify)
    options.config = None if config is None else os.fsencode(config)
    options.onnxruntime_library = _onnxruntime(onnxruntime_library) if verify else None
    if verify_input is not None:
        from ._arrays import Arrival, address

        heard = Arrival(verify_input).planes
        if heard.shape[:-1] != (1,) or heard.dtype != "float32":
            raise InvalidArgumentError("verify_input must be one channel of float32 samples")
        options.verify_input, options.verify_samples = address(heard), heard.shape[-1]
    call = _function("dfn_export")

    def run(step: Any, text: Any, error: Any) -> int:
        options.progress = step
        ends = (_source(source), os.fsencode(folder), ctypes.byref(options), text, error)
        return int(call(*ends))

    report: Dict[str, Any] = _long("export", progress, run)
    return report


def merge(
    source: PathLike,
    target: Optional[PathLike] = None,
    *,
    overwrite: bool = False,
    progress: Union[bool, Progress, None] = None,
) -> Dict[str, Any]:
    """Joins the three networks, or the four streaming files, in `source` (a folder or archive) into
    the one ONNX file `target`; None: combined.onnx or combined_streaming.onnx in that folder.

    Returns {"source": ..., "folder": ..., "files": [{"name": ..., "bytes": ...}]}.
    Errors: NotFoundError, CorruptError, MismatchError (the parts do not belong together),
    UnsupportedError, LimitError, ExistsError, InputOutputError.
    """
    options = MergeOptions()
    _function("dfn_merge_options_init")(ctypes.byref(options), ctypes.sizeof(options))
    options.overwrite = bool(overwrite)
    place = None if target is None else os.fsencode(target)
    call = _function("dfn_merge")

    def run(step: Any, text: Any, error: Any) -> int:
        options.progress = step
        return int(call(_source(source), place, ctypes.byref(options), text, error))

    report: Dict[str, Any] = _long("merge", progress, run)
    return report


def split(
    source: PathLike,
    folder: PathLike,
    *,
    state: str = "full",
    opset: int = 17,
    single_frame: bool = False,
    lower_gru: bool = False,
    fp16_weights: bool = False,
    overwrite: bool = False,
    progress: Union[bool, Progress, None] = None,
) -> Dict[str, Any]:
    """Makes the four streaming ONNX files of the ONNX files in `source` in `folder`. The options are
    those of `export`; graphs that are no DeepFilterNet are cut as they are.

    Returns what `merge` returns. Errors: those of `merge`.
    """
    options = SplitOptions()
    _function("dfn_split_options_init")(ctypes.byref(options), ctypes.sizeof(options))
    options.state = choose("state", state, _STATES)
    options.opset = _opset(opset)
    options.single_frame, options.lower_gru = bool(single_frame), bool(lower_gru)
    options.fp16_weights, options.overwrite = bool(fp16_weights), bool(overwrite)
    call = _function("dfn_split")

    def run(step: Any, text: Any, error: Any) -> int:
        options.progress = step
        ends = (_source(source), os.fsencode(folder), ctypes.byref(options), text, error)
        return int(call(*ends))

    report: Dict[str, Any] = _long("split", progress, run)
    return report


def pack(
    source: PathLike,
    target: PathLike,
    *,
    precision: Optional[str] = None,
    overwrite: bool = False,
    config: Optional[PathLike] = None,
    progress: Union[bool, Progress, None] = None,
) -> Dict[str, Any]:
    """Writes a model as one packed model file, which opens in a few milliseconds.

    source: a known name, a folder or archive of ONNX files, a PyTorch checkpoint.
    precision: how weights are stored: "f32"; "f16" or "i8", smaller, with the samples of the source
               at that precision; None: as the source has them.
    config: path of a checkpoint's config.ini, where it is not beside it.

    Returns {"source": ..., "file": ..., "precision": ..., "bytes": ...}.
    Errors: those of Model; ExistsError, InputOutputError, InvalidArgumentError.
    """
    options = PackOptions()
    _function("dfn_pack_options_init")(ctypes.byref(options), ctypes.sizeof(options))
    if precision is not None:
        options.precision = choose("precision", precision, PRECISIONS)
    options.overwrite = bool(overwrite)
    options.config = None if config is None else os.fsencode(config)
    call = _function("dfn_pack")

    def run(step: Any, text: Any, error: Any) -> int:
        options.progress = step
        ends = (_source(source), os.fsencode(target), ctypes.byref(options), text, error)
        return int(call(*ends))

    report: Dict[str, Any] = _long("pack", progress, run)
    return report


def inspect(source: PathLike = DEFAULT_MODEL) -> Dict[str, Any]:
    """What a model is made of: sizes, delay, states, and how ONNX Runtime would run it; what
    `deepfilter inspect --json` prints. Errors: those of Model."""
    options = InspectOptions()
    _function("dfn_inspect_options_init")(ctypes.byref(options), ctypes.sizeof(options))
    call = _function("dfn_inspect")

    def run(step: Any, text: Any, error: Any) -> int:
        options.progress = step
        return int(call(_source(source), ctypes.byref(options), text, error))

    facts: Dict[str, Any] = _long("inspect", None, run)
    return facts


def models() -> List[Dict[str, Any]]:
    """The models that are known by name, each with "name", "title", "note", "license", "bytes",
    "sha256", "addresses" (where to fetch it), "path" (where it is on this machine, or None),
    "damaged", and "packaged" (whether this package brings it)."""
    known: List[Dict[str, Any]] = json.loads(_taken(_function("dfn_models")))
    for model in known:
        own = packaged_model(model["name"])
        model["packaged"] = own is not None
        if own is not None and (model["path"] is None or model["damaged"]):
            model["path"], model["damaged"] = own, False
    return known


def pull(name: str, *, progress: Union[bool, Progress, None] = None) -> str:
    """Downloads a known model into the cache, where `Model(name)` finds it, and returns its path. A
    model that is there already is kept, without any network access. Size and SHA-256 are checked.

    progress: called with the bytes received and their whole number, or True.
    Errors: InvalidArgumentError (no known model), NotFoundError (no address has it),
    InputOutputError (network, disk), CorruptError (other bytes than they should be).
    """
    model = {known["name"]: known for known in models()}.get(name)
    if model is None:
        raise InvalidArgumentError(
            f'no model is known as "{name}"; deepfilter.models() lists them'
        )
    if model["path"] is not None and not model["damaged"]:
        return str(model["path"])
    from ._download import download

    content = download(model["addresses"], model["bytes"], shown(progress, name, 1e-6, unit="MB"))
    add = _function("dfn_models_add_memory")
    return _taken(lambda text, error: add(name.encode(), content, len(content), text, error))


def speech_level_db(samples: Any, rate: int) -> float:
    """The level of the speech in a whole sound of one channel, in dBFS, as level="auto" measures it;
    minus infinity if there is no speech.

    samples: [N], float32, float64 or float16 with full scale 1, or int16. rate: in Hz.
    """
    from ._arrays import Arrival, address
    from ._stream import from_int16

    arrival = Arrival(samples)
    planes = from_int16(arrival.planes) if arrival.is_int16 else arrival.planes
    if planes.shape[:-1] != (1,):
        raise InvalidArgumentError("the level of speech is measured in one channel of samples")
    level, error = c_float(), c_void_p()
    result = _function("dfn_speech_level_db")(
        address(planes),
        planes.shape[-1],
        whole("rate", rate, 8000, 192000),
        ctypes.byref(level),
        ctypes.byref(error),
    )
    if result:
        raise take_error(error)
    return level.value
