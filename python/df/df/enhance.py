"""`init_df` and `enhance`, and the command deepFilter."""

from __future__ import annotations

import argparse
import glob
import logging
import os
import sys
import time
from typing import Any, Dict, List, Optional, Tuple, Union

import numpy as np

import deepfilter

from . import _refused
from ._network import DEFAULT_MODEL, DF, PRETRAINED_MODELS, Epoch, Network
from ._network import checkpoint_of, folder_of, known_config, open_known
from ._tensors import like, to_numpy
from .config import config
from .io import load_audio, resample, save_audio
from .model import ModelParams
from .version import version

__all__ = [
    "DEFAULT_MODEL",
    "PRETRAINED_MODELS",
    "enhance",
    "init_df",
    "load_audio",
    "resample",
    "run",
    "save_audio",
]

_logger = logging.getLogger("df")
_USUAL_BETA = 0.02


def init_df(
    model_base_dir: Optional[str] = None,
    post_filter: bool = False,
    log_level: str = "INFO",
    log_file: Optional[str] = "enhance.log",
    config_allow_defaults: bool = True,
    epoch: Epoch = "best",
    default_model: str = DEFAULT_MODEL,
    mask_only: bool = False,
) -> Tuple[Network, DF, str]:
    """Opens a model.

    model_base_dir: "DeepFilterNet2", "DeepFilterNet3", or a folder with config.ini and checkpoints/
            or ONNX files; None: `default_model`.
    post_filter: attenuates very noisy parts further.
    log_level: of the logger "df", which prints nothing by itself; "none": silent.
    log_file, config_allow_defaults: have no effect; no file is written.
    epoch: "best", "latest" or a number.
    mask_only: without the deep filter; only for a model that was trained so.

    Returns the model, the sizes of its signal path, and its name for file names.
    Errors: NotADirectoryError, FileNotFoundError, deepfilter.DeepFilterError.
    """
    _set_level(log_level)
    name = model_base_dir or default_model
    folder = folder_of(name)
    if folder is None:
        model = open_known(name)
        config.take(known_config(name), None)
    else:
        model, text = _open_folder(folder, epoch)
        config.take(text, os.path.join(folder, "config.ini"))
    if mask_only and not config("mask_only", False, bool, section="train"):
        _refused.option(
            f"mask_only: {name} has a deep filter, and runs with it; only models that were trained "
            "without one run without"
        )
    sizes = ModelParams()
    df_state = DF(sizes.sr, sizes.fft_size, sizes.hop_size, sizes.nb_erb, sizes.min_nb_freqs)
    suffix = os.path.basename(os.path.abspath(name))
    beta = 0.0
    if post_filter or config("mask_pf", False, bool, section=ModelParams.section):
        beta = float(config("pf_beta", _USUAL_BETA, float, section=ModelParams.section))
    _logger.info(f"Model loaded: {model.name} of {name}")
    return Network(model, beta), df_state, suffix + "_pf" if post_filter else suffix


def _open_folder(folder: str, epoch: Epoch) -> Tuple[Any, str]:
    """The model of a folder, and its config.ini."""
    path = os.path.join(folder, "config.ini")
    if not os.path.isfile(path):
        raise ValueError(f"{path}: there is no config file here")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    checkpoint = checkpoint_of(folder, epoch)
    return deepfilter.Model(folder if checkpoint is None else checkpoint), text


