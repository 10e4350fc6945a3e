#!/usr/bin/env python3
"""PyTorch with the official Python package behind the harness: df.enhance on the whole file.

    torch_peer.py WEIGHTS.npz CONFIG.ini SOUND

WEIGHTS.npz holds the initializers of `deepfilter export --layout combined --state none` under their
names, as checkpoints of the package are not needed then: batch normalisation is folded into them,
and here the normalising layers only add the bias. Runs in an environment with torch and
deepfilternet, which has no onnx.
"""

import os
import pathlib
import shutil
import sys
import tempfile

import numpy as np
import torch

import harness


def fill(parameter, values):
    if parameter.shape != values.shape:
        raise ValueError(f"weights of shape {values.shape} for a place of {tuple(parameter.shape)}")
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(np.ascontiguousarray(values)))


def convolution_kinds(module):
    kinds = [m for m in module if isinstance(m, (torch.nn.Conv2d, torch.nn.ConvTranspose2d))]
    names = ["conv"] if len(kinds) == 1 else ["dw", "pw"]
    return list(zip(names, kinds))


def fill_convolution(module, name, weights):
    for kind, layer in convolution_kinds(module):
        fill(layer.weight, weights[f"{name}/{kind}.weight"])
        bias = weights.get(f"{name}/{kind}.bias")
    (norm,) = (m for m in module if isinstance(m, torch.nn.BatchNorm2d))
    fill(norm.weight, np.ones(norm.num_features, np.float32))
    fill(norm.bias, bias)
    fill(norm.running_mean, np.zeros(norm.num_features, np.float32))
    fill(norm.running_var, np.full(norm.num_features, 1.0 - norm.eps, np.float32))


def torch_gates(values):
    """ONNX has the gates as z, r, n; PyTorch as r, z, n."""
    z, r, n = np.split(values, 3)
    return np.concatenate([r, z, n])


def fill_gru(gru, name, weights):
    for layer in range(gru.num_layers):
        w, r, b = (weights[f"{name}/gru{layer}.{kind}"][0] for kind in "WRB")
        bias_input, bias_hidden = np.split(b, 2)
        fill(getattr(gru, f"weight_ih_l{layer}"), torch_gates(w))
        fill(getattr(gru, f"weight_hh_l{layer}"), torch_gates(r))
        fill(getattr(gru, f"bias_ih_l{layer}"), torch_gates(bias_input))
        fill(getattr(gru, f"bias_hh_l{layer}"), torch_gates(bias_hidden))


def fill_linear(module, name, weights):
    parameters = list(module.parameters())
    fill(parameters[0], weights[f"{name}.weight"])


def fill_network(network, prefix, weights):
    """Every layer that `weights` names under this prefix."""
    layers = {name[len(prefix) :].split(".")[0] for name in weights if name.startswith(prefix)}
    for layer in layers:
        parts = layer.split("/")
        module = getattr(network, parts[0])
        if parts[-1] in ("conv", "dw", "pw"):
            fill_convolution(module, prefix + parts[0], weights)
        elif parts[-1].startswith("gru"):
            fill_gru(module.gru, prefix + parts[0], weights)
        elif parts[-1] in ("linear_in", "linear_out"):
            fill_linear(getattr(module, parts[-1]), prefix + layer, weights)
        elif parts[0] == "lsnr_fc":
            fill(module[0].weight, weights[f"{prefix}lsnr_fc.weight"].T)
            fill(module[0].bias, weights[f"{prefix}lsnr_fc.bias"])
        elif parts[0] in ("df_fc_emb", "df_out", "df_skip"):
            fill_linear(module, prefix + parts[0], weights)


def load(weights, config):
    from df.enhance import init_df

    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(config, pathlib.Path(folder) / "config.ini")
        model, state, _ = init_df(folder, epoch=None, log_level="ERROR", log_file=None)
    for name, prefix in (("enc", "enc/"), ("erb_dec", "erb/"), ("df_dec", "df/")):
        fill_network(getattr(model, name), prefix, weights)
    return model, state


def main():
    # A GPU would be a different machine, so it is not used.
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    from df.enhance import enhance

    weights_path, config, sound_path = sys.argv[1:]
    model, state = load(dict(np.load(weights_path)), config)
    sound = np.fromfile(sound_path, np.float32)
    audio = torch.from_numpy(sound)[None]
    frames = -(-len(sound) // state.hop_size())

    def whole_file(seconds, sleep_ms):
        return harness.measure(lambda: enhance(model, state, audio), frames, seconds, sleep_ms)

    def output(path):
        state.reset()
        enhanced = enhance(model, state, audio)[0].numpy()
        enhanced.astype(np.float32).tofile(path)
        return {"samples": len(enhanced)}

    harness.serve(
        "PyTorch, df.enhance", f"torch {torch.__version__}", 0,
        {"file": whole_file}, {"output": output},
    )  # fmt: skip


if __name__ == "__main__":
    main()
