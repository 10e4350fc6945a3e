#include "engine/testing/random_model.h"

#include <cmath>
#include <ostream>
#include <variant>

#include "kernels/testing/compare.h"
#include "model/layers.h"

namespace dfn {
namespace {

float Scale(size_t inputs) { return 1.7f / std::sqrt(static_cast<float>(inputs)); }

void Fill(Conv& conv, bool bias, RandomFloats& random) {
  const size_t inputs = conv.in_channels / conv.groups * conv.kernel_t * conv.kernel_f;
  conv.weight = random.Vector(conv.out_channels * inputs, Scale(inputs));
  if (bias) conv.bias = random.Vector(conv.out_channels, 0.3f);
}

void Fill(ConvLayer& layer, RandomFloats& random) {
  Fill(layer.conv, !layer.pointwise, random);
  if (layer.pointwise) Fill(*layer.pointwise, true, random);
}

void Fill(GroupedLinear& linear, RandomFloats& random) {
  const size_t inputs = linear.in / linear.groups;
  linear.weight = random.Vector(inputs * linear.out, Scale(inputs));
}

void Fill(Gru& gru, RandomFloats& random) {
  gru.weight_input = random.Vector(3 * gru.hidden * gru.in, Scale(gru.in));
  gru.weight_hidden = random.Vector(3 * gru.hidden * gru.hidden, Scale(gru.hidden));
  gru.bias_input = random.Vector(3 * gru.hidden, 0.3f);
  gru.bias_hidden = random.Vector(3 * gru.hidden, 0.3f);
}

void Fill(ScalarHead& head, RandomFloats& random) {
  head.weight = random.Vector(head.in, Scale(head.in));
  head.bias = random.Next();
}

}  // namespace

ConvLayer RandomConvLayer(size_t in, size_t out, KernelSize kernel, size_t stride_f,
                          bool transposed, uint64_t seed) {
  RandomFloats random(seed);
  ConvLayer layer = SeparableConv(in, out, kernel, stride_f, transposed);
  Fill(layer, random);
  return layer;
}

Model RandomModel(const Config& config, uint64_t seed, Grouping grouping) {
  RandomFloats random(seed);
  Model model;
  size_t way = 0;
  model.config = config;
  for (const LayerSpec& spec : LayerTable(config)) {
    if (spec.optional) continue;
    const auto fill = [&]<class Layer>(const Layer& sizes) {
      Layer& layer = spec.Make<Layer>(model) = sizes;
      if (grouping == Grouping::kOther) Regroup(layer, way++);
      Fill(layer, random);
    };
    std::visit(fill, spec.sizes);
  }
  return model;
}

void PrintTo(const NamedConfig& named, std::ostream* out) { *out << named.name; }

std::vector<NamedConfig> SmallConfigs() {
  Config base;
  base.fft_size = 96;
  base.hop_size = 48;
  base.erb_bands = 16;
  base.df_bins = 12;
  base.min_erb_band_bins = 1;
  base.conv_channels = 8;
  base.emb_hidden = 24;
  base.erb_gru_layers = 2;
  base.df_hidden = 40;
  base.df_gru_layers = 2;
  base.df_pathway_kernel_t = 3;
  base.linear_groups = 4;
  base.enc_linear_groups = 8;
  base.df_skip = Skip::kGroupedLinear;

  Config dfn2 = base;
  dfn2.family = Family::kDeepFilterNet2;
  dfn2.enc_concat = true;
  dfn2.enc_linear_groups = 4;
  dfn2.df_skip = Skip::kNone;

  // Here conv_kernel applies to the transposed convolutions too, and the channels do not fill a
  // vector.
  Config dfn2_time = dfn2;
  dfn2_time.conv_channels = 6;
  dfn2_time.conv_kernel.t = dfn2_time.convt_kernel.t = 2;
  dfn2_time.df_hidden = 24;
  dfn2_time.df_skip = Skip::kIdentity;

  Config ll = base;
  ll.conv_channels = 20;
  ll.conv_kernel.t = 2;
  ll.emb_hidden = 20;
  ll.df_gru_layers = 3;
  ll.df_pathway_kernel_t = 5;

  Config odd = base;
  odd.conv_channels = 21;
  odd.erb_bands = 32;
  odd.emb_hidden = 21;
  odd.df_hidden = 16;
  odd.linear_groups = odd.enc_linear_groups = 1;
  odd.df_order = 3;
  odd.convt_kernel.t = 3;
  odd.enc_skip = odd.erb_skip = Skip::kIdentity;
  odd.df_skip = Skip::kNone;

  Config skips = base;
  skips.enc_skip = skips.erb_skip = Skip::kGroupedLinear;
  skips.conv_kernel_inp = {.t = 2, .f = 5};
  skips.conv_kernel = {.t = 1, .f = 5};
  skips.df_order = 4;

  // With one channel no layer is separable, and without time kernels no layer has a history.
  Config one = base;
  one.conv_channels = 1;
  one.erb_bands = 32;
  one.conv_kernel_inp = {.t = 1, .f = 3};
  one.df_pathway_kernel_t = 1;
  one.enc_linear_groups = 2;

  // With two channels df_conv0 is depthwise, with ten df_convp.
  Config two = base;
  two.conv_channels = 2;
  two.enc_linear_groups = 4;
  Config ten = base;
  ten.conv_channels = 10;
  ten.enc_linear_groups = 4;

  // Without a deep filter, whose look-ahead then counts for nothing.
  Config mask = base;
  mask.mask_only = true;
  mask.conv_lookahead_frames = 1;
  mask.df_lookahead_frames = 2;

  return {{"dfn3", base}, {"dfn2", dfn2}, {"dfn2_time", dfn2_time},
          {"ll", ll},     {"odd", odd},   {"skips", skips},
          {"one", one},   {"two", two},   {"ten", ten},
          {"mask", mask}};
}

void PrintTo(const NamedNetwork& named, std::ostream* out) { *out << named.name; }

std::vector<NamedNetwork> SmallNetworks() {
  std::vector<NamedNetwork> networks;
  for (const NamedConfig& config : SmallConfigs()) {
    networks.push_back({config.name, config.config, Precision::kF32});
    networks.push_back({config.name + "F16", config.config, Precision::kF16});
    networks.push_back({config.name + "I8", config.config, Precision::kI8});
  }
  return networks;
}

}  // namespace dfn
