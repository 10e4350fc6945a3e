"""Samples in, samples out: numpy arrays as they are, and other libraries' arrays through numpy.

An `Arrival` is one array as the C functions take it, float32 or int16 of shape [..., C, N] in C
order, with the way back to what the caller gave. No library but numpy is imported.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any, Callable, List, Optional, Tuple

import numpy as np

from ._errors import InvalidArgumentError, SampleTypeError

Array = Any  # numpy.ndarray of any shape and type; its generic parameters differ between versions

_KINDS = "fdeh"  # numpy's letters of float32, float64, float16 and int16
F32 = np.dtype(np.float32)
I16 = np.dtype(np.int16)


def _torch_way(given: Any) -> Optional[Tuple[Array, Callable[[Array], Any]]]:
    torch: Any = sys.modules.get("torch")
    if torch is None or not isinstance(given, getattr(torch, "Tensor", ())):
        return None
    samples: Any = given
    kind, device = samples.dtype, samples.device
    plain = samples.detach().cpu()
    if kind == torch.bfloat16:
        plain = plain.float()
    return plain.numpy(), lambda out: torch.from_numpy(out).to(device=device, dtype=kind)


def _way_back(samples: Any) -> Callable[[Array], Any]:
    """From numpy to the kind of `samples`: by its own wrapping, or by its library's from_dlpack."""
    wrap = getattr(samples, "__array_wrap__", None)
    if wrap is not None:
        return lambda out: wrap(out)
    makers: List[Any] = []
    if hasattr(samples, "__array_namespace__"):
        makers.append(samples.__array_namespace__())
    makers.append(sys.modules.get(type(samples).__module__.partition(".")[0]))
    for maker in makers:
        from_dlpack = getattr(maker, "from_dlpack", None)
        if from_dlpack is not None:
            return lambda out: from_dlpack(out)
    return lambda out: out


def _to_numpy(samples: Any) -> Tuple[Array, Optional[Callable[[Array], Any]]]:
    if type(samples) is np.ndarray:
        return samples, None
    torch_way = _torch_way(samples)
    if torch_way is not None:
        return torch_way
    array = None
    if hasattr(samples, "__array__") or hasattr(samples, "__array_interface__"):
        array = np.asarray(samples)
    elif hasattr(samples, "__dlpack__"):
        array = np.from_dlpack(samples)
    elif isinstance(samples, (list, tuple, memoryview)) or hasattr(samples, "__buffer__"):
        return np.asarray(samples), None
    if array is None:
        try:  # array.array and other objects with the buffer protocol
            return np.asarray(memoryview(samples)), None
        except TypeError:
            raise SampleTypeError(
                f"samples are of type {type(samples).__name__}, which is no array; give a numpy "
                "array, a torch tensor or another object with __array__ or __dlpack__"
            ) from None
    return array, _way_back(samples)


class Arrival:
    """One array of samples on its way through the library.

    planes: [..., C, N] float32 or int16, C order; a view of the caller's memory where that is
            possible.
    """

    __slots__ = ("planes", "_kind", "_shape", "_axis", "_back")

    def __init__(self, samples: Any, axis: int = -1) -> None:
        array, self._back = _to_numpy(samples)
        self._kind = array.dtype
        if self._kind.char not in _KINDS:
            raise SampleTypeError(
                f"samples are {self._kind.name}, whose full scale is not known here; give float32, "
                "float64 or float16 with full scale 1, or int16"
            )
        if array.ndim == 0:
            raise InvalidArgumentError("samples are one number; give an array of them")
        if not -array.ndim <= axis < array.ndim:
            raise InvalidArgumentError(
                f"axis is {axis}, but the samples have {array.ndim} axes; name that of time"
            )
        self._axis = axis % array.ndim
        moved = array if self._axis == array.ndim - 1 else np.moveaxis(array, self._axis, -1)
        self._shape = moved.shape
        if moved.ndim == 1:
            moved = moved[np.newaxis]
        wanted = I16 if self._kind == I16 else F32
        self.planes: Array = np.ascontiguousarray(moved, dtype=wanted)

    @property
    def is_int16(self) -> bool:
        return bool(self._kind == I16)

    def forget_samples(self) -> None:
        """Keeps only the way back."""
        self.planes = None

    def back(self, out: Array) -> Any:
        """`out`, [..., C, any number of samples] of the planes' type, as what the caller gave: type,
        axes, and kind of array."""
        array = out.reshape(self._shape[:-1] + out.shape[-1:])
        if array.dtype != self._kind:
            array = array.astype(self._kind)
        if self._axis != array.ndim - 1:
            array = np.ascontiguousarray(np.moveaxis(array, -1, self._axis))
        return array if self._back is None else self._back(array)


def address(array: Array) -> int:
    """Where the first sample of an array in C order is."""
    if array.size and array.flags.writeable:  # a quarter of the time of the other way
        return ctypes.addressof(ctypes.c_char.from_buffer(array))
    return array.__array_interface__["data"][0]  # type: ignore[no-any-return]
