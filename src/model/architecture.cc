#include "model/architecture.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace dfn {
namespace {

Conv Single(size_t in, size_t out, size_t groups, KernelSize kernel, size_t stride_f) {
  Conv conv;
  conv.in_channels = in;
  conv.out_channels = out;
  conv.groups = groups;
  conv.kernel_t = kernel.t;
  conv.kernel_f = kernel.f;
  conv.stride_f = stride_f;
  return conv;
}

ConvLayer Separable(size_t in, size_t out, KernelSize kernel, size_t stride_f = 1,
                    bool transposed = false) {
  const size_t groups = std::gcd(in, out);
  ConvLayer layer{.conv = Single(in, out, groups, kernel, stride_f), .pointwise = {}};
  layer.conv.transposed = transposed;
  if (groups > 1 && (transposed || std::max(kernel.t, kernel.f) > 1)) {
    layer.pointwise = Single(out, out, 1, {.t = 1, .f = 1}, 1);
  }
  return layer;
}

GroupedLinear Linear(size_t in, size_t out, size_t groups) {
  return {.groups = groups, .in = in, .out = out, .weight = {}};
}

std::vector<Gru> GruLayers(size_t layers, size_t hidden) {
  Gru gru;
  gru.in = hidden;
  gru.hidden = hidden;
  return std::vector<Gru>(layers, gru);
}

std::optional<GroupedLinear> SkipLinear(Skip skip, size_t in, size_t out, size_t groups) {
  if (skip != Skip::kGroupedLinear) return std::nullopt;
  return Linear(in, out, groups);
}

EncoderWeights EncoderShape(const Config& c) {
  const size_t channels = c.conv_channels;
  EncoderWeights e;
  e.erb_conv = {Separable(1, channels, c.conv_kernel_inp),
                Separable(channels, channels, c.conv_kernel, 2),
                Separable(channels, channels, c.conv_kernel, 2),
                Separable(channels, channels, c.conv_kernel)};
  e.df_conv = {Separable(2, channels, c.conv_kernel_inp),
               Separable(channels, channels, c.conv_kernel, 2)};
  e.df_fc_emb = Linear(channels * c.df_conv_bins(1), c.emb_in(), c.enc_linear_groups);
  e.emb_gru.linear_in = Linear((c.enc_concat ? 2 : 1) * c.emb_in(), c.emb_hidden, c.linear_groups);
  e.emb_gru.layers = GruLayers(1, c.emb_hidden);
  if (c.family == Family::kDeepFilterNet3) {
    e.emb_gru.linear_out = Linear(c.emb_hidden, c.emb_in(), c.linear_groups);
  }
  e.emb_gru.skip = SkipLinear(c.enc_skip, c.emb_in(), c.emb_in(), c.linear_groups);
  return e;
}

ErbDecoderWeights ErbDecoderShape(const Config& c) {
  const size_t channels = c.conv_channels;
  ErbDecoderWeights d;
  d.emb_gru.linear_in = Linear(c.emb_width(), c.emb_hidden, c.linear_groups);
  d.emb_gru.layers = GruLayers(c.erb_gru_layers, c.emb_hidden);
  d.emb_gru.linear_out = Linear(c.emb_hidden, c.emb_in(), c.linear_groups);
  d.emb_gru.skip = SkipLinear(c.erb_skip, c.emb_in(), c.emb_in(), c.linear_groups);
  d.convp.fill(Separable(channels, channels, {.t = 1, .f = 1}));
  d.convt3 = Separable(channels, channels, c.conv_kernel);
  d.convt2 = d.convt1 = Separable(channels, channels, c.convt_kernel, 2, true);
  d.conv0_out = Separable(channels, 1, c.conv_kernel);
  return d;
}

DfDecoderWeights DfDecoderShape(const Config& c) {
  const size_t coefs = 2 * c.df_order;
  DfDecoderWeights d;
  d.df_gru.linear_in = Linear(c.emb_width(), c.df_hidden, kDfGruLinearGroups);
  d.df_gru.layers = GruLayers(c.df_gru_layers, c.df_hidden);
  d.df_gru.skip = SkipLinear(c.df_skip, c.emb_width(), c.df_hidden, c.linear_groups);
  d.df_convp = Separable(c.conv_channels, coefs, {.t = c.df_pathway_kernel_t, .f = 1});
  d.df_out = Linear(c.df_hidden, c.df_bins * coefs, c.linear_groups);
  return d;
}

class LayerList {
 public:
  explicit LayerList(std::string part) : part_(std::move(part)) {}

