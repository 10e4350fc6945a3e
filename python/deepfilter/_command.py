"""The command `deepfilter`: the native program that this package brings.

It becomes this process, so that signals, pipes and exit statuses are its own.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import Dict, List

from ._errors import DeepFilterError, NotFoundError
from ._library import FOLDER, MODELS_FOLDER

_NAME = "deepfilter.exe" if sys.platform == "win32" else "deepfilter"


def program_path() -> str:
    """The native program: $DEEPFILTER_PROGRAM, else this package's own, else the system's.

    Raises NotFoundError if there is none.
    """
    asked = os.environ.get("DEEPFILTER_PROGRAM")
    if asked:
        return asked
    own = os.path.join(FOLDER, "_bin", _NAME)
    if os.path.exists(own):
        return own
    found = shutil.which(_NAME)
    if found and not _is_this_command(found):
        return found
    raise NotFoundError(
        f"{own}: the program is not there; install this package from its wheel, or name the program "
        "in DEEPFILTER_PROGRAM"
    )


def _is_this_command(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(2) == b"#!"


def program_environment() -> Dict[str, str]:
    """This process's environment, with the package's models for the program to find, and its
    packages."""
    environment = dict(os.environ)
    if not environment.get("DEEPFILTER_MODELS"):
        environment["DEEPFILTER_MODELS"] = MODELS_FOLDER
    # The program looks for ONNX Runtime in there, also if nobody has activated the environment.
    if sys.prefix != sys.base_prefix:
        environment.setdefault("VIRTUAL_ENV", sys.prefix)
    return environment


def main() -> int:
    """Runs the program with this process's arguments. The packaged program downloads nothing, so
    `models pull` is Python's."""
    arguments = sys.argv[1:]
    try:
        if arguments[:2] == ["models", "pull"] and len(arguments) == 3 and arguments[2][:1] != "-":
            return _pull(arguments[2])
        return _become([program_path(), *arguments])
    except DeepFilterError as error:
        print(f"deepfilter: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _become(command: List[str]) -> int:
    if os.name == "posix":
        os.execve(command[0], command, program_environment())
    import subprocess  # elsewhere a process cannot become another one

    return subprocess.run(command, env=program_environment(), check=False).returncode


def _pull(name: str) -> int:
    from ._tools import pull

    print(pull(name, progress=sys.stderr.isatty()))
    return 0
