"""What scripts use of the original's helpers."""

from __future__ import annotations

import os
import shutil
import sys
import urllib.error
import urllib.request
import zipfile
from typing import Any

from . import _refused


def download_file(url: str, download_dir: str, extract: bool = False) -> str:
    """Fetches a file, under the last part of its address, and returns its path. It appears when it
    is complete. extract: unpacks a .zip there, and removes it. OSError: it could not be fetched."""
    target = os.path.join(download_dir, url.split("/")[-1])
    part = target + ".part"
    try:
        with urllib.request.urlopen(url) as answer, open(part, "wb") as file:
            shutil.copyfileobj(answer, file)
        os.replace(part, target)
    except urllib.error.URLError as reason:
        raise OSError(f"{url}: could not be fetched ({reason.reason})") from None
    finally:
        if os.path.exists(part):
            os.remove(part)
    if extract:
        if os.path.splitext(target)[1] != ".zip":
            raise ValueError(f"{target}: is not a .zip, and nothing else is unpacked")
        with zipfile.ZipFile(target) as archive:
            archive.extractall(download_dir)
        os.remove(target)
    return target


def get_cache_dir() -> str:
    """The folder where the original package keeps models that it fetched."""
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
        return os.path.join(local, "DeepFilterNet", "DeepFilterNet", "Cache")
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Caches/DeepFilterNet")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(cache, "DeepFilterNet")


def get_device() -> Any:
    """The processor, as torch's device, or by its name where there is no torch."""
    from ._tensors import torch_module

    torch = torch_module()
    return "cpu" if torch is None else torch.device("cpu")


__getattr__ = _refused.module_getattr("df.utils")
