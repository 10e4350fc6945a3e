#!/usr/bin/env python3
"""Makes the checkpoints in this folder, with what PyTorch computes from them.

Run by hand, when the fixtures have to be made again:

    python3.11 -m venv v && . v/bin/activate
    pip install torch==2.1.2 torchaudio==2.1.2 numpy==1.26.4 deepfilternet==0.5.6
    python make_checkpoints.py                 # the small ones, here
    python make_checkpoints.py --official DIR  # the four official sizes, into DIR

Each configuration gets a folder with config.ini, model_1.ckpt as `df.checkpoint` writes it, and
float32 arrays: feat_erb [T, E], feat_spec [T, D, 2], lsnr [T], m [T, E], coefs [T, D, O, 2].
Weights, BatchNorm statistics and features are random, the same in every run.

`tensors.ckpt` holds tensors of every kind that the reader converts, and tensors_<name>.npy their
values.
"""

import argparse
import configparser
import pathlib

import numpy as np
import torch

from df.config import config
from df.model import ModelParams, init_model
from df.modules import GroupedLinearEinsum
from libdf import DF

FRAMES = 10

# A small front end keeps the filter-bank buffers of a checkpoint small.
SMALL = {
    "sr": "8000", "fft_size": "160", "hop_size": "80", "nb_erb": "16", "nb_df": "24",
    "min_nb_erb_freqs": "1",
}  # fmt: skip
# Keys whose defaults in DeepFilterNet 2 are the forms that nothing exports.
DFN2 = {
    "gru_type": "squeeze", "dfop_method": "df", "df_output_layer": "groupedlinear", "df_n_iter": "1",
}  # fmt: skip

# name: (model, dtype of the saved weights, [df], [deepfilternet])
SMALL_MODELS = {
    "dfn2_concat": ("deepfilternet2", torch.float32, SMALL | {"df_order": "5"}, DFN2 | {
        "conv_ch": "8", "emb_hidden_dim": "16", "emb_num_layers": "3", "df_hidden_dim": "24",
        "df_num_layers": "2", "linear_groups": "4", "enc_concat": "True",
        "df_pathway_kernel_size_t": "5", "conv_kernel": "1,3", "conv_lookahead": "2",
    }),
    "dfn2_time2": ("deepfilternet2", torch.float64, SMALL | {"df_order": "3"}, DFN2 | {
        "conv_ch": "12", "emb_hidden_dim": "16", "emb_num_layers": "2", "df_hidden_dim": "16",
        "df_num_layers": "1", "linear_groups": "2", "enc_concat": "False",
        "df_gru_skip": "identity", "df_pathway_kernel_size_t": "3", "conv_kernel": "2,3",
    }),
    "dfn2_time3": ("deepfilternet2", torch.float32, SMALL, DFN2 | {
        "conv_ch": "6", "emb_hidden_dim": "24", "emb_num_layers": "2", "df_hidden_dim": "16",
        "df_num_layers": "3", "linear_groups": "8", "enc_concat": "True",
        "df_gru_skip": "groupedlinear", "conv_kernel": "3,3", "conv_kernel_inp": "2,3",
    }),
    "dfn3_none": ("deepfilternet3", torch.float32, SMALL | {"df_lookahead": "2"}, {
        "conv_ch": "8", "emb_hidden_dim": "16", "emb_num_layers": "3", "df_hidden_dim": "24",
        "df_num_layers": "2", "linear_groups": "4", "enc_linear_groups": "8",
        "df_pathway_kernel_size_t": "5", "conv_lookahead": "2",
    }),
    "dfn3_time2": ("deepfilternet3", torch.bfloat16, SMALL, {
        "conv_ch": "16", "emb_hidden_dim": "32", "emb_num_layers": "2", "df_hidden_dim": "16",
        "df_num_layers": "3", "linear_groups": "16", "enc_linear_groups": "16",
        "df_gru_skip": "groupedlinear", "conv_kernel": "2,3", "convt_kernel": "2,3",
        "df_pathway_kernel_size_t": "2",
    }),
    "dfn3_identity": ("deepfilternet3", torch.float16, SMALL, {
        "conv_ch": "8", "emb_hidden_dim": "32", "emb_num_layers": "2", "df_hidden_dim": "32",
        "df_num_layers": "1", "linear_groups": "2", "enc_linear_groups": "4",
        "df_gru_skip": "identity", "emb_gru_skip": "identity", "emb_gru_skip_enc": "identity",
        "conv_kernel": "2,3",
    }),
    "dfn3_grouped": ("deepfilternet3", torch.float32, SMALL | {"nb_erb": "24"}, {
        "conv_ch": "4", "emb_hidden_dim": "16", "emb_num_layers": "4", "df_hidden_dim": "24",
        "df_num_layers": "2", "linear_groups": "4", "enc_linear_groups": "2",
        "df_gru_skip": "groupedlinear", "emb_gru_skip": "groupedlinear",
        "emb_gru_skip_enc": "groupedlinear", "df_pathway_kernel_size_t": "3",
    }),
    # No number of channels in common with the two inputs or the ten outputs: nothing is separable
    # there.
    "dfn3_concat_odd": ("deepfilternet3", torch.float32, SMALL | {"nb_erb": "32"}, {
        "conv_ch": "7", "emb_hidden_dim": "16", "emb_num_layers": "2", "df_hidden_dim": "16",
        "df_num_layers": "2", "linear_groups": "1", "enc_linear_groups": "1", "enc_concat": "True",
        "emb_gru_skip": "groupedlinear", "conv_kernel": "3,3", "convt_kernel": "3,3",
        "conv_kernel_inp": "1,5", "df_pathway_kernel_size_t": "4",
    }),
}  # fmt: skip

