#include "dsp/snr.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "audio/testing/signal.h"

namespace dfn {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(SnrMeterTest, MeasuresAKnownError) {
  // An error of a tenth of the amplitude is 20 dB down.
  const std::vector<float> reference = {1.0f, -1.0f, 1.0f, -1.0f};
  const std::vector<float> signal = {0.9f, -0.9f, 0.9f, -0.9f};
  SnrMeter meter;
  meter.Add({reference.data(), 1}, {signal.data(), 1});
  meter.Add({reference.data() + 1, 3}, {signal.data() + 1, 3});
  EXPECT_NEAR(meter.snr_db(), 20.0, 1e-5);
  EXPECT_NEAR(meter.max_error(), 0.1, 1e-7);
  EXPECT_EQ(meter.samples(), 4u);
}

TEST(SnrMeterTest, WholeSignalsMayBeDelayed) {
  const std::vector<float> reference = {1.0f, -1.0f};
  const std::vector<float> signal = {5.0f, 0.9f, -0.9f, 7.0f};
  EXPECT_NEAR(SnrDb(reference, signal, 1), 20.0, 1e-5);
  EXPECT_LT(SnrDb(reference, signal), 0.0);
  EXPECT_EQ(SnrDb(reference, reference), kInfinity);
}

TEST(SnrMeterTest, EdgesHaveAnswers) {
  const std::vector<float> silence(3, 0.0f);
  const std::vector<float> noise = TestNoise(3);
  SnrMeter same;
  same.Add(noise, noise);
  EXPECT_EQ(same.snr_db(), kInfinity);
  SnrMeter silent;
  silent.Add(silence, noise);
  EXPECT_EQ(silent.snr_db(), -kInfinity);
  std::vector<float> broken = noise;
  broken[1] = std::numeric_limits<float>::quiet_NaN();
  SnrMeter not_finite;
  not_finite.Add(noise, broken);
  EXPECT_TRUE(std::isnan(not_finite.snr_db()));
  EXPECT_TRUE(std::isnan(not_finite.max_error()));
}

class DelayFinderTest : public testing::TestWithParam<int> {};

TEST_P(DelayFinderTest, FindsTheDelayWhateverTheBlocks) {
  const int delay = GetParam();
  constexpr int kSamples = 30'000;
  const std::vector<float> reference = TestNoise(kSamples);
  const std::vector<float> other = TestNoise(kSamples, 0.3f, 99);
  std::vector<float> signal(kSamples, 0.0f);
  for (int i = 0; i < kSamples; ++i) {
    const int from = i - delay;
    if (from >= 0 && from < kSamples) signal[static_cast<size_t>(i)] = reference[from] + other[i];
  }
  for (const size_t block : {size_t{kSamples}, size_t{777}}) {
    DelayFinder finder(2000);
    for (size_t start = 0; start < kSamples; start += block) {
      const size_t count = std::min(block, kSamples - start);
      finder.Add({reference.data() + start, count}, {signal.data() + start, count});
    }
    EXPECT_EQ(finder.Find(), delay);
  }
}

INSTANTIATE_TEST_SUITE_P(Delays, DelayFinderTest,
                         testing::Values(0, 1, -1, 480, 1440, -1999, 2000));

TEST(DelayFinderTest, NothingInCommonIsNoDelay) {
  const std::vector<float> silence(100, 0.0f);
  DelayFinder finder(50);
  finder.Add(silence, TestNoise(100));
  EXPECT_EQ(finder.Find(), 0);
  EXPECT_EQ(DelayFinder(50).Find(), 0);
}

}  // namespace
}  // namespace dfn
