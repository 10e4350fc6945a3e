#include "convert/export/export_network.h"

#include <cstdint>
#include <span>

namespace dfn {
namespace {

constexpr int64_t kTimeAxis = 2;  // of maps [1, C, T, F]

int64_t Int(size_t value) { return static_cast<int64_t>(value); }

// [rows, columns] -> [columns, rows].
std::vector<float> Transposed(std::span<const float> matrix, size_t rows, size_t columns) {
  std::vector<float> result(matrix.size());
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < columns; ++c) result[c * rows + r] = matrix[r * columns + c];
  }
  return result;
}

std::vector<float> Joined(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> both = a;
  both.insert(both.end(), b.begin(), b.end());
  return both;
}

}  // namespace

std::vector<GraphState> NetworkGraph::states() const {
  std::vector<GraphState> all = gru_states_;
  all.insert(all.end(), conv_states_.begin(), conv_states_.end());
  return all;
}

Value NetworkGraph::Convolution(const Conv& conv, const std::string& name, const Value& x) {
  const size_t outer = conv.transposed ? conv.in_channels : conv.out_channels;
  const size_t inner = (conv.transposed ? conv.out_channels : conv.in_channels) / conv.groups;
  std::vector<Value> inputs = {
      x, g_.Weight(name + ".weight", {outer, inner, conv.kernel_t, conv.kernel_f}, conv.weight)};
  if (!conv.bias.empty()) {
    inputs.push_back(g_.Weight(name + ".bias", {conv.out_channels}, conv.bias));
  }
  const int64_t pad_f = Int(conv.kernel_f / 2);
  // A transposed convolution spreads each frame over kernel_t frames. Cropping kernel_t - 1 frames
  // at both ends keeps those that have all their inputs.
  const int64_t pad_t = conv.transposed ? Int(conv.kernel_t) - 1 : 0;
  using Ints = std::vector<int64_t>;
  std::vector<onnx::Attribute> attributes = {
      {"dilations", Ints{1, 1}},
      {"group", Int(conv.groups)},
      {"kernel_shape", Ints{Int(conv.kernel_t), Int(conv.kernel_f)}},
      {"pads", Ints{pad_t, pad_f, pad_t, pad_f}},
      {"strides", Ints{1, Int(conv.stride_f)}}};
  if (conv.transposed) {
    attributes.push_back({"output_padding", Ints{0, Int(conv.stride_f) - 1}});
  }
  return g_.Add(conv.transposed ? "ConvTranspose" : "Conv", name, std::move(inputs),
                std::move(attributes));
}

Value NetworkGraph::ConvolutionLayer(const std::string& layer_name, const Value& x) {
  const LayerSpec& spec = layers_[layer_name];
  const ConvLayer& layer = WeightsOf<ConvLayer>(spec);
  const std::string& name = spec.graph_name;
  const size_t past = layer.conv.kernel_t - 1;
  Value y = x;
  if (past > 0 && form_.edge == TimeEdge::kHistory) {
    const std::string in = name + "_s0";
    y = g_.Concat(name + "/history", {in, x}, kTimeAxis);
    conv_states_.push_back({.in = in,
                            .out = name + "_s1",
                            .next = g_.Last(name + "/newest", y, kTimeAxis, Int(past)),
                            .shape = {1, layer.conv.in_channels, past, spec.bins}});
  } else if (past > 0 && form_.edge == TimeEdge::kZeros) {
    y = g_.Add("Pad", name + "/pad", {x, g_.Ints({0, 0, Int(past), 0, 0, 0, 0, 0})},
               {{"mode", std::string("constant")}});
  }
  if (layer.pointwise) {
    y = Convolution(layer.conv, name + "/dw", y);
    y = Convolution(*layer.pointwise, name + "/pw", y);
  } else {
    y = Convolution(layer.conv, name + "/conv", y);
  }
  return g_.Add(std::string(spec.activation), name + "/activation", {y});
}