OFFICIAL = {"sr": "48000", "fft_size": "960", "hop_size": "480", "nb_erb": "32", "nb_df": "96"}
OFFICIAL_DFN2 = DFN2 | {
    "conv_ch": "64", "emb_hidden_dim": "256", "emb_num_layers": "3", "df_hidden_dim": "256",
    "df_num_layers": "2", "linear_groups": "8", "enc_concat": "True",
    "df_pathway_kernel_size_t": "5", "conv_lookahead": "2",
}  # fmt: skip
OFFICIAL_DFN3 = {
    "conv_ch": "64", "emb_hidden_dim": "256", "emb_num_layers": "3", "df_hidden_dim": "256",
    "df_num_layers": "2", "linear_groups": "16", "enc_linear_groups": "32",
    "df_gru_skip": "groupedlinear", "df_pathway_kernel_size_t": "5", "conv_lookahead": "2",
}  # fmt: skip
LOOKAHEAD = {"df_order": "5", "df_lookahead": "2"}
OFFICIAL_MODELS = {
    "dfn2": ("deepfilternet2", torch.float32, OFFICIAL | LOOKAHEAD, OFFICIAL_DFN2),
    "dfn2_ll": ("deepfilternet2", torch.float32, OFFICIAL, OFFICIAL_DFN2 | {
        "df_pathway_kernel_size_t": "3", "conv_lookahead": "0",
    }),
    "dfn3": ("deepfilternet3", torch.float32, OFFICIAL | LOOKAHEAD, OFFICIAL_DFN3),
    "dfn3_ll": ("deepfilternet3", torch.float32, OFFICIAL, OFFICIAL_DFN3 | {
        "emb_hidden_dim": "512", "df_hidden_dim": "512", "df_num_layers": "3",
        "enc_linear_groups": "16", "conv_kernel": "2,3", "conv_lookahead": "0",
    }),
}  # fmt: skip


def write_config(path, model, df, deepfilternet):
    parser = configparser.ConfigParser()
    parser["train"] = {"model": model}
    parser["df"] = df
    parser["deepfilternet"] = deepfilternet
    with open(path, "w") as file:
        parser.write(file)


def randomise(model):
    """Statistics as after training, and weights large enough that every part moves the outputs."""
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, 0.0, 0.2)
            module.running_mean.normal_(0.0, 0.2)
            module.running_var.uniform_(0.3, 2.0)
            module.num_batches_tracked.fill_(1234)
        elif isinstance(module, GroupedLinearEinsum):
            bound = (3.0 / module.weight.shape[1]) ** 0.5
            torch.nn.init.uniform_(module.weight, -bound, bound)
        elif isinstance(module, torch.nn.GRU):
            for weight in module.parameters():
                weight.mul_(2.0)
        elif isinstance(module, torch.nn.Linear):
            module.weight.mul_(4.0)
    model.erb_dec.conv0_out[-2].weight.mul_(3.0)


