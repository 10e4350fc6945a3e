// Models that do not change the sound: their mask is 1 and their deep filter is the identity, so
// that the output is the input, delayed. All other layers have random weights and run as usual,
// with their states.
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

// Returns configs with the official models' hop, rate and look-ahead, and small layers.
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

// The look-ahead of "dfn3" is 2 hops, that of "dfn3_ll" 0, that of "dfn2" 4.
inline const std::vector<std::string>& SmallLiveFamilies() {
  static const std::vector<std::string> families = {"dfn3", "dfn3_ll", "dfn2"};
  return families;
}

// Sets all weights of a layer's last convolution to 0, so that its output is the bias.
inline Conv& ConstantLayer(ConvLayer& layer) {
  Conv& last = layer.pointwise ? *layer.pointwise : layer.conv;
  std::fill(last.weight.begin(), last.weight.end(), 0.0f);
  last.bias.assign(last.out_channels, 0.0f);
  return last;
}

// Turns a model into one that does not change the sound.
inline void MakeIdentity(Model& model) {
  // In float, sigmoid is exactly 1 from about 17 on.
  constexpr float kOneAfterSigmoid = 100.0f;
  const Config& c = model.config;
  for (float& bias : ConstantLayer(model.erb_decoder.conv0_out).bias) bias = kOneAfterSigmoid;
  // Real parts have even indices; ReLU(1) is 1, and tanh(0) adds 0.
  ConstantLayer(model.df_decoder.df_convp).bias[2 * c.df_past_frames()] = 1.0f;
  std::vector<float>& df_out = model.df_decoder.df_out.weight.Mutable();
  std::fill(df_out.begin(), df_out.end(), 0.0f);
  // The local SNR is in the middle of its range, where profile libdf runs both stages.
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
