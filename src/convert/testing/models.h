// For tests: models with random weights, made from a config alone.
#ifndef DEEPFILTER_CONVERT_TESTING_MODELS_H_
#define DEEPFILTER_CONVERT_TESTING_MODELS_H_

#include <cstdint>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "model/layers.h"
#include "model/model.h"
#include "model/testing/regroup.h"

namespace dfn::test {

inline void FillRandom(std::vector<float>& values, size_t size, std::mt19937& random) {
  values.resize(size);
  for (float& value : values) value = static_cast<float>(random() % 20001) / 1e5f - 0.1f;
}

inline void FillRandom(WeightArray& values, size_t size, std::mt19937& random) {
  FillRandom(values.Mutable(), size, random);
}

inline void FillRandom(Conv& conv, bool bias, std::mt19937& random) {
  FillRandom(conv.weight,
             conv.in_channels * conv.out_channels / conv.groups * conv.kernel_t * conv.kernel_f,
             random);
  if (bias) FillRandom(conv.bias, conv.out_channels, random);
}
inline void FillRandom(ConvLayer& layer, std::mt19937& random) {
  FillRandom(layer.conv, !layer.pointwise, random);
  if (layer.pointwise) FillRandom(*layer.pointwise, true, random);
}
inline void FillRandom(GroupedLinear& linear, std::mt19937& random) {
  FillRandom(linear.weight, linear.in * linear.out / linear.groups, random);
}
inline void FillRandom(Gru& gru, std::mt19937& random) {
  FillRandom(gru.weight_input, 3 * gru.hidden * gru.in, random);
  FillRandom(gru.weight_hidden, 3 * gru.hidden * gru.hidden, random);
  FillRandom(gru.bias_input, 3 * gru.hidden, random);
  FillRandom(gru.bias_hidden, 3 * gru.hidden, random);
}
inline void FillRandom(ScalarHead& head, std::mt19937& random) {
  FillRandom(head.weight, head.in, random);
  head.bias = 0.05f;
}

// A model that passes ValidateModel, the alpha head included: every weight is in [-0.1, 0.1].
inline Model RandomModel(const Config& config, uint32_t seed,
                         Grouping grouping = Grouping::kPackage) {
  std::mt19937 random(seed);
  Model model;
  size_t way = 0;
  model.config = config;
  model.origin.source = "folder/random";
  for (const LayerSpec& spec : LayerTable(config)) {
    const auto fill = [&]<class Layer>(const Layer& sizes) {
      Layer& layer = spec.Make<Layer>(model) = sizes;
      if (grouping == Grouping::kOther) Regroup(layer, way++);
      FillRandom(layer, random);
    };
    std::visit(fill, spec.sizes);
  }
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
  Config dfn3_mask = dfn3;  // without a deep filter
  dfn3_mask.mask_only = true;
  Config dfn2_mask = dfn2_time;
  dfn2_mask.mask_only = true;
  return {{"dfn3", dfn3},          {"dfn3_time", time},      {"dfn3_skips", skips},
          {"dfn2", dfn2},          {"dfn2_time", dfn2_time}, {"dfn3_mask", dfn3_mask},
          {"dfn2_mask", dfn2_mask}};
}

}  // namespace dfn::test

#endif  // DEEPFILTER_CONVERT_TESTING_MODELS_H_
