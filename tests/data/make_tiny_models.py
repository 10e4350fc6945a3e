"""Makes tiny DeepFilterNet 2 and 3 models with random weights, for every test that need not have a
real one, and what ONNX Runtime computes with them.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python make_tiny_models.py

The graphs are put together as PyTorch's exporter writes the official ones: time padding as a Pad
node with computed amounts, grouped linear layers as Einsum between computed Reshapes, GRU weights
as initializers or as Constant nodes, zero states of computed shape. Each folder of tiny/ holds
config.ini, enc.onnx, erb_dec.onnx, df_dec.onnx and, fed with T = 12 frames of random features (as
the networks see them: no look-ahead is applied), little-endian float32 in C order:

    feat_erb.npy [T, E]    feat_spec.npy [T, D, 2]
    m.npy [T, E]           coefs.npy [T, D, O, 2]       lsnr.npy [T], dB

tiny_combined/ and tiny_simplified/ hold some of them merged into combined.onnx, the latter gone
over by onnxsim. The same versions give the same bytes.
"""

import math
import pathlib

import numpy as np
import onnx
import onnxruntime
import onnxsim
from onnx import TensorProto, compose, helper, numpy_helper

FRAMES = 12
HERE = pathlib.Path(__file__).parent
DEFAULTS = dict(
    sr=48000, fft_size=960, hop_size=480, nb_erb=16, nb_df=24, df_order=5, df_lookahead=0,
    conv_lookahead=0, conv_ch=8, conv_kernel_inp=(3, 3), conv_kernel=(1, 3), convt_kernel=(1, 3),
    emb_hidden_dim=16, emb_num_layers=3, df_hidden_dim=16, df_num_layers=2,
    df_pathway_kernel_size_t=5, linear_groups=4, enc_linear_groups=8, enc_concat=False,
    emb_gru_skip_enc="none", emb_gru_skip="none", df_gru_skip="none", stateful=False, opset=12,
)
MODELS = {
    "dfn3": dict(df_lookahead=2, conv_lookahead=2, df_gru_skip="groupedlinear"),
    "dfn3_time2": dict(
        fft_size=480, hop_size=240, nb_erb=32, conv_ch=6, df_order=3, conv_kernel_inp=(2, 3),
        conv_kernel=(2, 3), convt_kernel=(2, 3), emb_hidden_dim=24, df_num_layers=3,
        df_pathway_kernel_size_t=1, linear_groups=2, enc_linear_groups=6),
    "dfn3_skips": dict(
        fft_size=480, hop_size=240, df_hidden_dim=32, emb_gru_skip_enc="identity",
        emb_gru_skip="groupedlinear", df_gru_skip="identity", df_num_layers=1),
    "dfn3_skips2": dict(
        fft_size=480, hop_size=240, emb_gru_skip_enc="groupedlinear", emb_gru_skip="identity",
        emb_num_layers=2, df_pathway_kernel_size_t=2, linear_groups=1, enc_linear_groups=1),
    "dfn3_h0": dict(
        df_lookahead=1, conv_lookahead=2, df_gru_skip="groupedlinear", stateful=True, opset=14),
    "dfn2": dict(
        model="deepfilternet2", df_lookahead=2, conv_lookahead=2, enc_concat=True,
        enc_linear_groups=4),
    "dfn2_time2": dict(
        model="deepfilternet2", fft_size=480, hop_size=240, conv_kernel=(2, 3),
        convt_kernel=(2, 3), emb_hidden_dim=24, df_hidden_dim=16, df_gru_skip="groupedlinear",
        df_pathway_kernel_size_t=3, enc_linear_groups=4),
}
MERGED = ("dfn3", "dfn2", "dfn3_h0", "dfn3_skips2")
LSNR_MIN, LSNR_MAX = -15, 35


