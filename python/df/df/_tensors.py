"""torch, where it is installed: sounds are tensors then, and numpy arrays otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np


def torch_module() -> Any:
    """torch, or None. It is imported at the first call, as scripts that have it expect tensors."""
    try:
        import torch
    except ImportError:
        return None
    return torch


def is_tensor(samples: Any) -> bool:
    return type(samples).__module__.partition(".")[0] == "torch"


def to_numpy(samples: Any) -> Any:
    """A tensor's or an array-like's samples."""
    return samples.detach().cpu().numpy() if is_tensor(samples) else np.asarray(samples)


def to_tensor(samples: Any) -> Any:
    """A tensor if torch is installed, else the numpy array."""
    torch = torch_module()
    return samples if torch is None else torch.from_numpy(np.ascontiguousarray(samples))


def like(samples: Any, given: Any) -> Any:
    """`samples`, a numpy array, as what `given` is."""
    return to_tensor(samples) if is_tensor(given) else samples
