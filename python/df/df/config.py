"""`config`: the settings in the config.ini of the model that `init_df` opened last."""

from __future__ import annotations

import os
from configparser import ConfigParser
from typing import Any, Callable, Optional

from . import _refused


class DfParams:
    """The settings of the signal path."""

    def __init__(self) -> None:
        def whole(option: str, default: int) -> int:
            return int(config(option, default, int, section="DF"))

        self.sr = whole("SR", 48000)
        self.fft_size = whole("FFT_SIZE", 960)
        self.hop_size = whole("HOP_SIZE", 480)
        self.nb_erb = whole("NB_ERB", 32)
        self.nb_df = whole("NB_DF", 96)
        self.norm_tau = float(config("NORM_TAU", 1, float, section="DF"))
        self.lsnr_max = whole("LSNR_MAX", 35)
        self.lsnr_min = whole("LSNR_MIN", -15)
        self.min_nb_freqs = whole("MIN_NB_ERB_FREQS", 2)
        self.df_order = whole("DF_ORDER", 5)
        self.df_lookahead = whole("DF_LOOKAHEAD", 0)
        self.pad_mode = str(config("PAD_MODE", "input", section="DF"))


class Config:
    """Reads options; an environment variable of an option's name in capitals goes before the file,
    as in the original."""

    DEFAULT_SECTION = "settings"

    def __init__(self) -> None:
        self.parser: Optional[ConfigParser] = None
        self.path: Optional[str] = ""

    def load(
        self,
        path: Optional[str],
        config_must_exist: bool = False,
        allow_defaults: bool = True,
        allow_reload: bool = False,
    ) -> None:
        """Reads a file. ValueError: not there, or another was read and `allow_reload` is off."""
        if self.parser is not None and not allow_reload:
            raise ValueError("a config is loaded already; give allow_reload=True")
        text = ""
        if path is not None and os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                text = file.read()
        elif config_must_exist:
            raise ValueError(f"{path}: there is no config file here")
        self.take(text, path)

    def take(self, text: str, path: Optional[str]) -> None:
        """Goes on with the settings of this text."""
        parser = ConfigParser(interpolation=None, strict=False)
        parser.read_string(text)
        self.parser, self.path = parser, path

    def use_defaults(self, allow_reload: bool = False) -> None:
        """Goes on without settings."""
        self.load(None, allow_reload=allow_reload)

    def __call__(
        self,
        option: str,
        default: Any = None,
        cast: Callable[[Any], Any] = str,
        save: bool = True,
        section: Optional[str] = None,
    ) -> Any:
        """The option's value, or `default`. ValueError: there is neither."""
        value = os.environ.get(option.upper())
        if value is None:
            value = self._find(option, section or self.DEFAULT_SECTION)
        if value is None:
            value = self._find(option, self.DEFAULT_SECTION)
        if value is None:
            if default is None:
                raise ValueError(f"there is no option {option} in the config")
            value = default
        return self.cast(value, cast)

    def get(
        self, option: str, cast: Callable[[Any], Any] = str, section: Optional[str] = None
    ) -> Any:
        """The option's value in the file. KeyError: it is not there."""
        value = self._find(option, section or self.DEFAULT_SECTION)
        if value is None:
            raise KeyError(option)
        return self.cast(value, cast)

    def _find(self, option: str, section: str) -> Optional[str]:
        if self.parser is None:
            raise ValueError("no config is loaded; call init_df, or config.load")
        for name in (section, section.lower()):
            if self.parser.has_option(name, option):
                return self.parser.get(name, option)
        return None

    @staticmethod
    def cast(value: Any, cast: Callable[[Any], Any]) -> Any:
        if cast is not bool:
            return cast(value)
        word = str(value).lower()
        if word in ("true", "yes", "y", "on", "1"):
            return True
        if word in ("false", "no", "n", "off", "0"):
            return False
        raise ValueError(f"{value!r} is neither yes nor no")

    def __getattr__(self, name: str) -> Any:
        _refused.attribute("config", name)

    def __repr__(self) -> str:
        lines = []
        for name, section in self.parser.items() if self.parser else ():
            lines.append(f"{name}:")
            lines += [f"  {option}: {value}" for option, value in section.items()]
        return "\n".join(lines)


config = Config()
