#include "engine/testing/random_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <ostream>

#include "kernels/testing/compare.h"

namespace dfn {
namespace {

float Scale(size_t inputs) { return 1.7f / std::sqrt(static_cast<float>(inputs)); }

Conv RandomConv(size_t in, size_t out, size_t groups, KernelSize kernel, size_t stride_f,
                bool transposed, bool bias, RandomFloats& random) {
  Conv conv{.in_channels = in,
            .out_channels = out,
            .groups = groups,
            .kernel_t = kernel.t,
            .kernel_f = kernel.f,
            .stride_f = stride_f,
            .transposed = transposed,
            .weight = random.Vector(in * out / groups * kernel.t * kernel.f,
                                    Scale(in / groups * kernel.t * kernel.f)),
            .bias = {}};
  if (bias) conv.bias = random.Vector(out, 0.3f);
  return conv;
}

ConvLayer Layer(size_t in, size_t out, KernelSize kernel, size_t stride_f, bool transposed,
                RandomFloats& random) {
  size_t groups = std::gcd(in, out);
  const bool separable = groups > 1 && std::max(kernel.t, kernel.f) > 1;
  ConvLayer layer{
      .conv = RandomConv(in, out, groups, kernel, stride_f, transposed, !separable, random),
      .pointwise = {}};
  if (separable) {
    layer.pointwise = RandomConv(out, out, 1, {.t = 1, .f = 1}, 1, false, true, random);
  }
  return layer;
}

GroupedLinear Linear(size_t groups, size_t in, size_t out, RandomFloats& random) {
  return {.groups = groups,
          .in = in,
          .out = out,
          .weight = random.Vector(in / groups * out, Scale(in / groups))};
}

Gru GruLayer(size_t in, size_t hidden, RandomFloats& random) {
  return {.in = in,
          .hidden = hidden,
          .weight_input = random.Vector(3 * hidden * in, Scale(in)),
          .weight_hidden = random.Vector(3 * hidden * hidden, Scale(hidden)),
          .bias_input = random.Vector(3 * hidden, 0.3f),
          .bias_hidden = random.Vector(3 * hidden, 0.3f)};
}

struct BlockShape {
  size_t in, in_groups, hidden, layers;
  size_t out, out_groups;  // 0: no linear_out
  Skip skip;
};

GruBlock Block(const BlockShape& s, RandomFloats& random) {
  GruBlock block{.linear_in = Linear(s.in_groups, s.in, s.hidden, random),
                 .layers = {},
                 .linear_out = {},
                 .skip = {}};
  for (size_t i = 0; i < s.layers; ++i) {
    block.layers.push_back(GruLayer(s.hidden, s.hidden, random));
  }
  const size_t width = s.out > 0 ? s.out : s.hidden;
  if (s.out > 0) block.linear_out = Linear(s.out_groups, s.hidden, s.out, random);
  if (s.skip == Skip::kGroupedLinear) block.skip = Linear(s.out_groups, s.in, width, random);
  return block;
}

}  // namespace

ConvLayer RandomConvLayer(size_t in, size_t out, KernelSize kernel, size_t stride_f,
                          bool transposed, uint64_t seed) {
  RandomFloats random(seed);
  return Layer(in, out, kernel, stride_f, transposed, random);
}

Model RandomModel(const Config& c, uint64_t seed) {
  RandomFloats random(seed);
  Model model;
  model.config = c;
  const size_t channels = c.conv_channels;
  const bool dfn3 = c.family == Family::kDeepFilterNet3;
  const auto conv = [&](size_t in, size_t out, KernelSize kernel, size_t stride,
                        bool transposed = false) {
    return Layer(in, out, kernel, stride, transposed, random);
  };

  EncoderWeights& enc = model.encoder;
  enc.erb_conv = {
      conv(1, channels, c.conv_kernel_inp, 1), conv(channels, channels, c.conv_kernel, 2),
      conv(channels, channels, c.conv_kernel, 2), conv(channels, channels, c.conv_kernel, 1)};
  enc.df_conv = {conv(2, channels, c.conv_kernel_inp, 1),
                 conv(channels, channels, c.conv_kernel, 2)};
  enc.df_fc_emb = Linear(c.enc_linear_groups, channels * c.df_conv_bins(1), c.emb_in(), random);
  enc.emb_gru = Block({c.emb_in() * (c.enc_concat ? 2 : 1), c.linear_groups, c.emb_hidden, 1,
                       dfn3 ? c.emb_in() : 0, c.linear_groups, c.enc_skip},
                      random);
  enc.lsnr = {random.Vector(c.emb_width(), Scale(c.emb_width())), random.Next()};

  ErbDecoderWeights& erb = model.erb_decoder;
  erb.emb_gru = Block({c.emb_width(), c.linear_groups, c.emb_hidden, c.erb_gru_layers, c.emb_in(),
                       c.linear_groups, c.erb_skip},
                      random);
  for (ConvLayer& layer : erb.convp) layer = conv(channels, channels, {.t = 1, .f = 1}, 1);
  erb.convt3 = conv(channels, channels, c.conv_kernel, 1);
  erb.convt2 = conv(channels, channels, c.convt_kernel, 2, true);
  erb.convt1 = conv(channels, channels, c.convt_kernel, 2, true);
  erb.conv0_out = conv(channels, 1, c.conv_kernel, 1);

  DfDecoderWeights& df = model.df_decoder;
  // The decoder's linear_in has 8 groups in every config.
  df.df_gru = Block({c.emb_width(), 8, c.df_hidden, c.df_gru_layers, 0, c.linear_groups, c.df_skip},
                    random);
  df.df_convp = conv(channels, 2 * c.df_order, {.t = c.df_pathway_kernel_t, .f = 1}, 1);
  df.df_out = Linear(c.linear_groups, c.df_hidden, c.df_bins * 2 * c.df_order, random);
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

  // conv_kernel applies to the transposed convolutions too; channels that fill no vector.
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

  // One channel: nothing is separable. No time kernels at all: no histories.
  Config one = base;
  one.conv_channels = 1;
  one.erb_bands = 32;
  one.conv_kernel_inp = {.t = 1, .f = 3};
  one.df_pathway_kernel_t = 1;
  one.enc_linear_groups = 2;

  // Two channels are depthwise in df_conv0, ten in df_convp.
  Config two = base;
  two.conv_channels = 2;
  two.enc_linear_groups = 4;
  Config ten = base;
  ten.conv_channels = 10;
  ten.enc_linear_groups = 4;

  return {{"dfn3", base}, {"dfn2", dfn2}, {"dfn2_time", dfn2_time},
          {"ll", ll},     {"odd", odd},   {"skips", skips},
          {"one", one},   {"two", two},   {"ten", ten}};
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
