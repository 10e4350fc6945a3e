"""lhotse: a lazy audio transform of recordings and cuts.

    import deepfilter.lhotse                      # manifests that name it load from then on
    from deepfilter.lhotse import DeepFilter

    recording = deepfilter.lhotse.enhance(recording)     # and cut.recording, and so on
    recording.to_dict()                           # holds {"name": "DeepFilter", "kwargs": ...}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional, Tuple, Union

import numpy as np
from lhotse.augmentation import AudioTransform
from lhotse.utils import fastcopy

from ._enhance import enhance as enhance_samples
from ._library import DEFAULT_MODEL

if TYPE_CHECKING:
    from lhotse import Recording

__all__ = ["DeepFilter", "enhance"]


@dataclass
class DeepFilter(AudioTransform):  # type: ignore[misc,unused-ignore]
    """Takes out noise when the sound is loaded. Length, rate, channels and alignment stay, so that
    timestamps are those of the recording.

    A part of a recording is enhanced as a sound of its own: the network knows nothing of what is
    before it, which its first frames show.

    model, atten_lim_db, level, precision: as in `deepfilter.enhance`. The model is opened at its
            first use and kept.
    """

    model: str = DEFAULT_MODEL
    atten_lim_db: Optional[float] = None
    level: Union[str, float] = "auto"
    precision: Optional[str] = None

    def __call__(self, samples: Any, sampling_rate: int) -> Any:
        """samples: [C, N] or [N] float32, numpy or torch. The same comes back, as numpy."""
        return enhance_samples(
            np.asarray(samples),
            int(sampling_rate),
            model=self.model,
            atten_lim_db=self.atten_lim_db,
            level=self.level,
            precision=self.precision,
        )

    def reverse_timestamps(
        self, offset: float, duration: Optional[float], sampling_rate: int
    ) -> Tuple[float, Optional[float]]:
        """Times stay."""
        return offset, duration


def enhance(recording: Recording, **options: Any) -> Recording:
    """A recording with `DeepFilter(**options)` after the transforms that it has. Its id stays.

    For cuts: `cuts.map(lambda cut: fastcopy(cut, recording=enhance(cut.recording)))`.
    """
    transforms = [*(recording.transforms or ()), DeepFilter(**options)]
    changed: Recording = fastcopy(recording, transforms=transforms)
    return changed
