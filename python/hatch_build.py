"""Puts the native parts into the wheel: library, program and model, which CMake has built.

tools/wheel.sh calls this with their folder in DEEPFILTER_WHEEL_PARTS. The tag is py3-none-PLATFORM,
since no part depends on an interpreter; parts for another machine come with
DEEPFILTER_WHEEL_PLATFORM.
"""

import os
import sysconfig
from pathlib import Path
from typing import Any, Dict

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class NativeParts(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: Dict[str, Any]) -> None:
        if version == "editable":
            return  # runs over $DEEPFILTER_LIBRARY and $DEEPFILTER_PROGRAM
        parts = os.environ.get("DEEPFILTER_WHEEL_PARTS")
        if not parts:
            raise RuntimeError(
                "the wheel carries a library and a program, which `make wheel` in the repository's "
                "root folder builds; run that instead"
            )
        build_data["pure_python"] = False
        platform = os.environ.get("DEEPFILTER_WHEEL_PLATFORM") or sysconfig.get_platform()
        platform = platform.replace("-", "_")
        if "manylinux" not in platform:
            platform = platform.replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"
        for folder in ("_lib", "_bin", "_models", "_licenses"):
            if not Path(parts, folder).is_dir():
                continue  # on Windows the library lies beside the program
            for path in sorted(Path(parts, folder).iterdir()):
                build_data["force_include"][str(path)] = f"deepfilter/{folder}/{path.name}"