Value NetworkGraph::Linear(const std::string& layer, const Value& x) {
  const LayerSpec& spec = layers_[layer];
  const GroupedLinear& linear = WeightsOf<GroupedLinear>(spec);
  const std::string& name = spec.graph_name;
  const size_t in = linear.in / linear.groups;
  const size_t out = linear.out / linear.groups;
  const Value weight = g_.Weight(name + ".weight", {linear.groups, in, out}, linear.weight.Copy());
  // For any batch and any number of frames: 0 keeps a dimension and -1 is the rest. Two zeros would
  // mean the same, but tract (the official runtime) mistakes the second for the first if that is 1.
  const Value grouped = g_.Reshape(name + "/groups", x, {0, -1, Int(linear.groups), Int(in)});
  const Value product = g_.Add("Einsum", name + "/einsum", {grouped, weight},
                               {{"equation", std::string("btgi,gih->btgh")}});
  const Value flat = g_.Reshape(name + "/flat", product, {0, -1, Int(linear.out)});
  if (spec.activation.empty()) return flat;
  return g_.Add(std::string(spec.activation),
                name + (spec.activation == "Tanh" ? "/tanh" : "/relu"), {flat});
}

Value NetworkGraph::GruOperator(const Gru& gru, const std::string& name, const Value& x,
                                const Value& h, Value& next) {
  const size_t hidden = gru.hidden;
  std::vector<Value> inputs = {
      x, g_.Weight(name + ".W", {1, 3 * hidden, gru.in}, gru.weight_input.Copy()),
      g_.Weight(name + ".R", {1, 3 * hidden, hidden}, gru.weight_hidden.Copy()),
      g_.Weight(name + ".B", {1, 6 * hidden}, Joined(gru.bias_input, gru.bias_hidden))};
  if (!h.empty()) {
    inputs.push_back("");  // sequence_lens
    inputs.push_back(h);
  }
  const std::vector<Value> outputs =
      g_.AddMany(h.empty() ? 1 : 2, "GRU", name, std::move(inputs),
                 {{"hidden_size", Int(hidden)}, {"linear_before_reset", int64_t{1}}});
  next = outputs.back();
  return g_.Add("Squeeze", name + "/squeeze", {outputs[0], g_.Ints({1})});
}

// z = sigmoid(x Wz + h Rz + b), r likewise, n = tanh(x Wn + bWn + r (h Rn + bRn)),
// h' = (1 - z) n + z h (ONNX GRU, linear_before_reset = 1) on x [1, 1, I] and h [1, 1, H].
Value NetworkGraph::LoweredGru(const Gru& gru, const std::string& name, const Value& x,
                               const Value& h) {
  const size_t hidden = gru.hidden;
  const auto affine = [&](const char* stem, const Value& value, size_t rows,
                          std::span<const float> weight, const std::vector<float>& bias) {
    const std::string path = name + "." + stem;
    const Value matrix = g_.Weight(path, {rows, 3 * hidden}, Transposed(weight, 3 * hidden, rows));
    const Value product = g_.Add("MatMul", path + "/product", {value, matrix});
    return g_.Add("Add", path + "/sum", {product, g_.Weight(path + ".bias", {3 * hidden}, bias)});
  };
  const Value from_x = affine("W", x, gru.in, gru.weight_input, gru.bias_input);
  const Value from_h = affine("R", h, hidden, gru.weight_hidden, gru.bias_hidden);
  const auto gate = [&](const char* stem, const Value& value, size_t index) {
    return g_.Slice(name + "/" + stem, value, 2, Int(index * hidden), Int((index + 1) * hidden));
  };
  const auto sigmoid = [&](const char* stem, size_t index) {
    const std::string path = name + "/" + stem;
    const Value sum = g_.Add("Add", path + "_sum",
                             {gate("x_gate", from_x, index), gate("h_gate", from_h, index)});
    return g_.Add("Sigmoid", path, {sum});
  };
  const Value z = sigmoid("z", 0);
  const Value r = sigmoid("r", 1);
  const Value reset = g_.Add("Mul", name + "/reset", {r, gate("h_gate", from_h, 2)});
  const Value sum = g_.Add("Add", name + "/n_sum", {gate("x_gate", from_x, 2), reset});
  const Value n = g_.Add("Tanh", name + "/n", {sum});
  const Value rest = g_.Add("Sub", name + "/rest", {g_.Number(1.0f), z});
  const Value fresh = g_.Add("Mul", name + "/fresh", {rest, n});
  const Value kept = g_.Add("Mul", name + "/kept", {z, h});
  return g_.Add("Add", name + "/h", {fresh, kept});
}

