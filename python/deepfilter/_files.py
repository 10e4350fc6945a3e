"""Sound files, by the native program: formats, tags, crash-safety and bits are the program's."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import warnings
from typing import Any, Dict, List, Optional, Sequence, Tuple, Type, Union

from ._calls import Progress, shown
from ._command import program_environment, program_path
from ._errors import (
    CancelledError,
    CorruptError,
    DeepFilterError,
    ExistsError,
    InputOutputError,
    InvalidArgumentError,
    NotFoundError,
)
from ._library import DEFAULT_MODEL
from ._model import Model
from ._options import CHANNEL_MODES, Level, choose, level_choice, limit_db, real, thresholds_of, whole

PathLike = Union[str, "os.PathLike[str]"]

_FAILED, _USAGE, _BAD_INPUT, _INTERRUPTED = 1, 2, 3, 130
_BY_STATUS: Dict[int, Type[DeepFilterError]] = {
    _FAILED: InputOutputError,
    _USAGE: InvalidArgumentError,
    _BAD_INPUT: CorruptError,
    _INTERRUPTED: CancelledError,
}
# What Python has classes of its own for, and the program no status.
_BY_WORDS: List[Tuple[str, Type[DeepFilterError]]] = [
    ("no such file", NotFoundError),
    ("not on this machine", NotFoundError),
    ("no folder", NotFoundError),
    ("-f replaces it", ExistsError),
]
_SAMPLE_FORMATS = {"auto": 0, "s16": 1, "s24": 2, "f32": 3}


def enhance_file(
    source: PathLike,
    target: PathLike,
    *,
    model: Union[Model, PathLike] = DEFAULT_MODEL,
    atten_lim_db: Optional[float] = None,
    level: Optional[Level] = None,
    threads: int = 1,
    precision: Optional[str] = None,
    post_filter: Union[bool, float, None] = None,
    channel_mode: Optional[str] = None,
    profile: str = "reference",
    thresholds_db: Optional[Tuple[float, float, float]] = None,
    silence_skip: bool = False,
    sample_format: str = "auto",
    overwrite: bool = False,
    options: Sequence[str] = (),
    progress: Union[bool, Progress, None] = None,
) -> Dict[str, Any]:
    """Enhances one sound file, of any rate, any number of channels and any format that libsndfile
    reads, with the program `deepfilter enhance`. The output has the input's rate, channels, length
    and tags, and is aligned with it to the sample. It appears under its name when it is complete.

    source, target: paths. The target's extension decides its format.
    model: a known name or a path, or a `Model` that was opened from one.
    level: "auto", "keep" or a gain in dB; None: "auto", and "keep" with profile "libdf".
    threads: of a pipeline, 1 to 256; the samples are the same for any number.
    post_filter: False, True or a strength; None: as the model says.
    channel_mode: "independent"; "downmix": one channel comes out; with profile "libdf" also
                  "linked" and "linked_mean"; None: the profile's.
    sample_format: "auto" (the input's), "s16", "s24" or "f32".
    overwrite: replace a file that is there; the target may be the source then.
    options: further options of the program, as its command line has them.
    progress: called with the milliseconds of sound that are done and their whole number (0 where the
              length is not known); an exception ends the work. True: a bar of tqdm if it is
              installed, else a line on standard error.
    atten_lim_db, precision, profile, thresholds_db, silence_skip: see `Model.stream`.

    Returns the report that the program prints with --json. If the input was damaged or cut short, its
    sound is enhanced as far as it goes, with a warning, and report["files"][0] says so.
    Errors: NotFoundError, ExistsError, CorruptError, InvalidArgumentError (a folder, an option that
    makes no report, such as --help), InputOutputError, with the program's sentence. Ctrl-C ends the work and leaves no file behind.
    """
    if os.path.isdir(source):
        raise InvalidArgumentError(
            f"{os.fspath(source)}: is a folder; deepfilter.corpus and the command \"deepfilter "
            'enhance\" take folders'
        )
    if isinstance(model, Model):
        if not isinstance(model.source, str):
            raise InvalidArgumentError(
                "the program opens models from files, and this model is of bytes; write them to a "
                "file, and give its path"
            )
        precision = precision or model.precision
        model = model.source
    flags = [_path(source), "-o", _path(target), "-m", os.fspath(model), "--json"]
    flags += ["--progress-json", "--profile", profile]
    flags += ["--threads", str(whole("threads", threads, 1, 256))]
    choose("sample_format", sample_format, _SAMPLE_FORMATS)
    flags += ["--sample-format", sample_format]
    if atten_lim_db is not None:
        flags += ["--atten-lim-db", repr(limit_db(atten_lim_db))]
    if level is not None:
        level_choice(level)
        flags += ["--level", level if isinstance(level, str) else repr(float(level))]
    if precision is not None:
        flags += ["--precision", precision]
    flags += _post_filter_flags(post_filter) + _channel_flags(channel_mode)
    if thresholds_db is not None:
        names = ("--min-db-thresh", "--max-db-erb-thresh", "--max-db-df-thresh")
        for name, value in zip(names, thresholds_of(thresholds_db)):
            flags += [name, repr(value)]
    flags += ["--silence-skip"] * bool(silence_skip) + ["--force"] * bool(overwrite)
    flags += options
    place = os.fspath(source)
    tell = shown(progress, os.path.basename(place), 1e-3)
    status, report, sentence = _run([program_path(), "enhance", *flags], tell)
    if status and not _has_output(report):
        raise _exception(status, sentence)
    if report is None:
        raise InvalidArgumentError(f"options: {' '.join(options)} enhances nothing")
    note = next((file["note"] for file in report.get("files", []) if file["note"]), None)
    if note or status:
        warnings.warn(f"{place}: {note}" if note else sentence, stacklevel=2)
    return report


def _path(path: PathLike) -> str:
    text = os.fspath(path)
    return os.path.join(os.curdir, text) if text.startswith("-") else text


def _post_filter_flags(post_filter: Union[bool, float, None]) -> List[str]:
    if post_filter is None:
        return []
    if isinstance(post_filter, bool):
        return ["--pf" if post_filter else "--no-pf"]
    return ["--pf-beta", repr(real("post_filter", post_filter))]


def _channel_flags(channel_mode: Optional[str]) -> List[str]:
    if channel_mode is None:
        return []
    choose("channel_mode", channel_mode, CHANNEL_MODES)
    if channel_mode == "downmix":
        return ["--downmix"]
    return ["--reduce-mask", {"independent": "0", "linked": "1", "linked_mean": "2"}[channel_mode]]


def _run(
    command: List[str], progress: Optional[Progress]
) -> Tuple[int, Optional[Dict[str, Any]], str]:
    """The program's exit status, its report, if it printed one, and its last sentence."""
    sentence = ""
    with tempfile.TemporaryFile() as printed:
        program = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.PIPE,
            env=program_environment(),
        )
        assert program.stderr is not None
        try:
            for line in program.stderr:
                if line.startswith(b'{"progress":'):
                    if progress is not None:
                        step = json.loads(line)["progress"]
                        total = step["total_seconds"] or 0.0
                        progress(round(1e3 * step["done_seconds"]), round(1e3 * total))
                else:
                    text = line.decode("utf-8", "replace").strip()
                    if text.startswith("deepfilter: "):
                        sentence = text[len("deepfilter: ") :]
                    elif text:
                        sentence = sentence or text
            status = program.wait()
        except BaseException:
            _end(program)
            raise
        finally:
            program.stderr.close()
        printed.seek(0)
        text = printed.read().decode("utf-8", "replace")
    try:
        report = json.loads(text) if text else None
    except ValueError:
        report = None
    return status, report, sentence


def _end(program: "subprocess.Popen[bytes]") -> None:
    """Asks the program to end, which removes its temporary file, and waits for that."""
    program.terminate()
    try:
        program.wait(timeout=10)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def _has_output(report: Optional[Dict[str, Any]]) -> bool:
    files = (report or {}).get("files") or [{"error": ""}]
    return all("error" not in file for file in files)


def _exception(status: int, sentence: str) -> DeepFilterError:
    sentence = sentence or f"the program deepfilter ended with status {status}"
    for words, kind in _BY_WORDS:
        if status in (_FAILED, _BAD_INPUT) and words in sentence:
            return kind(sentence.replace("-f replaces it", "overwrite=True replaces it"))
    return _BY_STATUS.get(status, DeepFilterError)(sentence)
