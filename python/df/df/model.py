"""`ModelParams`, for scripts that read a model's settings. `df.enhance.init_df` makes networks."""

from __future__ import annotations

from typing import Any

from . import _refused
from .config import DfParams, config


class ModelParams(DfParams):
    """The signal path's settings, and further ones of the config's section "deepfilternet"."""

    section = "deepfilternet"

    def __init__(self) -> None:
        if config.parser is None:
            config.use_defaults()
        super().__init__()

    def __getattr__(self, name: str) -> Any:
        if config.parser is not None and config.parser.has_option(self.section, name):
            text = config.get(name, section=self.section)
            for kind in (int, float):
                try:
                    return kind(text)
                except ValueError:
                    pass
            return text
        _refused.attribute("ModelParams", name)


__getattr__ = _refused.module_getattr("df.model")