  void Add(const std::string& name, const ConvLayer& layer, size_t bins) {
    if (!layer.pointwise) return Push(name, &layer.conv, bins);
    Push(name + ".dw", &layer.conv, bins);
    const size_t stride = layer.conv.stride_f;
    Push(name + ".pw", &*layer.pointwise, layer.conv.transposed ? bins * stride : bins / stride);
  }
  void Add(const std::string& name, const GroupedLinear& layer) { Push(name, &layer); }
  void Add(const std::string& name, const ScalarHead& head) { Push(name, &head); }
  void Add(const GruBlock& block, const char* skip) {
    Push("linear_in", &block.linear_in);
    for (size_t i = 0; i < block.layers.size(); ++i) {
      Push("gru" + std::to_string(i), &block.layers[i]);
    }
    if (block.linear_out) Push("linear_out", &*block.linear_out);
    if (block.skip) Push(skip, &*block.skip);
  }

  void AppendTo(std::vector<LayerRef>& all) const {
    all.insert(all.end(), layers_.begin(), layers_.end());
  }

 private:
  template <class Layer>
  void Push(const std::string& name, const Layer* layer, size_t bins = 0) {
    layers_.push_back({part_ + "." + name, layer, bins});
  }
  std::string part_;
  std::vector<LayerRef> layers_;
};

}  // namespace

Model Architecture(const Config& config) {
  Model model;
  model.config = config;
  model.encoder = EncoderShape(config);
  model.erb_decoder = ErbDecoderShape(config);
  model.df_decoder = DfDecoderShape(config);
  return model;
}

std::vector<LayerRef> Layers(const Model& model) {
  const Config& c = model.config;
  LayerList enc("enc");
  for (size_t i = 0; i < 4; ++i) {
    enc.Add("erb_conv" + std::to_string(i), model.encoder.erb_conv[i],
            c.erb_bins(i == 0 ? 0 : i - 1));
  }
  for (size_t i = 0; i < 2; ++i) {
    enc.Add("df_conv" + std::to_string(i), model.encoder.df_conv[i], c.df_bins);
  }
  enc.Add("df_fc_emb", model.encoder.df_fc_emb);
  enc.Add(model.encoder.emb_gru, "gru_skip");
  enc.Add("lsnr_fc", model.encoder.lsnr);

  const ErbDecoderWeights& erb = model.erb_decoder;
  LayerList erb_dec("erb_dec");
  erb_dec.Add(erb.emb_gru, "gru_skip");
  erb_dec.Add("conv3p", erb.convp[3], c.erb_bins(3));
  erb_dec.Add("convt3", erb.convt3, c.erb_bins(3));
  erb_dec.Add("conv2p", erb.convp[2], c.erb_bins(2));
  erb_dec.Add("convt2", erb.convt2, c.erb_bins(2));
  erb_dec.Add("conv1p", erb.convp[1], c.erb_bins(1));
  erb_dec.Add("convt1", erb.convt1, c.erb_bins(1));
  erb_dec.Add("conv0p", erb.convp[0], c.erb_bins(0));
  erb_dec.Add("conv0_out", erb.conv0_out, c.erb_bins(0));

  LayerList df_dec("df_dec");
  df_dec.Add(model.df_decoder.df_gru, "df_skip");
  df_dec.Add("df_convp", model.df_decoder.df_convp, c.df_bins);
  df_dec.Add("df_out", model.df_decoder.df_out);
  if (model.df_decoder.alpha) df_dec.Add("df_fc_a", *model.df_decoder.alpha);

  std::vector<LayerRef> all;
  enc.AppendTo(all);
  erb_dec.AppendTo(all);
  df_dec.AppendTo(all);
  return all;
}

}  // namespace dfn
