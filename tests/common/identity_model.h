// Models that change nothing: their mask is 1 and their deep filter is the frame itself, so that
// what comes out is the input, delayed. Everything else in them has random weights and does its
// work, states and all.
#ifndef DEEPFILTER_TESTS_COMMON_IDENTITY_MODEL_H_
#define DEEPFILTER_TESTS_COMMON_IDENTITY_MODEL_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/testing/random_model.h"
#include "model/model.h"

namespace dfn::test {

// Configs of the official models' hop, rate and look-ahead, with small layers.
inline Config SmallLiveConfig(const std::string& family) {
  Config c;
  c.conv_channels = 8;
  c.emb_hidden = c.df_hidden = 16;
  c.erb_gru_layers = c.df_gru_layers = 2;
  c.df_pathway_kernel_t = 5;
  c.linear_groups = 4;
  c.enc_linear_groups = 8;
  c.df_skip = Skip::kGroupedLinear;
  c.conv_lookahead_frames = c.df_lookahead_frames = 2;
  if (family == "dfn3_ll") {
    c.conv_lookahead_frames = c.df_lookahead_frames = 0;
    c.conv_kernel.t = 2;
  }
  if (family == "dfn2") {
    c.family = Family::kDeepFilterNet2;
    c.enc_concat = true;
    c.enc_linear_groups = c.linear_groups;
    c.df_skip = Skip::kNone;
  }
  return c;
}

// "dfn3" looks 2 hops ahead, "dfn3_ll" none, "dfn2" 4.
inline const std::vector<std::string>& SmallLiveFamilies() {
  static const std::vector<std::string> families = {"dfn3", "dfn3_ll", "dfn2"};
  return families;
}

// The last convolution of a layer with all weights 0, so that its bias is what comes out.
inline Conv& ConstantLayer(ConvLayer& layer) {
  Conv& last = layer.pointwise ? *layer.pointwise : layer.conv;
  std::fill(last.weight.begin(), last.weight.end(), 0.0f);
  last.bias.assign(last.out_channels, 0.0f);
  return last;
}

// Turns a model into one that changes nothing.
inline void MakeIdentity(Model& model) {
  // A float's sigmoid is exactly 1 from about 17 on.
  constexpr float kOneAfterSigmoid = 100.0f;
  const Config& c = model.config;
  for (float& bias : ConstantLayer(model.erb_decoder.conv0_out).bias) bias = kOneAfterSigmoid;
  // Real parts have even indices; ReLU leaves 1 as it is, tanh(0) adds nothing.
  ConstantLayer(model.df_decoder.df_convp).bias[2 * c.df_past_frames()] = 1.0f;
  std::vector<float>& df_out = model.df_decoder.df_out.weight;
  std::fill(df_out.begin(), df_out.end(), 0.0f);
  // Local SNR in the middle of its range, where profile libdf runs both stages.
  std::vector<float>& lsnr = model.encoder.lsnr.weight;
  std::fill(lsnr.begin(), lsnr.end(), 0.0f);
  model.encoder.lsnr.bias = 0.0f;
}

inline Model IdentityModel(const Config& config) {
  Model model = RandomModel(config, 5);
  MakeIdentity(model);
  return model;
}

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_COMMON_IDENTITY_MODEL_H_
