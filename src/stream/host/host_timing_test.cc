#include "stream/host/host_timing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

namespace dfn {
namespace {

constexpr size_t kModelHz = 48000;
constexpr size_t kHop = 480;
constexpr size_t kModelDelay = 1440;

HostTimingOptions Options(size_t host_hz, size_t block_multiple, bool spread) {
  return {.host_hz = host_hz,
          .model_hz = kModelHz,
          .hop = kHop,
          .model_delay = kModelDelay,
          .input_ahead = PolyphaseFilter::AheadOf(host_hz, kModelHz),
          .output_ahead = PolyphaseFilter::AheadOf(kModelHz, host_hz),
          .block_multiple = block_multiple,
          .spread = spread};
}

// Host rate, block multiple, spread.
class HostTimingTest : public testing::TestWithParam<std::tuple<size_t, size_t, bool>> {
 protected:
  HostTimingOptions options() const {
    const auto& [host_hz, multiple, spread] = GetParam();
    return Options(host_hz, multiple, spread);
  }
};

INSTANTIATE_TEST_SUITE_P(
    Hosts, HostTimingTest,
    testing::Combine(testing::Values(8000, 11025, 22050, 44099, 44100, 48000, 96000, 192000),
                     testing::Values(1, 7, 32, 480, 441, 1024), testing::Bool()),
    [](const auto& param_info) {
      return std::to_string(std::get<0>(param_info.param)) + "By" +
             std::to_string(std::get<1>(param_info.param)) +
             (std::get<2>(param_info.param) ? "Spread" : "Direct");
    });

// Returns whether, with a given delay, the first output of each hop, which has the earliest
// deadline, is ready by the end of its call. The pattern of hops, rates and calls repeats within
// the hops examined.
bool IsInTime(const HostTimingOptions& options, size_t delay) {
  const auto r = static_cast<int64_t>(options.host_hz);
  const auto m = static_cast<int64_t>(options.model_hz);
  const auto hop = static_cast<int64_t>(options.hop);
  const auto block = static_cast<int64_t>(options.block_multiple);
  const auto before = static_cast<int64_t>(options.model_delay + options.output_ahead);
  for (int64_t h = 10; h < 10 + 100 * block; ++h) {
    int64_t first = (h * hop - before) * r / m;
    while (first * m < (h * hop - before) * r) ++first;
    const int64_t output = first + static_cast<int64_t>(delay);
    const int64_t last = (h + (options.spread ? 2 : 1)) * hop - 1;
    const int64_t needed = last * r / m + static_cast<int64_t>(options.input_ahead) + 1;
    if ((output / block + 1) * block < needed) return false;
  }
  return true;
}

TEST_P(HostTimingTest, DelayIsTheLeastForWhichAllIsInTime) {
  const HostTiming timing(options());
  EXPECT_TRUE(IsInTime(options(), timing.delay_samples()));
  EXPECT_FALSE(IsInTime(options(), timing.delay_samples() - 1));
}

TEST_P(HostTimingTest, CountsAgreeWithEachOther) {
  const HostTiming timing(options());
  for (uint64_t hop : {0u, 1u, 2u, 99u, 100u, 12345u}) {
    const uint64_t complete = timing.HopComplete(hop);
    EXPECT_GE(timing.ModelSamples(complete), (hop + 1) * kHop);
    EXPECT_LT(timing.ModelSamples(complete - 1), (hop + 1) * kHop);
    EXPECT_LE(timing.HopComplete(hop + 1) - complete, timing.most_hop_samples());
    const uint64_t ready = timing.OutputsReady(hop + 1);
    const auto ahead = static_cast<int64_t>(options().output_ahead);
    const auto last = static_cast<int64_t>((hop + 1) * kHop) - 1;
    EXPECT_GT(timing.OutputPosition(ready).whole + ahead, last);
    ASSERT_GT(ready, 0u);
    EXPECT_LE(timing.OutputPosition(ready - 1).whole + ahead, last);
  }
}

TEST_P(HostTimingTest, PositionsAreExactHoweverLateItIs) {
  const HostTiming timing(options());
  const uint64_t host_hz = options().host_hz;
  const uint64_t late = uint64_t{1} << 46;
  const uint64_t host = late / host_hz * host_hz + timing.delay_samples();
  EXPECT_EQ(timing.OutputPosition(host).whole,
            static_cast<int64_t>(late / host_hz * kModelHz + kModelDelay));
  EXPECT_EQ(timing.OutputPosition(host).part, 0u);
  const uint64_t model = late / kModelHz * kModelHz;
  EXPECT_EQ(timing.InputPosition(model).whole, static_cast<int64_t>(late / kModelHz * host_hz));
  EXPECT_EQ(timing.InputPosition(model).part, 0u);
  EXPECT_EQ(timing.ModelLength(late / host_hz * host_hz), late / host_hz * kModelHz);
}

// At the model's rate only the hop itself must be waited for.
TEST(HostTimingAtTheModelsRateTest, DelaysByHopLessGcd) {
  EXPECT_EQ(HostTiming(Options(48000, 1, false)).delay_samples(), kModelDelay + 479);
  EXPECT_EQ(HostTiming(Options(48000, 32, false)).delay_samples(), kModelDelay + 480 - 32);
  EXPECT_EQ(HostTiming(Options(48000, 64, false)).delay_samples(), kModelDelay + 480 - 32);
  EXPECT_EQ(HostTiming(Options(48000, 1024, false)).delay_samples(), kModelDelay + 480 - 32);
  EXPECT_EQ(HostTiming(Options(48000, 480, false)).delay_samples(), kModelDelay);
  EXPECT_EQ(HostTiming(Options(48000, 1920000, false)).delay_samples(), kModelDelay);
  EXPECT_EQ(HostTiming(Options(48000, 1, true)).delay_samples(), kModelDelay + 959);
  EXPECT_EQ(HostTiming(Options(48000, 480, true)).delay_samples(), kModelDelay + 480);
}

TEST(HostTimingAtOtherRatesTest, DelaysByTheFiltersBesides) {
  for (size_t host_hz : {8000u, 16000u, 44100u, 96000u, 192000u}) {
    const double filters_s = 2 * 32.0 / static_cast<double>(std::min<size_t>(host_hz, 48000));
    const double expected = (1920.0 / 48000 + filters_s) * static_cast<double>(host_hz);
    const auto delay = static_cast<double>(HostTiming(Options(host_hz, 1, false)).delay_samples());
    EXPECT_NEAR(delay, expected, 3.0 + static_cast<double>(host_hz) / 24000) << host_hz;
  }
}

}  // namespace
}  // namespace dfn
