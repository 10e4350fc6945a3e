#include "convert/load/checkpoint_weights.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "model/architecture.h"

namespace dfn {
namespace {

// torch.nn.BatchNorm2d's default, which the package leaves alone.
constexpr double kBatchNormEpsilon = 1e-5;

using Shape = std::vector<size_t>;

std::string ShapeText(const Shape& shape) {
  std::string text = "[";
  for (const size_t size : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(size);
  }
  return text + "]";
}

std::string KernelText(const char* key, const KernelSize& kernel) {
  return std::string(key) + " = " + std::to_string(kernel.t) + "," + std::to_string(kernel.f);
}

std::string SizeText(const char* key, size_t size) {
  return std::string(key) + " = " + std::to_string(size);
}

// Gates r, z, n of PyTorch to z, r, h of ONNX; each has a third of the rows.
std::vector<float> ReorderGates(std::vector<float> gates) {
  const auto third = static_cast<std::ptrdiff_t>(gates.size() / 3);
  std::rotate(gates.begin(), gates.begin() + third, gates.begin() + 2 * third);
  return gates;
}

// Scale and shift of one channel at inference.
struct Norm {
  std::vector<double> scale;
  std::vector<double> shift;
};

// The output channel of a row of taps: rows are [out, in / groups], transposed [in, out / groups].
size_t OutChannel(const Conv& conv, size_t row) {
  const size_t ins = conv.in_channels / conv.groups;
  const size_t outs = conv.out_channels / conv.groups;
  if (!conv.transposed) return row / ins;
  const size_t in = row / outs;
  return in / ins * outs + row % outs;
}

// Folds a norm into the convolution in front of it, which has no bias of its own.
void Fold(const Norm& norm, Conv& conv) {
  const size_t taps = conv.kernel_t * conv.kernel_f;
  for (size_t i = 0; i < conv.weight.size(); ++i) {
    conv.weight[i] = static_cast<float>(conv.weight[i] * norm.scale[OutChannel(conv, i / taps)]);
  }
  conv.bias.assign(norm.shift.begin(), norm.shift.end());
}

// Reads layer by layer into a model whose sizes are filled in already. `keys` in its methods are
// the config's values that decide a shape, for messages.
class WeightReader {
 public:
  WeightReader(StateDict& state, const std::string& name) : state_(state), name_(name) {}

  // A Conv2dNormAct or ConvTranspose2dNormAct: a sequence of padding (only where the kernel spans
  // several frames), convolution, 1x1 convolution (only where separable), norm and activation,
  // whose tensors are named by place.
  Status Read(const std::string& layer_name, const std::string& keys, ConvLayer& layer) {
    size_t place = layer.conv.kernel_t > 1 ? 1 : 0;
    DFN_CHECK(ReadConv(layer_name + "." + std::to_string(place++), keys, layer.conv));
    if (layer.pointwise) {
      DFN_CHECK(ReadConv(layer_name + "." + std::to_string(place++), keys, *layer.pointwise));
    }
    Conv& last = layer.pointwise ? *layer.pointwise : layer.conv;
    DFN_TRY(const Norm norm,
            ReadNorm(layer_name + "." + std::to_string(place), keys, last.out_channels));
    Fold(norm, last);
    return {};
  }

  // A GroupedLinearEinsum.
  Status Read(const std::string& layer_name, const std::string& keys, GroupedLinear& layer) {
    const size_t groups = layer.groups;
    DFN_TRY(layer.weight,
            Take(layer_name + ".weight", {groups, layer.in / groups, layer.out / groups}, keys));
    return {};
  }

  // One layer of a torch.nn.GRU.
  Status Read(const std::string& block_name, size_t layer, const std::string& keys, Gru& gru) {
    const std::string suffix = "_l" + std::to_string(layer);
    const size_t rows = 3 * gru.hidden;
    DFN_TRY(auto weight_input, Take(block_name + ".weight_ih" + suffix, {rows, gru.in}, keys));
    DFN_TRY(auto weight_hidden, Take(block_name + ".weight_hh" + suffix, {rows, gru.hidden}, keys));
    DFN_TRY(auto bias_input, Take(block_name + ".bias_ih" + suffix, {rows}, keys));
    DFN_TRY(auto bias_hidden, Take(block_name + ".bias_hh" + suffix, {rows}, keys));
    gru.weight_input = ReorderGates(std::move(weight_input));
    gru.weight_hidden = ReorderGates(std::move(weight_hidden));
    gru.bias_input = ReorderGates(std::move(bias_input));
    gru.bias_hidden = ReorderGates(std::move(bias_hidden));
    return {};
  }