Value NetworkGraph::GruStack(const std::string& part, const std::string& block,
                             const std::string& state, const Value& x) {
  const std::vector<const LayerSpec*> layers = layers_.Grus(part);
  const size_t hidden = WeightsOf<Gru>(*layers.front()).hidden;
  const std::string in = state + "0";
  // The operator takes frames first: [T, 1, H]. A single frame has the same layout either way.
  Value y = form_.lower_gru ? x : g_.Transpose(block + "/frames_first", x, {1, 0, 2});
  std::vector<Value> next(layers.size());
  for (size_t i = 0; i < layers.size(); ++i) {
    const Gru& gru = WeightsOf<Gru>(*layers[i]);
    const std::string& layer = layers[i]->graph_name;
    Value h;
    if (form_.gru_states) {
      h = layers.size() == 1 ? in : g_.Slice(layer + "/h0", in, 0, Int(i), Int(i + 1));
    } else if (form_.lower_gru) {
      h = g_.Constant(layer + "/h0", {1, 1, hidden}, std::vector<float>(hidden, 0.0f));
    }
    if (form_.lower_gru) {
      y = next[i] = LoweredGru(gru, layer, y, h);
    } else {
      y = GruOperator(gru, layer, y, h, next[i]);
    }
  }
  if (form_.gru_states) {
    const Value last = layers.size() == 1 ? next[0] : g_.Concat(block + "/next", next, 0);
    gru_states_.push_back(
        {.in = in, .out = state + "1", .next = last, .shape = {layers.size(), 1, hidden}});
  }
  return form_.lower_gru ? y : g_.Transpose(block + "/batch_first", y, {1, 0, 2});
}

Value NetworkGraph::AddSkip(Skip skip, const std::string& block, const std::string& layer,
                            const Value& x, const Value& input) {
  if (skip == Skip::kNone) return x;
  const Value joining = skip == Skip::kIdentity ? input : Linear(layer, input);
  return g_.Add("Add", block + "/joined", {x, joining});
}

Value NetworkGraph::Head(const std::string& layer, const Value& x) {
  const LayerSpec& spec = layers_[layer];
  const ScalarHead& head = WeightsOf<ScalarHead>(spec);
  const std::string& name = spec.graph_name;
  const Value weight = g_.Weight(name + ".weight", {head.in, 1}, head.weight);
  const Value product = g_.Add("MatMul", name + "/product", {x, weight});
  const Value sum =
      g_.Add("Add", name + "/sum", {product, g_.Weight(name + ".bias", {1}, {head.bias})});
  return g_.Add("Sigmoid", name + "/sigmoid", {sum});
}

EncoderMaps NetworkGraph::EncodeMaps(const Value& feat_erb, const Value& feat_spec) {
  const Config& c = model_.config;
  EncoderMaps maps;
  Value x = feat_erb;
  // Each layer reads the map before it, the first one the features.
  for (size_t i = 0; i < 4; ++i) {
    x = maps.e[i] = ConvolutionLayer("enc.erb_conv" + std::to_string(i), x);
  }
  maps.c0 = ConvolutionLayer("enc.df_conv0", feat_spec);
  Value c1 = ConvolutionLayer("enc.df_conv1", maps.c0);
  if (form_.edge == TimeEdge::kWindow) {
    const auto newest = [this](Value& value, const std::string& name) {
      value = g_.Last(name + "/newest", value, kTimeAxis, 1);
    };
    for (size_t i = 0; i < 4; ++i) newest(maps.e[i], "erb_conv" + std::to_string(i));
    newest(maps.c0, "df_conv0");
    newest(c1, "df_conv1");
  }
  const auto flatten = [this](const Value& value, const std::string& name, size_t width) {
    const Value bins_first = g_.Transpose(name + "/bins_first", value, {0, 2, 3, 1});
    return g_.Reshape(name + "/flat", bins_first, {0, -1, Int(width)});
  };
  const Value erb = flatten(maps.e[3], "erb_conv3", c.emb_in());
  const Value flat = flatten(c1, "df_conv1", model_.encoder.df_fc_emb.in);
  const Value cemb = Linear("enc.df_fc_emb", flat);
  const Value both = c.enc_concat ? g_.Concat("combine/concat", {erb, cemb}, 2)
                                  : g_.Add("Add", "combine/add", {erb, cemb});
  maps.gru_input = Linear("enc.linear_in", both);
  if (c.enc_skip == Skip::kIdentity) maps.skip = both;
  if (c.enc_skip == Skip::kGroupedLinear) maps.skip = Linear("enc.gru_skip", both);
  return maps;
}

