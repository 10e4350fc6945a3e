"""The two objects that `init_df` gives out, and where their model comes from."""

from __future__ import annotations

import glob
import os
import re
import tarfile
from typing import Any, Dict, List, Optional, Union

import deepfilter
from deepfilter._unpadded import enhance_unpadded

from . import _refused
from .utils import get_cache_dir

# The original's names of its pretrained models, and those of deepfilter.
PRETRAINED_MODELS = ("DeepFilterNet", "DeepFilterNet2", "DeepFilterNet3")
DEFAULT_MODEL = "DeepFilterNet3"
_KNOWN = {"DeepFilterNet2": "dfn2", "DeepFilterNet3": "dfn3"}

Files = Dict[str, bytes]
Epoch = Union[str, int, None]


class Network:
    """The model of a script: something to hand to `enhance`. It computes on the processor, whatever
    device it is sent to."""

    def __init__(self, model: Any, post_filter: float) -> None:
        self.runtime = model
        self.post_filter = post_filter

    def enhanced(self, samples: Any, atten_lim_db: Optional[float], pad: bool) -> Any:
        """samples: [N] float32; without `pad` N is a multiple of the hop. Returns [N]."""
        if not pad:
            return enhance_unpadded(self.runtime, samples, atten_lim_db, self.post_filter)
        return self.runtime.enhance(
            samples,
            self.runtime.sample_rate,
            atten_lim_db=atten_lim_db,
            level="keep",
            post_filter=self.post_filter,
        )

    def _same(self, *_: Any, **__: Any) -> Network:
        return self

    # What scripts do with a network before they use it changes nothing here.
    eval = to = cpu = cuda = float = requires_grad_ = _same

    def train(self, mode: bool = True) -> Network:
        if mode:
            _refused.option(
                "this network cannot be trained; use the package deepfilternet for this"
            )
        return self

    @property
    def training(self) -> bool:
        return False

    def __call__(self, *_: Any, **__: Any) -> Any:
        _refused.option(
            "this network takes no features; call df.enhance.enhance, or deepfilter.Model.stream"
        )

    def __getattr__(self, name: str) -> Any:
        _refused.attribute("the model", name)


class DF:
    """The sizes of the signal path."""

    def __init__(
        self, sr: int, fft_size: int, hop_size: int, nb_bands: int, min_nb_erb_freqs: int = 2
    ) -> None:
        self._sizes = (sr, fft_size, hop_size, nb_bands)
        self._min_nb_freqs = min_nb_erb_freqs

    def sr(self) -> int:
        """In Hz."""
        return self._sizes[0]

    def fft_size(self) -> int:
        """Samples of a window."""
        return self._sizes[1]

    def hop_size(self) -> int:
        """Samples of a frame."""
        return self._sizes[2]

    def nb_erb(self) -> int:
        """Bands of the gains."""
        return self._sizes[3]

    def reset(self) -> None:
        """Each `enhance` begins anew, so there is nothing to do."""

    def __getattr__(self, name: str) -> Any:
        _refused.attribute("df_state", name)


def folder_of(name: str) -> Optional[str]:
    """The folder of this model, or None for one that deepfilter knows by name. Errors:
    NotADirectoryError, and deepfilter.UnsupportedError for the first DeepFilterNet."""
    if name not in PRETRAINED_MODELS:
        if not os.path.isdir(name):
            raise NotADirectoryError(f"{name}: there is no such model folder")
        return name
    if name not in _KNOWN:
        raise deepfilter.UnsupportedError(
            "DeepFilterNet: the first version's networks are not run; use DeepFilterNet2 or "
            "DeepFilterNet3"
        )
    return None


def open_known(name: str) -> Any:
    """A pretrained model: of deepfilter's package or cache, of the original package's cache, or
    fetched, as the original does."""
    known = _KNOWN[name]
    try:
        return deepfilter.Model(known)
    except deepfilter.NotFoundError:
        cached = os.path.join(get_cache_dir(), name)
        if os.path.isfile(os.path.join(cached, "config.ini")):
            return deepfilter.Model(cached)
        deepfilter.pull(known)
        return deepfilter.Model(known)


def known_config(name: str) -> str:
    """The config.ini of a pretrained model. All settings that `df` tells are in it."""
    from deepfilter._library import packaged_model

    archive = packaged_model(_KNOWN[name])
    return _in_archive(archive) if archive else _usual_config(name)


def _in_archive(path: str) -> str:
    with tarfile.open(path) as archive:
        for member in archive:
            if os.path.basename(member.name) == "config.ini":
                file = archive.extractfile(member)
                return file.read().decode("utf-8") if file else ""
    return ""


def _usual_config(name: str) -> str:
    """The settings that both official networks have."""
    sizes = {"sr": 48000, "fft_size": 960, "hop_size": 480, "nb_erb": 32, "nb_df": 96}
    sizes.update({"norm_tau": 1, "lsnr_max": 35, "lsnr_min": -15, "min_nb_erb_freqs": 2})
    sizes.update({"df_order": 5, "df_lookahead": 2})
    lines = [f"{option} = {value}" for option, value in sizes.items()]
    return "\n".join(["[train]", f"model = {name.lower()}", "[df]", *lines, ""])


def checkpoint_of(folder: str, epoch: Epoch) -> Optional[str]:
    """The checkpoint that the original takes, or None if the folder holds none, but ONNX files.

    epoch: "best" (the newest .best, else the newest), "latest", or a number.
    """
    if epoch is None or (isinstance(epoch, str) and epoch.lower() == "none"):
        _refused.option('epoch="none" is a network without weights; name a checkpoint')
    if not isinstance(epoch, int) and epoch not in ("best", "latest"):
        raise ValueError(f"epoch is {epoch!r}; use 'best', 'latest' or a number")
    place = os.path.join(glob.escape(folder), "checkpoints", "model*.ckpt")
    best, plain = glob.glob(place + ".best"), glob.glob(place)
    found = best if epoch == "best" and best else plain + best
    if not found:
        if isinstance(epoch, int):
            raise FileNotFoundError(f"{folder}: holds no checkpoints")
        return None
    if isinstance(epoch, int):
        of_epoch = [path for path in found if _epoch(path) == epoch]
        if not of_epoch:
            numbers = ", ".join(str(number) for number in sorted({_epoch(p) for p in found}))
            raise FileNotFoundError(f"{folder}: has no checkpoint of epoch {epoch}, but {numbers}")
        return of_epoch[0]
    return max(found, key=_epoch)


def _epoch(path: str) -> int:
    numbers: List[str] = re.findall(r"_(\d+)\.ckpt", os.path.basename(path))
    return int(numbers[-1]) if numbers else -1
