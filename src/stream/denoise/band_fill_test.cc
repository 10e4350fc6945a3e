#include "stream/denoise/band_fill.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/noise.h"

namespace dfn {
namespace {

constexpr size_t kBandHz = 3900;
constexpr size_t kFirstBin = 78;  // of 50 Hz each
constexpr size_t kBins = 481;

Config UsualConfig() {
  Config config;
  config.family = Family::kDeepFilterNet3;
  return config;
}

// A spectrum with noise of a mean power below the band's edge, and nothing above it.
std::vector<float> NarrowNoise(float power, NoiseGenerator& noise) {
  std::vector<float> spectrum(2 * kBins);
  // Real and imaginary parts that are uniform in [-a, a) have a power of 2 a^2 / 3 together.
  const float scale = std::sqrt(1.5f * power);
  for (size_t i = 0; i < 2 * kFirstBin; ++i) spectrum[i] = scale * noise.Next();
  return spectrum;
}

// The power of the fill after `hops` of such noise, as the network hears it.
float FilledPower(BandFill& fill, size_t hops, float power, float gain_db = 0.0f) {
  NoiseGenerator noise(3);
  float value = 0.0f;
  for (size_t i = 0; i < hops; ++i) {
    const std::vector<float> spectrum = NarrowNoise(power, noise);
    value = fill.Fill(0, gain_db, spectrum.data())[2 * kFirstBin];
  }
  return value * value * std::pow(10.0f, gain_db / 10.0f);
}

float Db(float power) { return 10.0f * std::log10(power); }

// What noise of -55 dBFS has in a bin.
const float kLeastDb = -55.0f + Db(480.0f / (960.0f * 960.0f));

TEST(BandFillTest, NarrowRatesAreFilled) {
  const Config config = UsualConfig();
  EXPECT_EQ(FilledAboveHz(config, 8000), kBandHz);
  EXPECT_EQ(FilledAboveHz(config, 16000), 7800u);
  EXPECT_EQ(FilledAboveHz(config, 32000), 15600u);
  EXPECT_EQ(FilledAboveHz(config, 44100), 0u);
  EXPECT_EQ(FilledAboveHz(config, 48000), 0u);
  EXPECT_EQ(FilledAboveHz(config, 192000), 0u);
}

TEST(BandFillTest, ABandThatReachesTheTopIsFull) {
  EXPECT_FALSE(BandFill(UsualConfig(), 1, 0).fills());
  EXPECT_FALSE(BandFill(UsualConfig(), 1, 30000).fills());
  EXPECT_EQ(BandFill(UsualConfig(), 2, 30000).state_size(), 0u);
  EXPECT_TRUE(BandFill(UsualConfig(), 1, kBandHz).fills());
  EXPECT_EQ(BandFill(UsualConfig(), 1, kBandHz).first_bin(), kFirstBin);
}

TEST(BandFillTest, TheBandItselfStaysAsItIs) {
  BandFill fill(UsualConfig(), 1, kBandHz);
  NoiseGenerator noise;
  const std::vector<float> spectrum = NarrowNoise(1e-6f, noise);
  const float* filled = fill.Fill(0, 0.0f, spectrum.data());
  EXPECT_TRUE(std::equal(filled, filled + 2 * kFirstBin, spectrum.begin()));
  for (size_t bin = kFirstBin; bin < kBins; ++bin) {
    EXPECT_GT(filled[2 * bin], 0.0f);
    EXPECT_EQ(filled[2 * bin], filled[2 * kFirstBin]);
    EXPECT_EQ(filled[2 * bin + 1], 0.0f);
  }
}

TEST(BandFillTest, TheFloorFollowsTheNoise) {
  for (float power : {1e-8f, 1e-6f, 1e-3f}) {
    BandFill fill(UsualConfig(), 1, kBandHz);
    // The least of a smoothed power lies some dB below its mean, and the fill 9 dB above that.
    EXPECT_NEAR(Db(FilledPower(fill, 300, power)), Db(power) + 8.0f, 3.0f) << power;
  }
}

TEST(BandFillTest, SpeechHardlyRaisesTheFloorAndQuietLowersItAtOnce) {
  BandFill fill(UsualConfig(), 1, kBandHz);
  const float before = FilledPower(fill, 100, 1e-6f);
  // A rise of 3 dB a second.
  EXPECT_LT(Db(FilledPower(fill, 50, 1e-2f)), Db(before) + 2.0f);
  const float after = FilledPower(fill, 60, 1e-8f);
  EXPECT_LT(Db(after), Db(before) - 15.0f);
}

TEST(BandFillTest, ThereIsALeastFloorToTheNetwork) {
  BandFill fill(UsualConfig(), 1, kBandHz);
  EXPECT_NEAR(Db(FilledPower(fill, 50, 1e-14f)), kLeastDb, 0.1f);
  EXPECT_NEAR(Db(FilledPower(fill, 50, 1e-14f, 30.0f)), kLeastDb, 0.1f);
  EXPECT_NEAR(Db(FilledPower(fill, 50, 1e-14f, -30.0f)), kLeastDb, 0.1f);
}

TEST(BandFillTest, AGainRaisesAFloorAboveTheLeast) {
  BandFill fill(UsualConfig(), 1, kBandHz);
  const float before = FilledPower(fill, 200, 1e-6f);
  EXPECT_NEAR(fill.ChangeDb(0, 0.0f, 12.0f), 12.0f, 0.01f);
  EXPECT_NEAR(fill.ChangeDb(0, 12.0f, 0.0f), -12.0f, 0.01f);
  // Down to the least floor and no further.
  EXPECT_NEAR(fill.ChangeDb(0, 0.0f, -60.0f), kLeastDb - Db(before), 1.0f);
}

TEST(BandFillTest, DigitalSilenceTellsNothing) {
  BandFill fill(UsualConfig(), 1, kBandHz);
  const std::vector<float> silence(2 * kBins);
  EXPECT_EQ(fill.Fill(0, 0.0f, silence.data()), silence.data());
  EXPECT_EQ(fill.ChangeDb(0, 0.0f, 20.0f), 0.0f);
  FilledPower(fill, 100, 1e-6f);
  const float before = fill.Fill(0, 0.0f, silence.data())[2 * kFirstBin];
  EXPECT_GT(before, 0.0f);
  for (size_t i = 0; i < 1000; ++i) fill.Fill(0, 0.0f, silence.data());
  EXPECT_EQ(fill.Fill(0, 0.0f, silence.data())[2 * kFirstBin], before);
  fill.Reset();
  EXPECT_EQ(fill.Fill(0, 0.0f, silence.data()), silence.data());
}

TEST(BandFillTest, OffsetIsNoFloor) {
  BandFill fill(UsualConfig(), 1, kBandHz);
  std::vector<float> offset(2 * kBins);
  offset[0] = 0.5f;
  offset[2 * 20] = 1e-5f;
  float value = 0.0f;
  for (size_t i = 0; i < 50; ++i) value = fill.Fill(0, 0.0f, offset.data())[2 * kFirstBin];
  EXPECT_NEAR(Db(value * value), kLeastDb, 0.1f);
}

TEST(BandFillTest, ChannelsAreHeardAlone) {
  BandFill fill(UsualConfig(), 2, kBandHz);
  NoiseGenerator noise;
  const std::vector<float> loud = NarrowNoise(1e-3f, noise);
  const std::vector<float> faint = NarrowNoise(1e-6f, noise);
  const float of_loud = fill.Fill(0, 0.0f, loud.data())[2 * kFirstBin];
  EXPECT_LT(fill.Fill(1, 0.0f, faint.data())[2 * kFirstBin], 0.1f * of_loud);
}

TEST(BandFillTest, StatesAreCheckedAndGoOn) {
  BandFill fill(UsualConfig(), 2, kBandHz);
  FilledPower(fill, 100, 1e-5f);
  std::vector<float> state(fill.state_size());
  fill.Save(state.data());
  BandFill other(UsualConfig(), 2, kBandHz);
  ASSERT_TRUE(other.IsState(state.data()));
  other.Restore(state.data());
  EXPECT_EQ(FilledPower(other, 10, 1e-6f), FilledPower(fill, 10, 1e-6f));
  for (float wrong : {-1.0f, 1e31f, std::numeric_limits<float>::infinity(),
                      std::numeric_limits<float>::quiet_NaN()}) {
    for (size_t i = 0; i < state.size(); ++i) {
      std::vector<float> broken = state;
      broken[i] = wrong;
      EXPECT_FALSE(other.IsState(broken.data())) << wrong;
    }
  }
}

}  // namespace
}  // namespace dfn