  // A SqueezedGRU or SqueezedGRU_S.
  Status Read(const std::string& block_name, const std::string& skip_name,
              const std::string& linear_keys, const std::string& gru_keys, GruBlock& block) {
    DFN_CHECK(Read(block_name + ".linear_in.0", linear_keys, block.linear_in));
    for (size_t i = 0; i < block.layers.size(); ++i) {
      DFN_CHECK(Read(block_name + ".gru", i, gru_keys, block.layers[i]));
    }
    if (block.linear_out) {
      DFN_CHECK(Read(block_name + ".linear_out.0", linear_keys, *block.linear_out));
    }
    if (block.skip) DFN_CHECK(Read(skip_name, linear_keys, *block.skip));
    return {};
  }

  // A torch.nn.Linear with one output.
  Status Read(const std::string& layer_name, size_t in, const std::string& keys, ScalarHead& head) {
    DFN_TRY(head.weight, Take(layer_name + ".weight", {1, in}, keys));
    DFN_TRY(const std::vector<float> bias, Take(layer_name + ".bias", {1}, keys));
    head.bias = bias[0];
    return {};
  }

  bool Has(const std::string& tensor_name) const { return state_.contains(tensor_name); }

  // Every tensor of the three networks must have been taken: one in excess means that the config
  // is another model's.
  Status CheckNothingLeft() const {
    for (const auto& [tensor_name, tensor] : state_) {
      if (taken_.contains(tensor_name) || IsHarmless(tensor_name)) continue;
      return Fail(tensor_name, "has no place in the network that config.ini describes");
    }
    return {};
  }

 private:
  Error Fail(std::string_view tensor_name, const std::string& what) const {
    return {ErrorCode::kMismatch, name_ + ": tensor " + Quoted(tensor_name) + " " + what};
  }

  // Takes out the values of a tensor, which must have that shape.
  Result<std::vector<float>> Take(const std::string& tensor_name, const Shape& shape,
                                  const std::string& keys) {
    const auto found = state_.find(tensor_name);
    if (found == state_.end()) {
      return Error{ErrorCode::kMismatch, name_ + ": has no tensor " + Quoted(tensor_name) +
                                             ", but config.ini asks for one (" + keys + ")"};
    }
    CheckpointTensor& tensor = found->second;
    if (tensor.shape != shape) {
      return Fail(tensor_name, "has shape " + ShapeText(tensor.shape) +
                                   ", but config.ini asks for " + ShapeText(shape) + " (" + keys +
                                   ")");
    }
    if (tensor.floats.empty()) {
      return Fail(tensor_name, std::string("is of type ") + torch::ElementTypeName(tensor.type) +
                                   ", expected a floating-point type");
    }
    taken_.insert(tensor_name);
    return std::move(tensor.floats);
  }

  Status ReadConv(const std::string& conv_name, const std::string& keys, Conv& conv) {
    const size_t first = conv.transposed ? conv.in_channels : conv.out_channels;
    const size_t second = (conv.transposed ? conv.out_channels : conv.in_channels) / conv.groups;
    DFN_TRY(conv.weight,
            Take(conv_name + ".weight", {first, second, conv.kernel_t, conv.kernel_f}, keys));
    return {};
  }

  Result<Norm> ReadNorm(const std::string& norm_name, const std::string& keys, size_t channels) {
    DFN_TRY(const auto weight, Take(norm_name + ".weight", {channels}, keys));
    DFN_TRY(const auto bias, Take(norm_name + ".bias", {channels}, keys));
    DFN_TRY(const auto mean, Take(norm_name + ".running_mean", {channels}, keys));
    DFN_TRY(const auto variance, Take(norm_name + ".running_var", {channels}, keys));
    Norm norm;
    for (size_t c = 0; c < channels; ++c) {
      norm.scale.push_back(weight[c] / std::sqrt(variance[c] + kBatchNormEpsilon));
      norm.shift.push_back(bias[c] - mean[c] * norm.scale[c]);
    }
    return norm;
  }

  // Outside the networks stand filter banks and buffers of the signal path. Start states and
  // "erb_comp" are what df.checkpoint passes over.
  static bool IsHarmless(std::string_view tensor_name) {
    const bool in_network = tensor_name.starts_with("enc.") ||
                            tensor_name.starts_with("erb_dec.") ||
                            tensor_name.starts_with("df_dec.");
    return !in_network || tensor_name.ends_with(".num_batches_tracked") ||
           tensor_name.ends_with(".h0") || tensor_name.find("erb_comp") != std::string_view::npos;
  }