def enhance(
    model: Network,
    df_state: DF,
    audio: Any,
    pad: bool = True,
    atten_lim_db: Optional[float] = None,
) -> Any:
    """Takes the noise out of a sound.

    audio: [C, T] at the model's rate, a tensor or an array; each channel by itself.
    pad: True: output sample i is input sample i, enhanced. False: the output is fft_size - hop_size
            samples behind, and has whole frames only.
    atten_lim_db: at most this much noise is taken away; None and 0: no limit. The sign is ignored.

    Returns float32 [C, T'] of the same kind as `audio`.
    """
    samples = np.asarray(to_numpy(audio), np.float32)
    if samples.ndim != 2:
        raise ValueError(f"audio has the shape {list(samples.shape)}; give [channels, samples]")
    limit = abs(atten_lim_db) if atten_lim_db else None
    if not pad:
        hop = df_state.hop_size()
        samples = samples[:, : samples.shape[-1] // hop * hop]
    # One channel after the other: a call takes at most 16, a sound may have any number.
    enhanced = np.empty(samples.shape, np.float32)
    for place, channel in zip(enhanced, samples):
        if channel.size:
            place[...] = model.enhanced(np.ascontiguousarray(channel), limit, pad)
    return like(enhanced, audio)


def get_model_basedir(m: Optional[str]) -> str:
    """The name or folder of a model; None: the default."""
    return m or DEFAULT_MODEL


def maybe_download_model(name: str = DEFAULT_MODEL) -> str:
    """The name as it is; `init_df` finds the model."""
    return name[: -len(".zip")] if name.endswith(".zip") else name


# ---- The command ----------------------------------------------------------------------------


def _set_level(log_level: str) -> None:
    word = log_level.upper()
    if word == "NONE":
        _logger.setLevel(logging.CRITICAL + 1)
    elif isinstance(getattr(logging, word, None), int):
        _logger.setLevel(word)
    else:
        raise ValueError(f"log_level is {log_level!r}; use debug, info, warning, error or none")


def parse_epoch_type(value: str) -> Union[int, str]:
    """An epoch of the command line."""
    try:
        return int(value)
    except ValueError:
        if value in ("best", "latest"):
            return value
        raise argparse.ArgumentTypeError(
            f"{value!r} is no epoch; use best, latest or a number"
        ) from None


def setup_df_argument_parser(
    default_log_level: str = "INFO", parser: Optional[argparse.ArgumentParser] = None
) -> argparse.ArgumentParser:
    """The options that are about the model."""
    if parser is None:
        parser = argparse.ArgumentParser(
            description="Takes noise out of sound files, as the program of deepfilternet does."
        )
    parser.add_argument(
        "-m",
        "--model-base-dir",
        help=f"name or folder of the model: DeepFilterNet2, DeepFilterNet3 [{DEFAULT_MODEL}]",
    )
    parser.add_argument("--pf", action="store_true", help="post filter: less of very noisy parts")
    parser.add_argument("-o", "--output-dir", help="folder of the enhanced files [.]")
    parser.add_argument(
        "--log-level", default=default_log_level, help="debug, info, error or none"
    )
    parser.add_argument("-d", "--debug", action="store_const", const="DEBUG", dest="log_level")
    parser.add_argument(
        "-e",
        "--epoch",
        default="best",
        type=parse_epoch_type,
        help="checkpoint: best, latest or a number [best]",
    )
    parser.add_argument("-v", "--version", action="version", version=f"DeepFilterNet {version}")
    return parser


def run() -> None:
    """The command deepFilter."""
    parser = setup_df_argument_parser()
    parser.add_argument(
        "--no-delay-compensation",
        dest="compensate_delay",
        action="store_false",
        help="leave the output as far behind the input as its frames are",
    )
    parser.add_argument(
        "-a", "--atten-lim", type=int, help="take away at most this much noise, in dB"
    )
    parser.add_argument("noisy_audio_files", nargs="*", help="sound files")
    parser.add_argument("-i", "--noisy-dir", help="folder of sound files, in place of their names")
    parser.add_argument(
        "--no-suffix", action="store_false", dest="suffix", help="keep the files' names"
    )
    parser.add_argument(
        "--no-df-stage", action="store_true", help="for models that have no deep filter"
    )
    args = parser.parse_args()
    if args.noisy_dir is not None and args.noisy_audio_files:
        parser.error("give either files or --noisy-dir")
    if args.noisy_dir is None and not args.noisy_audio_files:
        parser.error("give sound files, or a folder of them with --noisy-dir")
    logging.basicConfig(stream=sys.stdout, format="%(levelname)s | DF | %(message)s")
    try:
        main(args)
    except (deepfilter.DeepFilterError, OSError, ValueError, RuntimeError) as reason:
        sys.exit(f"deepFilter: {reason}")


def main(args: argparse.Namespace) -> None:
    """Enhances the files of a parsed command line."""
    model, df_state, suffix = init_df(
        args.model_base_dir,
        post_filter=args.pf,
        log_level=args.log_level,
        epoch=args.epoch,
        mask_only=args.no_df_stage,
    )
    files: List[str] = args.noisy_audio_files
    if args.noisy_dir is not None:
        files = sorted(glob.glob(os.path.join(glob.escape(args.noisy_dir), "*")))
    folder = args.output_dir or "."
    os.makedirs(folder, exist_ok=True)
    rate = df_state.sr()
    ending: Dict[str, Any] = {"output_dir": folder, "suffix": suffix if args.suffix else None}
    for i, path in enumerate(files):
        audio, info = load_audio(path, rate)
        start = time.monotonic()
        enhanced = enhance(model, df_state, audio, args.compensate_delay, args.atten_lim)
        seconds = time.monotonic() - start
        share = seconds / max(enhanced.shape[-1] / rate, 1e-9)
        done = f"{100 * (i + 1) / len(files):2.0f}% | " if len(files) > 1 else ""
        _logger.info(
            f"{done}Enhanced noisy audio file '{os.path.basename(path)}' in {seconds:.2f}s "
            f"(RT factor: {share:.3f})"
        )
        save_audio(path, resample(enhanced, rate, info.sample_rate), info.sample_rate, **ending)


__getattr__ = _refused.module_getattr("df.enhance")

if __name__ == "__main__":
    run()
