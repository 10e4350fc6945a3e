"""Hugging Face datasets: a function for `Dataset.map` on sounds that are not decoded, without torch.

    from datasets import Audio, load_dataset
    from deepfilter.datasets import Enhance

    dataset = load_dataset("...").cast_column("audio", Audio(decode=False))
    dataset = dataset.map(Enhance(), batched=True, batch_size=32)
    dataset = dataset.cast_column("audio", Audio())               # decoded again

Formats, tags and bits are those of the program `deepfilter enhance`.
"""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from ._errors import InvalidArgumentError
from ._library import DEFAULT_MODEL
from ._options import Level
from ._staged import enhance_encoded, program_flags

__all__ = ["Enhance"]


class Enhance:
    """A callable on batches of examples (batched=True) or on one. It can be pickled, for num_proc,
    and has one fingerprint for one set of arguments, for the cache of `datasets`.

    column: of `Audio(decode=False)`: {"bytes": BYTES or None, "path": PATH or None}. Where the bytes
            are None, the file of that path is read. Bytes come back, and the path as it was.
    error_column: added; "" or why a sound could not be enhanced, in one sentence. Its bytes and path
            are None then. None adds no column, and then that is an exception.
    model, atten_lim_db, level, precision, options: as in `deepfilter.enhance_file`.
    """

    def __init__(
        self,
        column: str = "audio",
        *,
        error_column: Optional[str] = "deepfilter_error",
        model: Union[str, "os.PathLike[str]"] = DEFAULT_MODEL,
        atten_lim_db: Optional[float] = None,
        level: Optional[Level] = None,
        precision: Optional[str] = None,
        options: Sequence[str] = (),
    ) -> None:
        self.column = column
        self.error_column = error_column
        self.flags = program_flags(model, atten_lim_db, level, precision, options)

    def __call__(self, examples: Dict[str, Any]) -> Dict[str, Any]:
        """The columns that change."""
        if self.column not in examples:
            raise InvalidArgumentError(
                f"there is no column {self.column!r}; the columns are {', '.join(examples)}"
            )
        sounds = examples[self.column]
        one = not isinstance(sounds, list)
        made, errors = self._enhanced([sounds] if one else sounds)
        changed: Dict[str, Any] = {self.column: made[0] if one else made}
        if self.error_column is not None:
            changed[self.error_column] = errors[0] if one else errors
        return changed

    def _enhanced(self, sounds: List[Any]) -> Tuple[List[Any], List[str]]:
        asked = [_sound(sound, self.column) for sound in sounds]
        made: List[Any] = []
        errors: List[str] = []
        for sound, (content, outcome) in zip(sounds, enhance_encoded(asked, self.flags)):
            if outcome.error is not None and self.error_column is None:
                raise InvalidArgumentError(outcome.error)
            path = (sound or {}).get("path")
            made.append({"bytes": content, "path": None if content is None else path})
            errors.append(outcome.error or "")
        return made, errors


def _sound(sound: Any, column: str) -> Tuple[str, Optional[bytes]]:
    if sound is None:
        return "sound", b""
    if not isinstance(sound, dict) or not {"bytes", "path"} <= set(sound):
        raise InvalidArgumentError(
            f"the column {column!r} is decoded; first "
            f'dataset.cast_column("{column}", Audio(decode=False))'
        )
    content, path = sound["bytes"], sound["path"]
    if content is None and path is None:
        return "sound", b""
    return str(path or "sound"), content
