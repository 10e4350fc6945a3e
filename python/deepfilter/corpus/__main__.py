"""python -m deepfilter.corpus SOURCE TARGET"""

from __future__ import annotations

import argparse
import json
import sys
from typing import List, Optional

from .._errors import CancelledError, DeepFilterError, InvalidArgumentError
from .._library import DEFAULT_MODEL
from . import enhance_corpus

_DONE, _FAILED, _USAGE, _BAD_INPUT, _INTERRUPTED = 0, 1, 2, 3, 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deepfilter.corpus",
        description="Enhances all sounds below SOURCE into the same places below TARGET: files of "
        "sound, sounds in webdataset tar shards, and a column of Parquet files. Each has a row in the "
        "manifest; a bad one is a row, too.",
        epilog="What stands after -- are options of `deepfilter enhance`, such as --pf. Exit status: "
        "0 done, 1 failed, 2 usage, 3 some sounds failed (see the manifest), 130 interrupted.",
    )
    add = parser.add_argument
    add("source", metavar="SOURCE", help="a folder, or an address of fsspec such as s3://BUCKET/IN")
    add("target", metavar="TARGET", help="another one")
    add("--shard", metavar="I/N", help="only the files of one of N shards, I from 1 to N")
    add("--resume", action="store_true", help="go on with a run that was ended")
    add("-f", "--force", action="store_true", help="start anew, over outputs that are there")
    add("--manifest", metavar="FILE", help="local file for the rows (default: in TARGET)")
    add("--ray", metavar="ADDRESS", nargs="?", const=True, default=False,
        help="run on a Ray cluster (default: $RAY_ADDRESS, this machine's, or a new one)")
    add("--workers", type=int, metavar="N", help="sounds at once (default: the processors)")
    add("--column", metavar="NAME", help="of Parquet files (default: the one with sounds)")
    add("--storage-options", type=json.loads, metavar="JSON", help="for fsspec")
    add("-m", "--model", default=DEFAULT_MODEL, metavar="MODEL", help="name or path")
    add("-a", "--atten-lim-db", type=float, metavar="F", help="attenuation limit in dB")
    add("--level", type=_level, metavar="L", help="auto, keep or a gain in dB")
    add("--precision", metavar="P", help="f32, f16, i8 or auto")
    add("-q", "--quiet", action="store_true", help="no progress")
    return parser


def _level(text: str) -> "str | float":
    return text if text in ("auto", "keep") else float(text)


def _split(arguments: List[str]) -> "tuple[List[str], List[str]]":
    if "--" not in arguments:
        return arguments, []
    end = arguments.index("--")
    return arguments[:end], arguments[end + 1 :]


def _show(finished: int, total: int) -> None:
    end = "\n" if finished >= total else ""
    sys.stderr.write(f"\r{finished} of {total} files{end}")
    sys.stderr.flush()


def main(arguments: Optional[List[str]] = None) -> int:
    """The command. Returns its exit status."""
    own, options = _split(sys.argv[1:] if arguments is None else arguments)
    asked = vars(_parser().parse_args(own))
    shows = not asked.pop("quiet") and sys.stderr.isatty()
    try:
        report = enhance_corpus(**asked, options=options, progress=_show if shows else None)
    except DeepFilterError as error:
        print(f"deepfilter.corpus: {error}", file=sys.stderr)
        if isinstance(error, CancelledError):
            return _INTERRUPTED
        return _USAGE if isinstance(error, InvalidArgumentError) else _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED
    before = f", {report.done_before} files and archives done before" if report.done_before else ""
    print(f"{report.done} sounds done, {report.failed} failed{before}; {report.manifest}")
    return _BAD_INPUT if report.failed else _DONE


if __name__ == "__main__":
    sys.exit(main())
