#include "dsp/resampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>
#include <vector>

namespace dfn {
namespace {

constexpr size_t kModelHz = 48000;

// The parameters are pairs of rates, to and from the model's rate.
class PolyphaseFilterTest : public testing::TestWithParam<std::pair<size_t, size_t>> {
 protected:
  size_t in_hz() const { return GetParam().first; }
  size_t out_hz() const { return GetParam().second; }
  double nyquist_hz() const { return static_cast<double>(std::min(in_hz(), out_hz())) / 2.0; }
};

std::vector<std::pair<size_t, size_t>> Ratios() {
  std::vector<std::pair<size_t, size_t>> ratios;
  for (size_t hz : {8000u, 11025u, 22050u, 32000u, 44099u, 44100u, 88200u, 96000u, 192000u}) {
    ratios.emplace_back(hz, kModelHz);
    ratios.emplace_back(kModelHz, hz);
  }
  return ratios;
}

INSTANTIATE_TEST_SUITE_P(Ratios, PolyphaseFilterTest, testing::ValuesIn(Ratios()),
                         [](const auto& param_info) {
                           return std::to_string(param_info.param.first) + "To" +
                                  std::to_string(param_info.param.second);
                         });

std::vector<double> Tone(double hz, size_t rate_hz, int64_t first, size_t samples) {
  std::vector<double> tone(samples);
  for (size_t i = 0; i < samples; ++i) {
    const double time = static_cast<double>(first + static_cast<int64_t>(i)) / rate_hz;
    tone[i] = std::cos(2.0 * std::numbers::pi * hz * time + 0.3);
  }
  return tone;
}

// Returns the outputs at positions k in_hz / out_hz, k from 0 on, for a tone without a beginning.
std::vector<float> FilteredTone(const PolyphaseFilter& filter, double hz, size_t outputs) {
  const int64_t before = static_cast<int64_t>(filter.taps());
  const size_t samples =
      outputs * filter.in_hz() / filter.out_hz() + 1 + 2 * static_cast<size_t>(before);
  const std::vector<double> tone = Tone(hz, filter.in_hz(), -before, samples);
  const std::vector<float> input(tone.begin(), tone.end());
  std::vector<float> output(outputs);
  SamplePosition position;
  for (float& sample : output) {
    const int64_t newest = position.whole + static_cast<int64_t>(filter.ahead());
    sample = filter.At(input.data() + (newest - before + 1 + before), position.part);
    filter.Step(position);
  }
  return output;
}

double Db(double ratio) { return 20.0 * std::log10(ratio + 1e-12); }

TEST_P(PolyphaseFilterTest, PassesItsBandWhereItIs) {
  const PolyphaseFilter filter(in_hz(), out_hz());
  for (double share : {0.0, 0.01, 0.3, 0.5, 0.77, 0.9}) {
    const double hz = share * nyquist_hz();
    const std::vector<float> output = FilteredTone(filter, hz, 2000);
    const std::vector<double> expected = Tone(hz, out_hz(), 0, output.size());
    double error = 0;
    for (size_t i = 0; i < output.size(); ++i) {
      error = std::max(error, std::fabs(output[i] - expected[i]));
    }
    // The bound is far below 0.1 dB, as a sample at a wrong place would also show here.
    EXPECT_LT(Db(error), -90.0) << hz << " Hz";
  }
}

TEST_P(PolyphaseFilterTest, StopsWhatTheLowerRateCannotHold) {
  if (in_hz() < out_hz()) return;  // a tone cannot be above the input's own Nyquist frequency
  const PolyphaseFilter filter(in_hz(), out_hz());
  for (double share : {1.1, 1.15, 1.37, 1.99, 2.0, 2.02, 3.0}) {
    const double hz = share * nyquist_hz();
    if (hz > 0.5 * static_cast<double>(in_hz())) break;
    for (float sample : FilteredTone(filter, hz, 2000)) {
      ASSERT_LT(Db(std::fabs(sample)), -90.0) << hz << " Hz";
    }
  }
}

// Upsampling places an image of a tone at in_hz - f; the output minus the tone contains all images.
TEST_P(PolyphaseFilterTest, LeavesNoImages) {
  if (in_hz() > out_hz()) return;
  const PolyphaseFilter filter(in_hz(), out_hz());
  const std::vector<float> output = FilteredTone(filter, 0.9 * nyquist_hz(), 4000);
  const std::vector<double> expected = Tone(0.9 * nyquist_hz(), out_hz(), 0, output.size());
  double rest = 0;
  for (size_t i = 0; i < output.size(); ++i) rest += std::pow(output[i] - expected[i], 2);
  EXPECT_LT(Db(std::sqrt(2.0 * rest / static_cast<double>(output.size()))), -90.0);
}

TEST_P(PolyphaseFilterTest, IsSymmetricInTime) {
  const PolyphaseFilter filter(in_hz(), out_hz());
  const uint64_t unit = std::gcd(in_hz(), out_hz());
  const uint64_t part = out_hz() / 3 / unit * unit;
  if (part == 0) return;
  // Returns the response to an impulse `offset` samples from the place.
  const auto answer = [&](uint64_t place, int64_t offset) {
    std::vector<float> window(filter.taps());
    const int64_t index = static_cast<int64_t>(filter.taps() - 1 - filter.ahead()) + offset;
    if (index < 0 || index >= static_cast<int64_t>(window.size())) return 0.0f;
    window[static_cast<size_t>(index)] = 1.0f;
    return filter.At(window.data(), place);
  };
  for (int64_t i = 0; i < static_cast<int64_t>(filter.ahead()); ++i) {
    ASSERT_NEAR(answer(part, -i), answer(out_hz() - part, i + 1), 1e-7f) << i;
  }
}

// The positions repeat after out_hz outputs, exactly in_hz samples later.
TEST_P(PolyphaseFilterTest, NeverDrifts) {
  const PolyphaseFilter filter(in_hz(), out_hz());
  SamplePosition position{.whole = -5, .part = 0};
  for (size_t i = 0; i < 3 * out_hz(); ++i) filter.Step(position);
  EXPECT_EQ(position.whole, -5 + 3 * static_cast<int64_t>(in_hz()));
  EXPECT_EQ(position.part, 0u);
}

TEST_P(PolyphaseFilterTest, LooksAheadHalfItsLength) {
  const PolyphaseFilter filter(in_hz(), out_hz());
  const double half_s = 32.0 / (2.0 * nyquist_hz());
  const double ahead_s = static_cast<double>(filter.ahead()) / in_hz();
  EXPECT_LE(ahead_s, half_s + 1.0 / in_hz());
  EXPECT_GE(ahead_s, half_s - 1.0 / in_hz());
}

TEST(PolyphaseFilterEqualRatesTest, GivesTheSamplesBack) {
  const PolyphaseFilter filter(48000, 48000);
  EXPECT_EQ(filter.ahead(), 0u);
  EXPECT_EQ(filter.taps(), 1u);
  const float sample = 0.1f;
  EXPECT_EQ(filter.At(&sample, 0), sample);
  SamplePosition position;
  filter.Step(position);
  EXPECT_EQ(position.whole, 1);
  EXPECT_EQ(position.part, 0u);
}

}  // namespace
}  // namespace dfn
