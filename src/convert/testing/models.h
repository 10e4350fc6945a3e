// For tests: models with random weights, made from a config alone.
#ifndef DEEPFILTER_CONVERT_TESTING_MODELS_H_
#define DEEPFILTER_CONVERT_TESTING_MODELS_H_

#include <cstdint>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "model/architecture.h"
#include "model/model.h"

namespace dfn::test {

inline void FillRandom(std::vector<float>& values, size_t size, std::mt19937& random) {
  values.resize(size);
  for (float& value : values) value = static_cast<float>(random() % 20001) / 1e5f - 0.1f;
}

// A model that passes ValidateModel, the alpha head included: every weight is in [-0.1, 0.1].
inline Model RandomModel(const Config& config, uint32_t seed) {
  std::mt19937 random(seed);
  Model model = Architecture(config);
  model.origin.source = "folder/random";
  model.df_decoder.alpha = ScalarHead{};
  for (const LayerRef& ref : Layers(model)) {
    // The references are to `model`, which is ours to change.
    if (const auto* conv = std::get_if<const Conv*>(&ref.layer)) {
      Conv& c = const_cast<Conv&>(**conv);
      FillRandom(c.weight, c.in_channels * c.out_channels / c.groups * c.kernel_t * c.kernel_f,
                 random);
      if (!ref.name.ends_with(".dw")) FillRandom(c.bias, c.out_channels, random);
    } else if (const auto* linear = std::get_if<const GroupedLinear*>(&ref.layer)) {
      GroupedLinear& l = const_cast<GroupedLinear&>(**linear);
      FillRandom(l.weight, l.in * l.out / l.groups, random);
    } else if (const auto* gru = std::get_if<const Gru*>(&ref.layer)) {
      Gru& g = const_cast<Gru&>(**gru);
      FillRandom(g.weight_input, 3 * g.hidden * g.in, random);
      FillRandom(g.weight_hidden, 3 * g.hidden * g.hidden, random);
      FillRandom(g.bias_input, 3 * g.hidden, random);
      FillRandom(g.bias_hidden, 3 * g.hidden, random);
    }
  }
  FillRandom(model.encoder.lsnr.weight, config.emb_width(), random);
  FillRandom(model.df_decoder.alpha->weight, config.df_hidden, random);
  model.encoder.lsnr.bias = 0.05f;
  model.df_decoder.alpha->bias = -0.05f;
  return model;
}

// Small configurations that differ in structure.
struct NamedConfig {
  const char* name;
  Config config;
};

inline std::vector<NamedConfig> SmallConfigs() {
  Config dfn3;
  dfn3.erb_bands = 16;
  dfn3.df_bins = 24;
  dfn3.conv_channels = 8;
  dfn3.emb_hidden = dfn3.df_hidden = 16;
  dfn3.erb_gru_layers = dfn3.df_gru_layers = 2;
  dfn3.df_pathway_kernel_t = 5;
  dfn3.linear_groups = 4;
  dfn3.enc_linear_groups = 8;
  dfn3.df_skip = Skip::kGroupedLinear;
  dfn3.conv_lookahead_frames = dfn3.df_lookahead_frames = 2;

  Config time = dfn3;  // history in every layer that can have one
  time.conv_kernel = time.convt_kernel = {.t = 3, .f = 3};
  time.conv_kernel_inp = {.t = 2, .f = 3};
  time.erb_gru_layers = 1;
  time.df_gru_layers = 3;
  time.conv_lookahead_frames = time.df_lookahead_frames = 0;

  Config skips = dfn3;
  skips.enc_skip = Skip::kGroupedLinear;
  skips.erb_skip = Skip::kIdentity;
  skips.df_skip = Skip::kNone;

  Config dfn2 = dfn3;
  dfn2.family = Family::kDeepFilterNet2;
  dfn2.enc_concat = true;
  dfn2.enc_linear_groups = dfn2.linear_groups;
  dfn2.df_skip = Skip::kNone;

  Config dfn2_time = dfn2;
  dfn2_time.enc_concat = false;
  dfn2_time.conv_kernel = dfn2_time.convt_kernel = {.t = 2, .f = 3};
  dfn2_time.df_skip = Skip::kIdentity;
  return {{"dfn3", dfn3},
          {"dfn3_time", time},
          {"dfn3_skips", skips},
          {"dfn2", dfn2},
          {"dfn2_time", dfn2_time}};
}

}  // namespace dfn::test

#endif  // DEEPFILTER_CONVERT_TESTING_MODELS_H_
