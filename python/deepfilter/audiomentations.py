"""audiomentations: a transform that takes out noise, with a random limit if asked for.

    from audiomentations import Compose, Gain
    from deepfilter.audiomentations import DeepFilter

    augment = Compose([DeepFilter(p=0.5, min_atten_lim_db=6.0, max_atten_lim_db=30.0), Gain()])
    samples = augment(samples, sample_rate=16000)
"""

from __future__ import annotations

import random
from typing import Any, Optional, Union

from audiomentations.core.transforms_interface import BaseWaveformTransform

from ._enhance import enhance
from ._errors import InvalidArgumentError
from ._library import DEFAULT_MODEL

__all__ = ["DeepFilter"]


class DeepFilter(BaseWaveformTransform):  # type: ignore[misc,unused-ignore]
    """Length, rate and alignment stay. Mono and more channels.

    min_atten_lim_db, max_atten_lim_db: at most so much noise is taken away, in dB, by chance between
            the two for each sound; None: no limit.
    model, level, precision: as in `deepfilter.enhance`. The model is opened at its first use and
            kept.
    p: the probability that the transform is applied.
    """

    supports_multichannel = True

    def __init__(
        self,
        min_atten_lim_db: Optional[float] = None,
        max_atten_lim_db: Optional[float] = None,
        model: str = DEFAULT_MODEL,
        level: Union[str, float] = "auto",
        precision: Optional[str] = None,
        p: float = 0.5,
    ) -> None:
        super().__init__(p)
        if (min_atten_lim_db is None) != (max_atten_lim_db is None):
            raise InvalidArgumentError("give both min_atten_lim_db and max_atten_lim_db, or none")
        if min_atten_lim_db is not None and max_atten_lim_db is not None:
            if min_atten_lim_db > max_atten_lim_db:
                raise InvalidArgumentError("min_atten_lim_db is above max_atten_lim_db")
        self.min_atten_lim_db = min_atten_lim_db
        self.max_atten_lim_db = max_atten_lim_db
        self.model = model
        self.level = level
        self.precision = precision

    def randomize_parameters(self, samples: Any, sample_rate: int) -> None:
        """Draws whether and how much."""
        super().randomize_parameters(samples, sample_rate)
        if self.parameters["should_apply"]:
            low, high = self.min_atten_lim_db, self.max_atten_lim_db
            drawn = None if low is None or high is None else random.uniform(low, high)
            self.parameters["atten_lim_db"] = drawn

    def apply(self, samples: Any, sample_rate: int) -> Any:
        """samples: [N] or [C, N] float32; the same comes back."""
        return enhance(
            samples,
            int(sample_rate),
            model=self.model,
            atten_lim_db=self.parameters["atten_lim_db"],
            level=self.level,
            precision=self.precision,
        )
