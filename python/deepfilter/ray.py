"""Ray Data: a class for `map_batches`, of which each actor opens the model once.

    import ray
    from deepfilter.ray import Enhance

    dataset = ray.data.read_audio("s3://bucket/speech")          # columns amplitude, sample_rate
    dataset = dataset.map_batches(
        Enhance, batch_size=64, compute=ray.data.ActorPoolStrategy(size=4), num_cpus=1
    )

A column of samples goes through the engine's batch, a column of encoded sounds (bytes, as
`ray.data.read_binary_files` gives them) through the program. Whole corpora with a manifest:
`python -m deepfilter.corpus --ray`.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from ._errors import DeepFilterError, InvalidArgumentError
from ._library import DEFAULT_MODEL
from ._model import Model
from ._options import Level
from ._staged import enhance_encoded, program_flags

__all__ = ["Enhance"]

Columns = Dict[str, Any]


class Enhance:
    """A callable on batches in Ray's format "numpy" (its default): dictionaries of columns.

    column: of the sounds. Samples are float32, float64 or int16, [N] or [C, N] (`amplitude` of
            `read_audio`); encoded sounds are bytes. They come back as what they were.
    rate_column: of sampling rates in Hz, or `rate`, that of all rows. Only for samples.
    path_column: of names, whose endings tell formats. Only for encoded sounds, and only if it is
            there.
    error_column: added; "" or why a row's sound could not be enhanced, in one sentence. Such a sound
            is empty.
    model, atten_lim_db, level, precision: as in `deepfilter.enhance`.
    options: of `Model.enhance` for samples.
    """

    def __init__(
        self,
        *,
        column: str = "amplitude",
        rate_column: str = "sample_rate",
        rate: Optional[int] = None,
        path_column: str = "path",
        error_column: str = "deepfilter_error",
        model: str = DEFAULT_MODEL,
        atten_lim_db: Optional[float] = None,
        level: Level = "auto",
        precision: Optional[str] = None,
        **options: Any,
    ) -> None:
        self._column, self._rate_column, self._rate = column, rate_column, rate
        self._path_column, self._error_column = path_column, error_column
        self._model = Model(model, precision=precision)
        self._flags = program_flags(model, atten_lim_db, level, precision)
        self._options = {"atten_lim_db": atten_lim_db, "level": level, **options}

    def __call__(self, batch: Columns) -> Columns:
        """The batch with its sounds enhanced."""
        if self._column not in batch:
            raise InvalidArgumentError(
                f"there is no column {self._column!r}; the columns are {', '.join(batch)}"
            )
        sounds = list(batch[self._column])
        encoded = bool(sounds) and isinstance(sounds[0], (bytes, bytearray, memoryview))
        made, errors = self._encoded(batch, sounds) if encoded else self._samples(batch, sounds)
        return {**batch, self._column: _column_of(made), self._error_column: np.array(errors)}

    def _encoded(self, batch: Columns, sounds: List[Any]) -> Tuple[List[Any], List[str]]:
        paths = batch.get(self._path_column, [""] * len(sounds))
        named = [(str(path or ""), bytes(sound)) for path, sound in zip(paths, sounds)]
        finished = enhance_encoded(named, self._flags)
        return (
            [b"" if content is None else content for content, _ in finished],
            [outcome.error or "" for _, outcome in finished],
        )

    def _samples(self, batch: Columns, sounds: List[Any]) -> Tuple[List[Any], List[str]]:
        if self._rate is None and self._rate_column not in batch:
            raise InvalidArgumentError(
                f"there is no column {self._rate_column!r} of sampling rates; name it with "
                "rate_column, or give rate"
            )
        rates = [self._rate] * len(sounds) if self._rate else batch[self._rate_column]
        by_rate: Dict[int, List[int]] = {}
        for i, rate in enumerate(rates):
            by_rate.setdefault(int(rate), []).append(i)
        made: List[Any] = list(sounds)
        errors = [""] * len(sounds)
        for rate, rows in by_rate.items():
            clips = [np.asarray(sounds[i]) for i in rows]
            for i, (clip, error) in zip(rows, self._enhanced(clips, rate)):
                made[i], errors[i] = clip, error
        return made, errors

    def _enhanced(self, clips: List[Any], rate: int) -> List[Tuple[Any, str]]:
        try:
            return [(clip, "") for clip in self._model.enhance(clips, rate, **self._options)]
        except DeepFilterError as error:
            if len(clips) == 1:
                return [(clips[0][..., :0], str(error))]
            return [self._enhanced([clip], rate)[0] for clip in clips]


def _column_of(values: List[Any]) -> Any:
    """One array of all, where their shapes are one, as Ray gives and takes them."""
    if values and isinstance(values[0], np.ndarray) and len({value.shape for value in values}) == 1:
        return np.stack(values)
    column = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        column[i] = value
    return column
