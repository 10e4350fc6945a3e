#include "dsp/erb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <tuple>
#include <vector>

namespace dfn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ErbBandsTest, OfficialWidths) {
  const auto bands = ErbBands::Create(48000, 960, 32, 2);
  ASSERT_TRUE(bands.ok());
  EXPECT_THAT(bands->widths(), ElementsAre(2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 5, 5, 7, 7, 8, 10,
                                           12, 13, 15, 18, 20, 24, 28, 31, 37, 42, 50, 56, 67));
}

TEST(ErbBandsTest, EveryBinBelongsToOneBand) {
  for (const auto& [rate_hz, fft, count, least] :
       {std::tuple<size_t, size_t, size_t, size_t>{16000, 320, 32, 2},
        {16000, 512, 24, 1},
        {44100, 882, 40, 2},
        {48000, 960, 8, 1},
        {48000, 960, 480, 1},
        {8000, 160, 8, 10}}) {
    const auto bands = ErbBands::Create(rate_hz, fft, count, least);
    ASSERT_TRUE(bands.ok()) << bands.error().message;
    EXPECT_EQ(bands->size(), count);
    size_t total = 0;
    for (size_t width : bands->widths()) {
      EXPECT_GE(width, 1u);
      total += width;
    }
    EXPECT_EQ(total, fft / 2 + 1);
  }
}

TEST(ErbBandsTest, TooManyBandsAreAnError) {
  const auto bands = ErbBands::Create(48000, 960, 32, 100);
  ASSERT_FALSE(bands.ok());
  EXPECT_EQ(bands.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(bands.error().message, HasSubstr("min_nb_erb_freqs = 100"));
}

// All bins are taken before the last band.
TEST(ErbBandsTest, ALastBandWithoutBinsIsAnError) {
  EXPECT_FALSE(ErbBands::Create(48000, 960, 2, 481).ok());
}

TEST(ErbBandsTest, MeanPowerIsTheMeanOfEachBand) {
  const auto bands = ErbBands::Create(48000, 960, 32, 2);
  ASSERT_TRUE(bands.ok());
  std::vector<float> spectrum(2 * 481);
  std::vector<double> expected;
  size_t bin = 0;
  for (size_t width : bands->widths()) {
    double sum = 0;
    for (size_t i = 0; i < width; ++i, ++bin) {
      spectrum[2 * bin] = static_cast<float>(bin);
      spectrum[2 * bin + 1] = -1.0f;
      sum += static_cast<double>(bin) * static_cast<double>(bin) + 1.0;
    }
    expected.push_back(sum / static_cast<double>(width));
  }
  std::vector<float> power(bands->size());
  bands->MeanPower(spectrum.data(), power.data());
  for (size_t b = 0; b < power.size(); ++b) EXPECT_NEAR(power[b], expected[b], 1e-5 * expected[b]);
}

TEST(ErbBandsTest, GainsReachTheirOwnBinsOnly) {
  const auto bands = ErbBands::Create(48000, 960, 32, 2);
  ASSERT_TRUE(bands.ok());
  std::vector<float> gains(bands->size());
  std::iota(gains.begin(), gains.end(), 1.0f);
  std::vector<float> ones(2 * 481, 1.0f);
  std::vector<float> masked(ones.size());
  bands->ApplyGains(gains.data(), ones.data(), masked.data());
  size_t value = 0;
  for (size_t b = 0; b < bands->size(); ++b) {
    for (size_t i = 0; i < 2 * bands->widths()[b]; ++i, ++value) {
      EXPECT_EQ(masked[value], gains[b]) << value;
    }
  }
  EXPECT_EQ(value, masked.size());
}

}  // namespace
}  // namespace dfn