@torch.no_grad()
def make_model(folder, model_name, dtype, df, deepfilternet):
    folder.mkdir(parents=True, exist_ok=True)
    write_config(folder / "config.ini", model_name, df, deepfilternet)
    config.load(str(folder / "config.ini"), config_must_exist=True, allow_reload=True)
    p = ModelParams()
    df_state = DF(
        sr=p.sr,
        fft_size=p.fft_size,
        hop_size=p.hop_size,
        nb_bands=p.nb_erb,
        min_nb_erb_freqs=p.min_nb_freqs,
    )
    torch.manual_seed(7)
    model = init_model(df_state).eval()
    randomise(model)
    # The saved weights and the computed outputs use the same rounded weights.
    saved = {k: v.to(dtype) if v.is_floating_point() else v for k, v in model.state_dict().items()}
    model.load_state_dict(saved)
    if dtype == torch.float32:
        torch.save(model.state_dict(), folder / "model_1.ckpt")
    else:
        torch.save(model.to(dtype).state_dict(), folder / "model_1.ckpt")
        model.to(torch.float32)

    feat_erb = torch.randn(1, 1, FRAMES, p.nb_erb) * 0.5
    feat_spec = torch.randn(1, 2, FRAMES, p.nb_df)
    e0, e1, e2, e3, emb, c0, lsnr = model.enc(feat_erb, feat_spec)
    m = model.erb_dec(emb, e3, e2, e1, e0)
    coefs = model.df_dec(emb, c0)
    if isinstance(coefs, tuple):  # DeepFilterNet 2 adds alpha
        coefs = coefs[0]
    arrays = {
        "feat_erb": feat_erb[0, 0],
        "feat_spec": feat_spec[0].permute(1, 2, 0),
        "lsnr": lsnr[0, :, 0],
        "m": m[0, 0],
        "coefs": coefs[0].reshape(FRAMES, p.nb_df, p.df_order, 2),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", np.ascontiguousarray(array.numpy(), dtype=np.float32))
    print(folder.name, {k: (tuple(v.shape), float(v.std())) for k, v in arrays.items()})


def make_tensors(folder):
    """Every type and layout that the reader converts, in one state dict."""
    torch.manual_seed(11)
    values = torch.randn(2, 3, 4, 5)
    shared = torch.arange(24, dtype=torch.float32)
    tensors = {
        "float": values[0, 0],
        "double": values[0, 1].double(),
        "half": values[0, 2].half(),
        "bfloat16": values[1, 0].bfloat16(),
        "half_limits": torch.tensor([6e-8, 6e-5, 65504.0, -0.0, 1e-4]).half(),
        "channels_last": values.contiguous(memory_format=torch.channels_last),
        "transposed": values[1, 1].t(),
        "sliced": values[:, 1, ::2, 1:4],
        "shared_head": shared[:12].view(3, 4),
        "shared_tail": shared[12:],
        "scalar": torch.tensor(1.5),
        "empty": torch.zeros(0, 4),
        "long": torch.tensor([1234, -5]),
        "int": torch.tensor([7, -8], dtype=torch.int32),
        "short": torch.tensor([7, -300], dtype=torch.int16),
        "char": torch.tensor([7, -8], dtype=torch.int8),
        "byte": torch.tensor([7, 200], dtype=torch.uint8),
        "bool": torch.tensor([True, False]),
        "parameter": torch.nn.Parameter(values[1, 2].clone()),
    }
    torch.save(tensors, folder / "tensors.ckpt")
    torch.save(tensors, folder / "tensors_protocol4.ckpt", pickle_protocol=4)
    torch.save(
        {"float": values[0, 0]}, folder / "legacy.ckpt", _use_new_zipfile_serialization=False
    )
    floating = [k for k, v in tensors.items() if v.is_floating_point() and v.numel()]
    for name in floating:
        array = tensors[name].detach().float().numpy()
        np.save(folder / f"tensors_{name}.npy", np.ascontiguousarray(array).reshape(array.shape))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--official", metavar="DIR", type=pathlib.Path)
    args = parser.parse_args()
    if args.official:
        for name, spec in OFFICIAL_MODELS.items():
            make_model(args.official / name, *spec)
        return
    here = pathlib.Path(__file__).resolve().parent
    for name, spec in SMALL_MODELS.items():
        make_model(here / name, *spec)
    make_tensors(here)


if __name__ == "__main__":
    main()
