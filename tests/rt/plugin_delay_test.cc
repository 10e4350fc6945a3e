// Tests that the plugins have the delay that they report, with a network that does not change the
// sound.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "common/identity_model.h"
#include "common/model_folder.h"
#include "plugins/clap_host.h"
#include "plugins/ladspa_host.h"
#include "plugins/lv2_host.h"
#include "rt/band_noise.h"

namespace dfn::test {
namespace {

constexpr uint32_t kRates[] = {8000,  11025, 16000, 22050, 24000,  32000, 44100,
                               48000, 64000, 88200, 96000, 176400, 192000};
constexpr double kModelRateHz = 48000;
constexpr double kBand =
    0.85;  // of the lower rate's Nyquist frequency: inside the filters' passband
constexpr double kFilteredSnrDb = 80;
constexpr double kPlainSnrDb = 120;

using Parameters = std::tuple<std::string, const char*>;  // family, work

class PluginDelayTest : public ::testing::TestWithParam<Parameters> {
 protected:
  PluginDelayTest() : folder_(IdentityModel(SmallLiveConfig(std::get<0>(GetParam())))) {
    setenv("DEEPFILTER_PLUGIN_MODEL", folder_.path().c_str(), 1);
    setenv("DEEPFILTER_PLUGIN_WORK", std::get<1>(GetParam()), 1);
    setenv("DEEPFILTER_PLUGIN_LOAD", "wait", 1);
    dfn_model* opened = nullptr;
    EXPECT_EQ(dfn_model_open(folder_.path().c_str(), nullptr, &opened, nullptr), DFN_OK);
    model_.reset(opened);
  }

  // The input is noise, then silence for as long as the delay.
  Planar Input(size_t channels, uint32_t rate) const {
    Planar input;
    for (size_t c = 0; c < channels; ++c) {
      input.push_back(BandNoise(rate, kBand * std::min<double>(rate, kModelRateHz) / 2, rate / 3,
                                static_cast<uint32_t>(c)));
      noise_ = input[c].size();
      input[c].resize(input[c].size() + rate / 5);
    }
    return input;
  }

  void Expect(uint32_t rate, const Planar& input, const Planar& output, size_t delay) const {
    const double least = rate == kModelRateHz ? kPlainSnrDb : kFilteredSnrDb;
    for (size_t c = 0; c < input.size(); ++c) {
      ASSERT_LE(noise_ + delay, output[c].size());
      const std::vector<float> noise(input[c].begin(),
                                     input[c].begin() + static_cast<std::ptrdiff_t>(noise_));
      EXPECT_GE(DelayedSnrDb(noise, output[c], delay), least) << "channel " << c;
    }
  }

  bool spread() const { return std::string(std::get<1>(GetParam())) == "spread"; }

  struct Free {
    void operator()(dfn_model* model) const { dfn_model_free(model); }
  };
  ModelFolder folder_;
  std::unique_ptr<dfn_model, Free> model_;
  mutable size_t noise_ = 0;
};

TEST_P(PluginDelayTest, LadspaIsAsLateAsTheLibrary) {
  const LadspaLibrary library;
  for (const uint32_t rate : kRates) {
    SCOPED_TRACE(std::to_string(rate) + " Hz");
    for (const size_t channels : {1, 2}) {
      dfn_stream_options options = LadspaOptions(channels, rate);
      if (spread()) options = Spread(options);
      const size_t delay = dfn_model_delay_samples(model_.get(), &options);
      ASSERT_GT(delay, 0u);
      LadspaInstance plugin(library.ForChannels(channels), rate);
      ASSERT_TRUE(plugin.made());
      plugin.Activate();
      const Planar input = Input(channels, rate);
      Expect(rate, input, plugin.Process(input, {64, 1, 441, 1024, 77}), delay);
    }
  }
}

TEST_P(PluginDelayTest, Lv2IsAsLateAsItsPortSays) {
  const Lv2Library library;
  for (const uint32_t rate : kRates) {
    SCOPED_TRACE(std::to_string(rate) + " Hz");
    for (const size_t channels : {1, 2}) {
      Lv2Features features({.nominal_block = 256, .max_block = 1024, .log = true});
      Lv2Instance plugin(library.ForChannels(channels), rate, features.list());
      ASSERT_TRUE(plugin.made()) << features.logged();
      plugin.Activate();
      const Planar input = Input(channels, rate);
      const Planar output = plugin.Process(input, {64, 1, 441, 1024, 77});
      ASSERT_GT(plugin.latency, 0.0f);
      Expect(rate, input, output, static_cast<size_t>(plugin.latency));
    }
  }
}

TEST_P(PluginDelayTest, ClapIsAsLateAsItSays) {
  const ClapLibrary library;
  for (const uint32_t rate : kRates) {
    SCOPED_TRACE(std::to_string(rate) + " Hz");
    for (const size_t channels : {1, 2}) {
      ClapInstance plugin(library, channels);
      ASSERT_TRUE(plugin.Activate(rate, 1024));
      const size_t delay = plugin.latency();
      ASSERT_GT(delay, 0u);
      const Planar input = Input(channels, rate);
      Expect(rate, input, plugin.Process(input, {64, 1, 441, 1024, 77}), delay);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, PluginDelayTest,
                         ::testing::Combine(::testing::ValuesIn(SmallLiveFamilies()),
                                            ::testing::Values("direct", "spread")),
                         [](const auto& test) {
                           return std::get<0>(test.param) + std::get<1>(test.param);
                         });

}  // namespace
}  // namespace dfn::test
