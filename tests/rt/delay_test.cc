// Tests that a stream's sound has the delay that the stream reports, to the sample, through the
// network, at every rate, and that the bits do not depend on the blocks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "common/c_api.h"
#include "common/identity_model.h"
#include "engine/testing/random_model.h"
#include "rt/band_noise.h"

namespace dfn::test {
namespace {

constexpr uint32_t kRates[] = {8000,  11025, 16000, 22050, 24000,  32000, 44100,
                               48000, 64000, 88200, 96000, 176400, 192000};
constexpr double kModelRateHz = 48000;
// A share of the lower rate's Nyquist frequency: inside the passband of the filters, whose
// transition begins at 0.9.
constexpr double kBand = 0.85;
// Filters have images and ripples at about -90 dB; without filters the only error is the
// transforms' rounding.
constexpr double kFilteredSnrDb = 80;
constexpr double kPlainSnrDb = 120;

const CModel& Identity(const std::string& family) {
  static std::map<std::string, CModel> models;
  CModel& model = models[family];
  if (model == nullptr) model = OpenModel(IdentityModel(SmallLiveConfig(family)));
  return model;
}

// Processes all of `input` and flushes; returns the input's number of samples plus the delay.
//   cut: samples a call, of which the last may be fewer; 0: of many sizes
std::vector<float> RunStream(dfn_stream* stream, const std::vector<float>& input, size_t cut,
                             size_t multiple) {
  std::vector<float> output(input.size());
  size_t wish = 1;
  for (size_t at = 0; at < input.size();) {
    wish = wish * 7 % 1009;
    const size_t want = cut > 0 ? cut : (wish + multiple - 1) / multiple * multiple;
    const size_t samples = std::min(want, input.size() - at);
    const float* in = &input[at];
    float* out = &output[at];
    EXPECT_EQ(dfn_stream_process(stream, &in, &out, samples), DFN_OK);
    at += samples;
  }
  const size_t delay = dfn_stream_delay_samples(stream);
  output.resize(input.size() + delay);
  float* tail = output.data() + input.size();
  EXPECT_EQ(dfn_stream_flush(stream, &tail, delay), DFN_OK);
  return output;
}

struct Way {
  const char* name;
  dfn_work_mode work_mode;
  uint32_t block_multiple;
};
void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }
constexpr Way kWays[] = {{"Direct", DFN_WORK_DIRECT, 1},
                         {"Spread", DFN_WORK_SPREAD, 1},
                         {"Blocks480", DFN_WORK_DIRECT, 480}};

class DelayTest : public ::testing::TestWithParam<std::tuple<std::string, Way>> {
 protected:
  dfn_stream_options Options(uint32_t rate) const {
    const auto& [family, way] = GetParam();
    dfn_stream_options options = DefaultOptions();
    options.sample_rate_hz = rate;
    options.work_mode = way.work_mode;
    options.block_multiple = way.block_multiple;
    return options;
  }
  // Seconds of sound in whole blocks.
  size_t Samples(double seconds, uint32_t rate) const {
    const auto& [family, way] = GetParam();
    return static_cast<size_t>(seconds * rate) / way.block_multiple * way.block_multiple;
  }
};

TEST_P(DelayTest, NoiseComesBackThatMuchLater) {
  const auto& [family, way] = GetParam();
  const CModel& model = Identity(family);
  for (const uint32_t rate : kRates) {
    const double top = kBand * std::min<double>(rate, kModelRateHz) / 2;
    const std::vector<float> input = BandNoise(rate, top, Samples(0.4, rate), rate);
    for (const dfn_profile profile : {DFN_PROFILE_REFERENCE, DFN_PROFILE_LIBDF}) {
      SCOPED_TRACE(std::to_string(rate) + " Hz, profile " + std::to_string(profile));
      dfn_stream_options options = Options(rate);
      options.profile = profile;
      const CStream stream = CreateStream(model, options);
      ASSERT_NE(stream, nullptr);
      const size_t delay = dfn_stream_delay_samples(stream.get());
      EXPECT_EQ(dfn_model_delay_samples(model.get(), &options), delay);
      const std::vector<float> output = RunStream(stream.get(), input, 0, way.block_multiple);
      const double least = rate == kModelRateHz ? kPlainSnrDb : kFilteredSnrDb;
      EXPECT_GE(DelayedSnrDb(input, output, delay), least);
    }
  }
}

TEST_P(DelayTest, AnImpulsePeaksThatMuchLater) {
  const auto& [family, way] = GetParam();
  for (const uint32_t rate : kRates) {
    SCOPED_TRACE(std::to_string(rate) + " Hz");
    const CStream stream = CreateStream(Identity(family), Options(rate));
    ASSERT_NE(stream, nullptr);
    const size_t delay = dfn_stream_delay_samples(stream.get());
    std::vector<float> input(Samples(0.2, rate));
    // The place is not a multiple of a hop, a block or a round rate.
    const size_t place = input.size() / 3 + 1;
    input[place] = 0.5f;
    const std::vector<float> output = RunStream(stream.get(), input, 0, way.block_multiple);
    const auto louder = [](float a, float b) { return std::abs(a) < std::abs(b); };
    const auto peak = std::max_element(output.begin(), output.end(), louder) - output.begin();
    EXPECT_EQ(static_cast<size_t>(peak), place + delay);
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, DelayTest,
                         ::testing::Combine(::testing::ValuesIn(SmallLiveFamilies()),
                                            ::testing::ValuesIn(kWays)),
                         [](const auto& test) {
                           return std::get<0>(test.param) + std::get<1>(test.param).name;
                         });

// The least possible delay at the model's rate: overlap and look-ahead, and the part of a hop that
// must be waited for.
TEST(DelayOfFamiliesTest, IsTheNetworksAtItsOwnRate) {
  constexpr size_t kHop = 480;
  const std::map<std::string, size_t> look_ahead = {{"dfn3", 2}, {"dfn3_ll", 0}, {"dfn2", 4}};
  for (const auto& [family, frames] : look_ahead) {
    SCOPED_TRACE(family);
    dfn_stream_options options = DefaultOptions();
    options.block_multiple = kHop;
    const dfn_model* model = Identity(family).get();
    EXPECT_EQ(dfn_model_delay_samples(model, &options), (1 + frames) * kHop);
    options.block_multiple = 1;
    EXPECT_EQ(dfn_model_delay_samples(model, &options), (2 + frames) * kHop - 1);
    options.work_mode = DFN_WORK_SPREAD;
    EXPECT_EQ(dfn_model_delay_samples(model, &options), (3 + frames) * kHop - 1);
  }
}

class CutTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(CutTest, AnyBlocksGiveTheSameBits) {
  static const CModel model = OpenModel(RandomModel(SmallLiveConfig("dfn3"), 7));
  const uint32_t rate = GetParam();
  const std::vector<float> input =
      BandNoise(rate, kBand * std::min<double>(rate, kModelRateHz) / 2, rate / 4, 1);
  for (const dfn_work_mode mode : {DFN_WORK_DIRECT, DFN_WORK_SPREAD}) {
    dfn_stream_options options = DefaultOptions();
    options.sample_rate_hz = rate;
    options.work_mode = mode;
    const CStream whole = CreateStream(model, options);
    ASSERT_NE(whole, nullptr);
    const std::vector<float> expected = RunStream(whole.get(), input, input.size(), 1);
    for (const size_t cut : {0, 1, 32, 64, 441, 480, 1000, 8192}) {
      dfn_stream_reset(whole.get());
      EXPECT_EQ(RunStream(whole.get(), input, cut, 1), expected) << "blocks of " << cut;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, CutTest, ::testing::ValuesIn(kRates),
                         [](const auto& test) { return std::to_string(test.param); });

}  // namespace
}  // namespace dfn::test