class Graph:
    """Collects nodes; every function takes and returns names of values."""

    def __init__(self, name, config, rng):
        self.name, self.c, self.rng = name, config, rng
        self.nodes, self.initializers, self.count = [], [], 0

    def new(self, kind):
        self.count += 1
        return f"/{kind}_{self.count}_output_0"

    def op(self, kind, inputs, out=None, outputs=1, **attributes):
        outs = [out or self.new(kind)] + [self.new(kind) for _ in range(outputs - 1)]
        self.nodes.append(helper.make_node(kind, inputs, outs, **attributes))
        return outs[0] if outputs == 1 else outs

    def const(self, value, dtype=np.int64):
        tensor = numpy_helper.from_array(np.asarray(value, dtype))
        return self.op("Constant", [], value=tensor)

    def weight(self, shape, fan_in, gain=1.0):
        value = self.rng.standard_normal(shape) * (gain / math.sqrt(fan_in))
        return value.astype(np.float32)

    def parameter(self, value, as_constant=False):
        if as_constant:
            return self.const(value, np.float32)
        name = f"onnx::{self.name}_{self.count}_{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(value, name))
        return name

    def axes_op(self, kind, x, axes):
        if self.c["opset"] >= 13:
            return self.op(kind, [x, self.const(axes)])
        return self.op(kind, [x], axes=axes)

    def dimension(self, x, axis):
        size = self.op("Gather", [self.op("Shape", [x]), self.const(axis)], axis=0)
        return self.axes_op("Unsqueeze", size, [0])

    def reshape(self, x, like, tail):
        """To [B, T, *tail] with B and T of `like`."""
        parts = [self.dimension(like, 0), self.dimension(like, 1)]
        parts += [self.const([n]) for n in tail]
        return self.op("Reshape", [x, self.op("Concat", parts, axis=0)])

    def flatten(self, x):
        """[B, T, ...] to [B, T, -1]."""
        args = [self.op("Shape", [x]), self.const([0]), self.const([2]), self.const([0])]
        shape = self.op("Concat", [self.op("Slice", args), self.const([-1])], axis=0)
        return self.op("Reshape", [x, shape])

    def pad_time(self, x, frames):
        """`frames` zeros in front; PyTorch computes the amounts from its own order of them."""
        fill = self.op("ConstantOfShape", [self.const([4])],
                       value=helper.make_tensor("value", TensorProto.INT64, [1], [0]))
        amounts = self.op("Concat", [self.const([0, 0, frames, 0]), fill], axis=0)
        amounts = self.op("Reshape", [amounts, self.const([-1, 2])])
        amounts = self.op("Slice", [amounts, self.const([-1]), self.const([-(2**63) + 1]),
                                    self.const([0]), self.const([-1])])
        amounts = self.op("Transpose", [amounts], perm=[1, 0])
        amounts = self.op("Reshape", [amounts, self.const([-1])])
        amounts = self.op("Cast", [amounts], to=TensorProto.INT64)
        return self.op("Pad", [x, amounts, self.const(0.0, np.float32)], mode="constant")

    def conv_node(self, x, shape, groups, stride, bias, transposed):
        kt, kf = shape[2:]
        fan_in = shape[1] * kt * kf
        inputs = [x, self.parameter(self.weight(shape, fan_in, 1.4))]
        if bias:
            channels = shape[0] if not transposed else shape[1] * groups
            inputs.append(self.parameter(self.weight([channels], 25)))
        common = dict(dilations=[1, 1], group=groups, kernel_shape=[kt, kf], strides=[1, stride])
        if transposed:
            return self.op("ConvTranspose", inputs, output_padding=[0, kf // 2],
                           pads=[kt - 1, kf // 2, kt - 1, kf // 2], **common)
        return self.op("Conv", inputs, pads=[0, kf // 2, 0, kf // 2], **common)

    def conv(self, x, in_ch, out_ch, kernel, stride=1, transposed=False, activation="Relu",
             out=None):
        """df.modules Conv2dNormAct and ConvTranspose2dNormAct with separable=True, norm folded."""
        kt, kf = kernel
        groups = math.gcd(in_ch, out_ch)
        separable = groups > 1 and (transposed or max(kernel) > 1)
        if kt > 1:
            x = self.pad_time(x, kt - 1)
        shape = [in_ch, out_ch // groups] if transposed else [out_ch, in_ch // groups]
        x = self.conv_node(x, [*shape, kt, kf], groups, stride, not separable, transposed)
        if separable:
            x = self.conv_node(x, [out_ch, out_ch, 1, 1], 1, 1, True, False)
        return self.op(activation, [x], out=out)

    def linear(self, x, size_in, size_out, groups, activation=None, out=None):
        """df.modules GroupedLinearEinsum."""
        w = self.weight([groups, size_in // groups, size_out // groups], size_in // groups, 1.4)
        y = self.reshape(x, x, [groups, size_in // groups])
        y = self.op("Einsum", [y, self.parameter(w)], equation="btgi,gih->btgh")
        y = self.flatten(y)
        return self.op(activation, [y], out=out) if activation else y

    def gru(self, x, hidden, layers, out, state=None, as_constant=False):
        """[B, T, H] to [B, T, H], PyTorch's GRU with batch_first; `state` are graph values."""
        if state is None:
            shape = [self.const([layers]), self.dimension(x, 0), self.const([hidden])]
            h0 = self.op("ConstantOfShape", [self.op("Concat", shape, axis=0)],
                         value=helper.make_tensor("value", TensorProto.FLOAT, [1], [0.0]))
        else:
            h0 = state[0]
        x = self.op("Transpose", [x], perm=[1, 0, 2])
        last = []
        for i in range(layers):
            ends = [self.const([i]), self.const([i + 1]), self.const([0])]
            h = h0 if layers == 1 else self.op("Slice", [h0, *ends])
            values = [self.weight([1, 3 * hidden, hidden], hidden) for _ in range(2)]
            values.append(self.weight([1, 6 * hidden], 25))
            inputs = [x, *(self.parameter(v, as_constant) for v in values), "", h]
            y, y_h = self.op("GRU", inputs, outputs=2, hidden_size=hidden, linear_before_reset=1)
            last.append(y_h)
            x = self.axes_op("Squeeze", y, [1])
        if state is not None:
            self.op("Concat", last, out=state[1], axis=0)
        return self.op("Transpose", [x], out=out, perm=[1, 0, 2])

    def unit(self, x, size):
        w = self.parameter(self.weight([size, 1], size, 0.7))
        b = self.parameter(self.weight([1], 4))
        return self.op("Add", [b, self.op("MatMul", [x, w])])

    def skip(self, y, x, kind, size_in, size_out, out=None):
        if kind == "groupedlinear":
            x = self.linear(x, size_in, size_out, self.c["linear_groups"])
        return self.op("Add", [y, x], out=out)

    def model(self, inputs, outputs):
        info = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        graph = helper.make_graph(
            self.nodes, "main_graph", [info(n, s) for n, s in inputs],
            [info(n, s) for n, s in outputs], self.initializers)
        model = helper.make_model(graph, producer_name="pytorch", ir_version=7,
                                  opset_imports=[helper.make_opsetid("", self.c["opset"])])
        onnx.checker.check_model(model)
        return model


def widths(c):
    emb_in = c["conv_ch"] * c["nb_erb"] // 4
    return emb_in, c["emb_hidden_dim"] if c["v2"] else emb_in


def encoder(c, rng):
    g = Graph("enc", c, rng)
    ch, erb, df, hidden, groups = (
        c[k] for k in ("conv_ch", "nb_erb", "nb_df", "emb_hidden_dim", "linear_groups"))
    emb_in, emb = widths(c)
    e = g.conv("feat_erb", 1, ch, c["conv_kernel_inp"], out="e0")
    for i, stride in ((1, 2), (2, 2), (3, 1)):
        e = g.conv(e, ch, ch, c["conv_kernel"], stride, out=f"e{i}")
    g.conv("feat_spec", 2, ch, c["conv_kernel_inp"], out="c0")
    c1 = g.conv("c0", ch, ch, c["conv_kernel"], 2)
    cemb = g.flatten(g.op("Transpose", [c1], perm=[0, 2, 3, 1]))
    cemb = g.linear(cemb, ch * df // 2, emb_in, c["enc_linear_groups"], "Relu")
    x = g.flatten(g.op("Transpose", [e], perm=[0, 2, 3, 1]))
    if c["enc_concat"]:
        x = g.op("Concat", [x, cemb], axis=-1)
    else:
        x = g.op("Add", [x, cemb])
    a = g.linear(x, emb_in * (2 if c["enc_concat"] else 1), hidden, groups, "Relu")
    state = ("h0", "h1") if c["stateful"] else None
    skip = c["emb_gru_skip_enc"]
    y = g.gru(a, hidden, 1, "emb" if c["v2"] else None, state, as_constant=not c["v2"])
    if not c["v2"]:
        y = g.linear(y, hidden, emb_in, groups, "Relu", out="emb" if skip == "none" else None)
        if skip != "none":
            g.skip(y, x, skip, emb_in, emb_in, out="emb")
    lsnr = g.op("Mul", [g.op("Sigmoid", [g.unit("emb", emb)]),
                        g.const(float(LSNR_MAX - LSNR_MIN), np.float32)])
    g.op("Add", [lsnr, g.const(float(LSNR_MIN), np.float32)], out="lsnr")
    maps = [("e0", erb), ("e1", erb // 2), ("e2", erb // 4), ("e3", erb // 4)]
    inputs = [("feat_erb", [1, 1, "S", erb]), ("feat_spec", [1, 2, "S", df])]
    outputs = [(n, [1, ch, "S", f]) for n, f in maps]
    outputs += [("emb", [1, "S", emb]), ("c0", [1, ch, "S", df]), ("lsnr", [1, "S", 1])]
    if state:
        inputs.append(("h0", [1, 1, hidden]))
        outputs.append(("h1", [1, 1, hidden]))
    return g.model(inputs, outputs)


def erb_decoder(c, rng):
    g = Graph("erb_dec", c, rng)
    ch, erb, hidden, groups, convt = (
        c[k] for k in ("conv_ch", "nb_erb", "emb_hidden_dim", "linear_groups", "convt_kernel"))
    emb_in, emb = widths(c)
    layers = c["emb_num_layers"] - 1
    a = g.linear("emb", emb, hidden, groups, "Relu")
    state = ("erb_h0", "erb_h1") if c["stateful"] else None
    y = g.gru(a, hidden, layers, None, state, as_constant=True)
    if c["v2"]:
        y = g.op("Add", [y, a])
    y = g.linear(y, hidden, emb_in, groups, "Relu")
    if c["emb_gru_skip"] != "none":
        y = g.skip(y, "emb", c["emb_gru_skip"], emb_in, emb_in)
    parts = [g.dimension("e3", 0), g.dimension("e3", 2), g.dimension("e3", 3), g.const([-1])]
    y = g.op("Reshape", [y, g.op("Concat", parts, axis=0)])
    y = g.op("Transpose", [y], perm=[0, 3, 1, 2])
    one = (1, 1)
    y = g.conv(g.op("Add", [g.conv("e3", ch, ch, one), y]), ch, ch, c["conv_kernel"])
    y = g.conv(g.op("Add", [g.conv("e2", ch, ch, one), y]), ch, ch, convt, 2, transposed=True)
    y = g.conv(g.op("Add", [g.conv("e1", ch, ch, one), y]), ch, ch, convt, 2, transposed=True)
    g.conv(g.op("Add", [g.conv("e0", ch, ch, one), y]), ch, 1, c["conv_kernel"],
           activation="Sigmoid", out="m")
    inputs = [("emb", [1, "S", emb])] + [
        (n, [1, ch, "S", f]) for n, f in (("e3", erb // 4), ("e2", erb // 4), ("e1", erb // 2),
                                          ("e0", erb))]
    outputs = [("m", [1, 1, "S", erb])]
    if state:
        inputs.append(("erb_h0", [layers, 1, hidden]))
        outputs.append(("erb_h1", [layers, 1, hidden]))
    return g.model(inputs, outputs)


def df_decoder(c, rng):
    g = Graph("df_dec", c, rng)
    ch, df, order, hidden, layers = (
        c[k] for k in ("conv_ch", "nb_df", "df_order", "df_hidden_dim", "df_num_layers"))
    _, emb = widths(c)
    a = g.linear("emb", emb, hidden, 8, "Relu")
    state = ("df_h0", "df_h1") if c["stateful"] else None
    y = g.gru(a, hidden, layers, None, state)
    if c["v2"]:
        y = g.op("Add", [y, a])
    if c["df_gru_skip"] != "none":
        y = g.skip(y, "emb", c["df_gru_skip"], emb, hidden)
    pathway = g.conv("c0", ch, 2 * order, (c["df_pathway_kernel_size_t"], 1))
    pathway = g.op("Transpose", [pathway], perm=[0, 2, 3, 1])
    inputs = [("emb", [1, "S", emb]), ("c0", [1, ch, "S", df])]
    outputs = [("coefs", [1, "S", df, 2 * order])]
    if not state:
        g.op("Sigmoid", [g.unit(y, hidden)], out="235")
        outputs.append(("235", [1, "S", 1]))
    y = g.linear(y, hidden, df * 2 * order, c["linear_groups"], "Tanh")
    g.op("Add", [g.reshape(y, "emb", [df, 2 * order]), pathway], out="coefs")
    if state:
        inputs.append(("df_h0", [layers, 1, hidden]))
        outputs.append(("df_h1", [layers, 1, hidden]))
    return g.model(inputs, outputs)


def config_text(c):
    kernel = lambda key: "%d,%d" % c[key]
    signal = {k: c[k] for k in ("sr", "fft_size", "hop_size", "nb_erb", "nb_df")}
    signal |= dict(norm_tau=1, lsnr_max=LSNR_MAX, lsnr_min=LSNR_MIN, min_nb_erb_freqs=2)
    net = {k: c[k] for k in ("conv_lookahead", "conv_ch", "emb_hidden_dim", "emb_num_layers",
                             "df_hidden_dim", "df_num_layers", "df_pathway_kernel_size_t",
                             "linear_groups", "enc_concat", "df_gru_skip")}
    net |= dict(conv_kernel_inp=kernel("conv_kernel_inp"), conv_kernel=kernel("conv_kernel"),
                df_n_iter=1, mask_pf=False)
    deep_filter = {k: c[k] for k in ("df_order", "df_lookahead")}
    if c["v2"]:  # where the official file has them
        net |= deep_filter
        net |= dict(gru_type="squeeze", gru_groups=8, dfop_method="df",
                    df_output_layer="groupedlinear", group_shuffle=False)
    else:
        signal |= deep_filter
        net |= {k: c[k] for k in ("enc_linear_groups", "emb_gru_skip", "emb_gru_skip_enc")}
        net |= dict(convt_kernel=kernel("convt_kernel"), lsnr_dropout=False)
    sections = {"train": dict(seed=42, device="", model=c["model"]), "df": signal,
                "deepfilternet": net}
    return "\n".join(f"[{name}]\n" + "".join(f"{k} = {v}\n" for k, v in keys.items())
                     for name, keys in sections.items())


def run(model, feeds):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options,
                                           providers=["CPUExecutionProvider"])
    shapes = {i.name: i.shape for i in session.get_inputs()}
    feeds = {name: feeds[name] if name in feeds else np.zeros(shape, np.float32)
             for name, shape in shapes.items()}
    return dict(zip((o.name for o in session.get_outputs()), session.run(None, feeds)))


def merge(models, c):
    """One graph of the three, as onnx.compose does it; feature maps are no outputs of it."""
    parts = {p: compose.add_prefix(m, prefix=p + "/") for p, m in zip(("enc", "erb", "df"), models)}
    merged, inner = parts["enc"], {"e0", "e1", "e2", "e3", "emb", "c0"}
    for part in ("erb", "df"):
        taken = [i.name for i in parts[part].graph.input if i.name.split("/")[1] in inner]
        outputs = [o.name for o in (*merged.graph.output, *parts[part].graph.output)]
        if part == "df":
            outputs = [n for n in outputs if n.split("/")[1] not in inner]
        merged = compose.merge_models(
            merged, parts[part], io_map=[("enc/" + n.split("/")[1], n) for n in taken],
            outputs=outputs)
    return merged


def make(name, options, seed):
    c = DEFAULTS | dict(model="deepfilternet3") | options
    c["v2"] = c["model"] == "deepfilternet2"
    rng = np.random.default_rng(seed)
    models = encoder(c, rng), erb_decoder(c, rng), df_decoder(c, rng)
    folder = HERE / "tiny" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.ini").write_text(config_text(c))
    for file, model in zip(("enc", "erb_dec", "df_dec"), models):
        (folder / f"{file}.onnx").write_bytes(model.SerializeToString(deterministic=True))

    erb = rng.standard_normal([1, 1, FRAMES, c["nb_erb"]]).astype(np.float32)
    spec = rng.standard_normal([1, 2, FRAMES, c["nb_df"]]).astype(np.float32)
    values = run(models[0], dict(feat_erb=erb, feat_spec=spec))
    values |= run(models[1], values)
    values |= run(models[2], values)
    save = lambda key, value: np.save(folder / f"{key}.npy", np.ascontiguousarray(value, "<f4"))
    save("feat_erb", erb[0, 0])
    save("feat_spec", spec[0].transpose(1, 2, 0))
    save("m", values["m"][0, 0])
    save("coefs", values["coefs"][0].reshape(FRAMES, c["nb_df"], c["df_order"], 2))
    save("lsnr", values["lsnr"].reshape(-1))
    ranges = {k: (float(values[k].min().round(2)), float(values[k].max().round(2)))
              for k in ("emb", "m", "coefs", "lsnr")}
    print(name, ranges)

    if name not in MERGED:
        return
    merged = merge(models, c)
    simplified, ok = onnxsim.simplify(merged)
    assert ok
    for kind, model in (("combined", merged), ("simplified", simplified)):
        folder = HERE / f"tiny_{kind}" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.ini").write_text(config_text(c))
        (folder / "combined.onnx").write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    for i, (model_name, model_options) in enumerate(MODELS.items()):
        make(model_name, model_options, seed=2024 + i)
