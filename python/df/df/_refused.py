"""What the original package has and this one does not, refused with a sentence."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Callable, NoReturn, Optional, Sequence

_INSTEAD = (
    "deepfilter-df runs networks and does not train them; use the package deepfilternet for this"
)

_TRAINING = {
    "df.checkpoint",
    "df.deepfilternet",
    "df.deepfilternet2",
    "df.deepfilternet3",
    "df.deepfilternetmf",
    "df.evaluation_utils",
    "df.logger",
    "df.loss",
    "df.lr",
    "df.modules",
    "df.multiframe",
    "df.scripts",
    "df.sepm",
    "df.stoi",
    "df.train",
    "df.visualization",
    "libdf",
    "libdfdata",
}


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        if name in _TRAINING:
            raise ModuleNotFoundError(f"there is no module {name} here: {_INSTEAD}", name=name)
        return None


def watch() -> None:
    """Imports of the modules above fail with a sentence, unless somebody else has them."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())


def attribute(owner: str, name: str) -> NoReturn:
    """Refuses an attribute."""
    if name.startswith("__"):  # Python itself asks for these
        raise AttributeError(f"{owner} has no attribute {name!r}")
    raise AttributeError(f"{owner} has no {name} here: {_INSTEAD}")


def option(sentence: str) -> NoReturn:
    """Refuses an argument."""
    raise NotImplementedError(sentence)


# Public names of the original's modules that scripts may import. Python drops the sentence of an
# AttributeError at "from module import name", but not that of an ImportError.
_NAMES = {
    "df.enhance": ["AudioDataset", "PrintVersion", "df_features"],
    "df.io": ["get_test_sample", "ta_resample"],
    "df.model": ["init_model"],
    "df.utils": [
        "angle",
        "angle_re_im",
        "apply_to_tensor",
        "as_complex",
        "as_real",
        "check_finite_module",
        "check_manual_seed",
        "detach_hidden",
        "get_branch_name",
        "get_commit_hash",
        "get_git_root",
        "get_host",
        "get_norm_alpha",
        "make_np",
    ],
}


def module_getattr(module: str) -> Callable[[str], Any]:
    """A module's `__getattr__` that refuses."""

    def refuse(name: str) -> NoReturn:
        if name in _NAMES[module]:
            raise ImportError(f"there is no {module}.{name} here: {_INSTEAD}", name=module)
        raise AttributeError(f"module {module} has no attribute {name!r}")

    return refuse