  StateDict& state_;
  const std::string& name_;
  std::set<std::string, std::less<>> taken_;
};

// The config's keys that decide shapes, as messages show them.
struct KeyTexts {
  explicit KeyTexts(const Config& c)
      : channels(SizeText("conv_ch", c.conv_channels)),
        conv_inp(channels + ", " + KernelText("conv_kernel_inp", c.conv_kernel_inp)),
        conv(channels + ", " + KernelText("conv_kernel", c.conv_kernel)),
        convt(channels + ", " +
              KernelText(c.family == Family::kDeepFilterNet3 ? "convt_kernel" : "conv_kernel",
                         c.convt_kernel)),
        convp(channels + ", " + SizeText("df_order", c.df_order) + ", " +
              SizeText("df_pathway_kernel_size_t", c.df_pathway_kernel_t)),
        linear(SizeText("linear_groups", c.linear_groups)),
        fc_emb(SizeText(c.family == Family::kDeepFilterNet3 ? "enc_linear_groups" : "linear_groups",
                        c.enc_linear_groups)),
        emb(SizeText("emb_hidden_dim", c.emb_hidden)),
        df(SizeText("df_hidden_dim", c.df_hidden)),
        df_out(linear + ", " + SizeText("nb_df", c.df_bins) + ", " +
               SizeText("df_order", c.df_order)) {}

  std::string channels, conv_inp, conv, convt, convp, linear, fc_emb, emb, df, df_out;
};

Status ReadEncoder(const KeyTexts& keys, const Config& config, WeightReader& reader,
                   EncoderWeights& enc) {
  for (size_t i = 0; i < enc.erb_conv.size(); ++i) {
    DFN_CHECK(reader.Read("enc.erb_conv" + std::to_string(i), i == 0 ? keys.conv_inp : keys.conv,
                          enc.erb_conv[i]));
  }
  DFN_CHECK(reader.Read("enc.df_conv0", keys.conv_inp, enc.df_conv[0]));
  DFN_CHECK(reader.Read("enc.df_conv1", keys.conv, enc.df_conv[1]));
  DFN_CHECK(reader.Read("enc.df_fc_emb.0", keys.fc_emb, enc.df_fc_emb));
  DFN_CHECK(reader.Read("enc.emb_gru", "enc.emb_gru.gru_skip", keys.linear + ", " + keys.emb,
                        keys.emb, enc.emb_gru));
  return reader.Read("enc.lsnr_fc.0", config.emb_width(), keys.emb, enc.lsnr);
}

Status ReadErbDecoder(const KeyTexts& keys, WeightReader& reader, ErbDecoderWeights& erb) {
  DFN_CHECK(reader.Read("erb_dec.emb_gru", "erb_dec.emb_gru.gru_skip",
                        keys.linear + ", " + keys.emb, keys.emb, erb.emb_gru));
  for (size_t i = 0; i < erb.convp.size(); ++i) {
    DFN_CHECK(reader.Read("erb_dec.conv" + std::to_string(i) + "p", keys.channels, erb.convp[i]));
  }
  DFN_CHECK(reader.Read("erb_dec.convt3", keys.conv, erb.convt3));
  DFN_CHECK(reader.Read("erb_dec.convt2", keys.convt, erb.convt2));
  DFN_CHECK(reader.Read("erb_dec.convt1", keys.convt, erb.convt1));
  return reader.Read("erb_dec.conv0_out", keys.conv, erb.conv0_out);
}

Status ReadDfDecoder(const KeyTexts& keys, const Config& config, WeightReader& reader,
                     DfDecoderWeights& df) {
  DFN_CHECK(reader.Read("df_dec.df_gru", "df_dec.df_skip", keys.linear + ", " + keys.df, keys.df,
                        df.df_gru));
  DFN_CHECK(reader.Read("df_dec.df_convp", keys.convp, df.df_convp));
  DFN_CHECK(reader.Read("df_dec.df_out.0", keys.df_out, df.df_out));
  if (!reader.Has("df_dec.df_fc_a.0.weight")) return {};
  return reader.Read("df_dec.df_fc_a.0", config.df_hidden, keys.df, df.alpha.emplace());
}

}  // namespace

Result<Model> ModelFromStateDict(StateDict state, const Config& config, const std::string& name) {
  const KeyTexts keys(config);
  WeightReader reader(state, name);
  Model model = Architecture(config);
  DFN_CHECK(ReadEncoder(keys, config, reader, model.encoder));
  DFN_CHECK(ReadErbDecoder(keys, reader, model.erb_decoder));
  DFN_CHECK(ReadDfDecoder(keys, config, reader, model.df_decoder));
  DFN_CHECK(reader.CheckNothingLeft());
  model.origin.source = name;
  model.origin.form = "PyTorch checkpoint";
  DFN_CHECK(ValidateModel(model, name));
  return model;
}

}  // namespace dfn
