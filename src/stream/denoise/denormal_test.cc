// Denormal numbers and the caller's floating-point mode do not change the output.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "base/flush_to_zero.h"
#include "stream/denoise/denoiser.h"
#include "stream/testing/fake_network.h"

namespace dfn {
namespace {

constexpr size_t kFrames = 120;

bool KeepsDenormals() {
  volatile float least = std::numeric_limits<float>::min();
  volatile float denormal = least * 0.5f;
  return denormal != 0.0f;
}

// Returns noise that falls by 6 dB every third of a frame, through all denormals to zero.
std::vector<float> DecayingTail(const Config& config) {
  std::vector<float> signal = TestSignal(kFrames * config.hop_size);
  const double frame = static_cast<double>(config.hop_size);
  for (size_t i = 0; i < signal.size(); ++i) {
    signal[i] *= static_cast<float>(std::exp2(-3.0 * static_cast<double>(i) / frame));
  }
  return signal;
}

std::vector<float> Enhance(const Config& config, const std::vector<float>& input,
                           const DenoiserOptions& options = {}) {
  auto denoiser =
      Denoiser::Create(std::make_shared<FakeNetwork>(config, FakeKind::kRecurrent), options);
  EXPECT_TRUE(denoiser.ok());
  std::vector<float> output(input.size());
  const float* in = input.data();
  float* out = output.data();
  (*denoiser)->Process(&in, &out, kFrames, nullptr);
  return output;
}

class DenormalTest : public testing::TestWithParam<Family> {};

INSTANTIATE_TEST_SUITE_P(Families, DenormalTest,
                         testing::Values(Family::kDeepFilterNet2, Family::kDeepFilterNet3));

TEST_P(DenormalTest, TheCallersModeMattersNotAndStays) {
  const Config config = SmallConfig(GetParam(), 2, 2);
  const std::vector<float> input = DecayingTail(config);
  ASSERT_TRUE(KeepsDenormals());
  const std::vector<float> output = Enhance(config, input);
  EXPECT_TRUE(KeepsDenormals());
  const FlushToZero flush;
  EXPECT_EQ(Enhance(config, input), output);
  EXPECT_EQ(KeepsDenormals(), !FlushToZero::kSupported);
}

TEST_P(DenormalTest, HelpersComputeInTheSameMode) {
  const Config config = SmallConfig(GetParam(), 2, 2);
  const std::vector<float> input = DecayingTail(config);
  DenoiserOptions options;
  options.max_frames_per_call = 4;
  const std::vector<float> output = Enhance(config, input, options);
  options.threads = 3;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Enhance(config, input, options), output);
}

TEST_P(DenormalTest, NoneComesOut) {
  if (!FlushToZero::kSupported)
    GTEST_SKIP() << "NOT TESTED: this processor has no flush-to-zero mode";
  const Config config = SmallConfig(GetParam(), 2, 2);
  for (float value : Enhance(config, DecayingTail(config))) {
    EXPECT_NE(std::fpclassify(value), FP_SUBNORMAL) << value;
  }
}

}  // namespace
}  // namespace dfn
