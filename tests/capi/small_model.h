// A small model of random weights behind the public headers, and signals for it.
#ifndef DEEPFILTER_TESTS_CAPI_SMALL_MODEL_H_
#define DEEPFILTER_TESTS_CAPI_SMALL_MODEL_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <deepfilter/deepfilter.hpp>
#include <vector>

#include "base/bytes.h"
#include "base/noise.h"
#include "convert/export/export.h"
#include "engine/testing/random_model.h"

namespace dfn::test {

// 48 kHz, hop 480, look-ahead of two frames; other seeds are other weights.
inline dfn::Model SmallModelWeights(uint64_t seed = 1) {
  Config config = SmallConfigs().front().config;
  config.fft_size = 960;
  config.hop_size = 480;
  config.min_erb_band_bins = 2;
  config.conv_lookahead_frames = config.df_lookahead_frames = 2;
  return RandomModel(config, seed);
}

inline std::vector<NamedBytes> SmallModelFiles(uint64_t seed = 1) {
  auto files = ExportModel(SmallModelWeights(seed), {.state = StateForm::kNone});
  EXPECT_TRUE(files.ok()) << files.error().message;
  return files.ok() ? std::move(*files) : std::vector<NamedBytes>();
}

inline std::vector<dfn_file> FilesOf(const std::vector<NamedBytes>& files) {
  std::vector<dfn_file> views;
  for (const NamedBytes& file : files) {
    views.push_back({file.name.c_str(), file.bytes.data(), file.bytes.size()});
  }
  return views;
}

inline deepfilter::Model SmallModel(uint64_t seed = 1) {
  const auto files = SmallModelFiles(seed);
  return deepfilter::Model::OpenFiles(FilesOf(files));
}

// Noise with a rhythm, so that gains move.
inline std::vector<float> TestNoise(size_t samples, uint32_t seed = 1) {
  std::vector<float> noise(samples);
  NoiseGenerator random(seed);
  for (size_t i = 0; i < samples; ++i) {
    const float value = static_cast<float>(static_cast<int32_t>(random.NextBits())) * 0x1p-33f;
    noise[i] = i / 4000 % 3 == 0 ? value : value * 0.05f;
  }
  return noise;
}

// A whole mono sound through a stream, in blocks of `block`.
inline std::vector<float> Play(deepfilter::Stream& stream, std::vector<float> samples,
                               size_t block) {
  for (size_t i = 0; i < samples.size(); i += block) {
    const size_t count = std::min(block, samples.size() - i);
    EXPECT_EQ(stream.ProcessInterleaved(&samples[i], &samples[i], count), DFN_OK);
  }
  return samples;
}

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_CAPI_SMALL_MODEL_H_