EncoderOutput NetworkGraph::EncodeGru(const Value& gru_input, const Value& skip) {
  const Config& c = model_.config;
  EncoderOutput out;
  out.emb = GruStack("enc", "emb_gru", "h", gru_input);
  if (layers_.Has("enc.linear_out")) out.emb = Linear("enc.linear_out", out.emb);
  if (!skip.empty()) out.emb = g_.Add("Add", "emb_gru/joined", {out.emb, skip});
  const Value level = Head("enc.lsnr_fc", out.emb);
  const Value scaled =
      g_.Add("Mul", "lsnr_fc/scaled", {level, g_.Number(c.lsnr_max_db - c.lsnr_min_db)});
  out.lsnr = g_.Add("Add", "lsnr_fc/db", {scaled, g_.Number(c.lsnr_min_db)});
  return out;
}

Value NetworkGraph::DecodeErb(const Value& emb, const std::array<Value, 4>& e) {
  const Config& c = model_.config;
  const Value in = Linear("erb_dec.linear_in", emb);
  Value x = GruStack("erb_dec", "emb_gru", "erb_h", in);
  if (c.gru_skip_from_linear_in()) x = g_.Add("Add", "emb_gru/inner_skip", {x, in});
  x = Linear("erb_dec.linear_out", x);
  x = AddSkip(c.erb_skip, "emb_gru", "erb_dec.gru_skip", x, emb);
  x = g_.Reshape("emb_gru/bins", x, {0, -1, Int(c.erb_bins(3)), Int(c.conv_channels)});
  x = g_.Transpose("emb_gru/channels_first", x, {0, 3, 1, 2});
  for (size_t level = 4; level-- > 0;) {
    const Value path = ConvolutionLayer(kErbPathways[level], e[level]);
    const std::string& name = layers_[kErbPathways[level]].graph_name;
    x = ConvolutionLayer(kErbUpward[level], g_.Add("Add", name + "/joined", {path, x}));
  }
  return x;
}

DfDecoderOutput NetworkGraph::DecodeDf(const Value& emb, const Value& c0, bool with_alpha) {
  const Config& c = model_.config;
  const Value in = Linear("df_dec.linear_in", emb);
  Value x = GruStack("df_dec", "df_gru", "df_h", in);
  if (c.gru_skip_from_linear_in()) x = g_.Add("Add", "df_gru/inner_skip", {x, in});
  x = AddSkip(c.df_skip, "df_gru", "df_dec.df_skip", x, emb);
  DfDecoderOutput out;
  if (with_alpha && model_.df_decoder.alpha) out.alpha = Head("df_dec.df_fc_a", x);
  const Value path = ConvolutionLayer("df_dec.df_convp", c0);
  const Value bins_first = g_.Transpose("df_convp/bins_first", path, {0, 2, 3, 1});
  const Value by_bin = g_.Reshape("df_out/bins", Linear("df_dec.df_out", x),
                                  {0, -1, Int(c.df_bins), Int(2 * c.df_order)});
  out.coefs = g_.Add("Add", "df_out/joined", {by_bin, bins_first});
  return out;
}

}  // namespace dfn
