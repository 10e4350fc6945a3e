"""Runs scripts that were written for the Python package deepfilternet 0.5.6, over `deepfilter`.

    from df.enhance import enhance, init_df, load_audio, save_audio

    model, df_state, _ = init_df()
    audio, _ = load_audio("noisy.wav", sr=df_state.sr())
    save_audio("clean.wav", enhance(model, df_state, audio), df_state.sr())

With torch installed, sounds are tensors as in the original; without, numpy arrays. What trains
networks is not here, and is refused by its name.
"""

from __future__ import annotations

from . import _refused
from .config import config
from .version import version

_refused.watch()

__all__ = ["config", "enhance", "init_df", "version"]
__version__ = version

# As in the original, `df.enhance` is the function once `df` is imported.
from .enhance import enhance, init_df  # noqa: E402
