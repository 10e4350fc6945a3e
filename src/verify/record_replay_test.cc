#include "verify/record_replay.h"

#include <gtest/gtest.h>

#include <vector>

#include "convert/testing/models.h"
#include "engine/native/native_network.h"
#include "stream/denoise/denoiser.h"
#include "verify/parity.h"

namespace dfn {
namespace {

std::vector<float> Enhance(std::shared_ptr<const Network> network, std::vector<float> samples) {
  auto denoiser = Denoiser::Create(std::move(network), {});
  EXPECT_TRUE(denoiser.ok()) << denoiser.error().message;
  float* channel = samples.data();
  (*denoiser)->Process(&channel, &channel, samples.size() / (*denoiser)->hop_size(), nullptr);
  return samples;
}

class RecordReplayTest : public ::testing::TestWithParam<test::NamedConfig> {};

TEST_P(RecordReplayTest, WhatWasRecordedReplaysToTheSameSamples) {
  const Model model = test::RandomModel(GetParam().config, 11);
  const std::shared_ptr<const Network> network = NewNativeNetwork(model);
  const std::vector<float> signal = SyntheticSignal(model.config.sample_rate_hz);
  NetworkTrace trace;
  const std::vector<float> recorded = Enhance(NewRecordingNetwork(network, trace), signal);
  EXPECT_EQ(recorded, Enhance(network, signal));
  EXPECT_EQ(trace.frames(),
            signal.size() / model.config.hop_size - model.config.conv_lookahead_frames);
  EXPECT_EQ(trace.gains.size(), trace.frames() * model.config.erb_bands);
  EXPECT_EQ(recorded, Enhance(NewReplayingNetwork(model.config, trace), signal));
  // Other gains give other samples, so the equality above shows that the gains are replayed.
  for (float& gain : trace.gains) gain *= 0.5f;
  EXPECT_NE(recorded, Enhance(NewReplayingNetwork(model.config, trace), signal));
}

INSTANTIATE_TEST_SUITE_P(Configs, RecordReplayTest, ::testing::ValuesIn(test::SmallConfigs()),
                         [](const ::testing::TestParamInfo<test::NamedConfig>& config) {
                           return std::string(config.param.name);
                         });

}  // namespace
}  // namespace dfn
