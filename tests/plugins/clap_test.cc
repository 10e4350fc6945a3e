// Tests the sound of the CLAP plugins from their host's side with a small model: the library's
// samples, whatever the rate, the blocks, the form of the buffers and the times of events.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <vector>

#include "plugins/clap_fixture.h"
#include "plugins/clap_host.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

constexpr size_t kSamples = 24000;
constexpr uint32_t kRates[] = {8000, 16000, 22050, 32000, 44100, 48000, 96000, 192000};

TEST_F(ClapTest, GivesTheLibrarysSamplesAndItsDelayAtAnyRate) {
  for (const uint32_t rate_hz : kRates) {
    for (const size_t channels : {1, 2}) {
      const Planar input = TestSound(channels, rate_hz / 4, rate_hz);
      const dfn_stream_options options = ClapOptions(channels, rate_hz);
      ClapInstance plugin(library_, channels);
      ASSERT_TRUE(plugin.Activate(rate_hz, rate_hz / 50));
      EXPECT_EQ(plugin.latency(), LibraryDelay(options));
      EXPECT_TRUE(plugin.Process(input, {rate_hz / 50}) == LibraryOutput(options, input))
          << rate_hz << " Hz, " << channels << " channels";
      EXPECT_EQ(plugin.latency(), LibraryDelay(options));
      EXPECT_EQ(plugin.constant_mask(), 0u);
    }
  }
}

TEST_F(ClapTest, BlocksOfAnyLengthHaveTheSameBits) {
  const Planar input = TestSound(2, 2 * kSamples, 48000);
  const dfn_stream_options direct = ClapOptions(2, 48000);
  const Planar expected = LibraryOutput(direct, input);
  ClapInstance plugin(library_, 2);
  for (const std::vector<size_t>& blocks : std::vector<std::vector<size_t>>{
           {1, 480}, {4096, 17, 1}, {2027, 10, 1536}, {512}, {479, 481, 961}}) {
    ASSERT_TRUE(plugin.Activate(48000, 4096));
    EXPECT_TRUE(plugin.Process(input, blocks) == expected);
    plugin.Deactivate();
  }
  // Hosts whose blocks are short get the work spread, and a hop more of delay.
  const dfn_stream_options spread = Spread(direct);
  ASSERT_TRUE(plugin.Activate(48000, 256));
  EXPECT_EQ(plugin.latency(), LibraryDelay(spread));
  EXPECT_TRUE(plugin.Process(input, {256, 1, 33}) == LibraryOutput(spread, input));
  EXPECT_EQ(plugin.host().restarts, 0);
}

// Two channels alone are two mono plugins.
TEST_F(ClapTest, StereoIsLinkedOrIndependent) {
  const Planar input = TestSound(2, kSamples, 48000);
  const dfn_stream_options linked = ClapOptions(2, 48000);
  dfn_stream_options independent = linked;
  independent.channel_mode = DFN_CHANNELS_INDEPENDENT;
  const Planar apart = LibraryOutput(independent, input);
  ASSERT_FALSE(LibraryOutput(linked, input) == apart);

  ClapInstance plugin(library_, 2);
  ASSERT_TRUE(plugin.Activate(48000, 512));
  EXPECT_TRUE(plugin.Process(input, {512}) == LibraryOutput(linked, input));
  // The choice is carried out with the next activation, for which the plugin asks once.
  plugin.Process(input, {512}, {ClapEvents::Value(100, kStereoMode, 1)});
  EXPECT_EQ(plugin.host().restarts, 1);
  plugin.Process(input, {512}, {ClapEvents::Value(100, kStereoMode, 0)});
  EXPECT_EQ(plugin.host().restarts, 1);
  plugin.Process(input, {512}, {ClapEvents::Value(100, kStereoMode, 1)});
  EXPECT_EQ(plugin.host().restarts, 2);
  plugin.Deactivate();
  ASSERT_TRUE(plugin.Activate(48000, 512));
  EXPECT_TRUE(plugin.Process(input, {512}) == apart);
  EXPECT_EQ(plugin.host().restarts, 2);
}

// The stream hears of a change between the same two samples, however the host cuts the sound.
TEST_F(ClapTest, EventsTakeEffectAtTheirSample) {
  const Planar input = TestSound(2, kSamples, 48000);
  const std::vector<clap::ParamEvent> events = {
      ClapEvents::Value(0, kBeta, 0.01),          ClapEvents::Value(3333, kAttenuation, 12),
      ClapEvents::Modulation(3333, kBeta, 0.02),  ClapEvents::Value(5000, kLevel, 0),
      ClapEvents::Modulation(8001, kBeta, -0.02), ClapEvents::Value(9600, kAttenuation, 30),
      ClapEvents::Value(10079, kBypassed, 1),     ClapEvents::Value(14000, kBypassed, 0),
      ClapEvents::Value(16000, kLevel, 1),        ClapEvents::Modulation(17000, kAttenuation, 500)};
  const auto set_beta = [](float beta) {
    return [beta](dfn_stream* stream) { dfn_stream_set_post_filter_beta(stream, beta); };
  };
  const auto set_limit = [](float limit_db) {
    return
        [limit_db](dfn_stream* stream) { dfn_stream_set_attenuation_limit_db(stream, limit_db); };
  };
  const auto set_bypass = [](int bypass) {
    return [bypass](dfn_stream* stream) { dfn_stream_set_bypass(stream, bypass); };
  };
  const auto set_level = [](dfn_level level) {
    return [level](dfn_stream* stream) { dfn_stream_set_level(stream, level, 0.0f); };
  };
  const dfn_stream_options options = ClapOptions(2, 48000);
  const Planar expected =
      LibraryOutput(options, input,
                    {{0, set_beta(0.01f)},
                     {3333, set_limit(12.0f)},
                     {3333, set_beta(static_cast<float>(0.01 + 0.02))},
                     {5000, set_level(DFN_LEVEL_KEEP)},
                     {8001, set_beta(0.0f)},  // 0.01 - 0.02, as near as there is
                     {9600, set_limit(30.0f)},
                     {10079, set_bypass(1)},
                     {14000, set_bypass(0)},
                     {16000, set_level(DFN_LEVEL_AUTO)},
                     {17000, set_limit(100.0f)}});
  ClapInstance plugin(library_, 2);
  for (const std::vector<size_t>& blocks :
       std::vector<std::vector<size_t>>{{kSamples}, {512}, {480, 1, 2000}}) {
    ASSERT_TRUE(plugin.Activate(48000, kSamples));
    // Values of the round before.
    plugin.Process(Planar(2, std::vector<float>(1)), {1},
                   {ClapEvents::Value(0, kAttenuation, 100)});
    plugin.plugin()->reset(plugin.plugin());
    EXPECT_TRUE(plugin.Process(input, blocks, events) == expected);
    plugin.Deactivate();
  }
}

TEST_F(ClapTest, DoublesAreTheSameSoundInFloats) {
  const Planar input = TestSound(2, kSamples, 48000);
  std::vector<std::vector<double>> in64(2);
  for (size_t c = 0; c < 2; ++c) in64[c].assign(input[c].begin(), input[c].end());
  ClapInstance plugin(library_, 2);
  ASSERT_TRUE(plugin.Activate(48000, 2000));
  const auto out64 = plugin.Process(in64, {2000, 1, 513}, {ClapEvents::Value(777, kBeta, 0.03)});
  const Planar expected = LibraryOutput(
      ClapOptions(2, 48000), input,
      {{777, [](dfn_stream* stream) { dfn_stream_set_post_filter_beta(stream, 0.03f); }}});
  for (size_t c = 0; c < 2; ++c) {
    EXPECT_TRUE(std::equal(out64[c].begin(), out64[c].end(), expected[c].begin()));
  }
}

TEST_F(ClapTest, InPlaceIsTheSameAsOutOfPlace) {
  const Planar input = TestSound(2, 9600, 48000);
  const Planar expected = LibraryOutput(ClapOptions(2, 48000), input);
  Planar sound = input;
  std::vector<std::vector<double>> sound64(2);
  for (size_t c = 0; c < 2; ++c) sound64[c].assign(input[c].begin(), input[c].end());
  ClapInstance plugin(library_, 2);
  const ClapEvents none;
  ASSERT_TRUE(plugin.Activate(48000, 960));
  for (size_t done = 0; done < 9600; done += 960) {
    float* both[] = {sound[0].data() + done, sound[1].data() + done};
    plugin.Run(both, both, 960, none);
  }
  EXPECT_TRUE(sound == expected);
  plugin.plugin()->reset(plugin.plugin());
  for (size_t done = 0; done < 9600; done += 960) {
    double* both[] = {sound64[0].data() + done, sound64[1].data() + done};
    plugin.Run(both, both, 960, none);
  }
  for (size_t c = 0; c < 2; ++c) {
    EXPECT_TRUE(std::equal(sound64[c].begin(), sound64[c].end(), expected[c].begin()));
  }
}

TEST_F(ClapTest, BypassIsTheInputDelayedToTheBit) {
  const Planar input = TestSound(2, kSamples, 44100);
  ClapInstance plugin(library_, 2);
  ASSERT_TRUE(plugin.Activate(44100, 1024));
  const Planar output = plugin.Process(input, {1024}, {ClapEvents::Value(0, kBypassed, 1)});
  const Planar expected = Later(input, plugin.latency());
  constexpr size_t kFade = 2 * 441;
  for (size_t c = 0; c < 2; ++c) {
    EXPECT_TRUE(
        std::equal(output[c].begin() + kFade, output[c].end(), expected[c].begin() + kFade));
  }
}

// Also with a model whose deep filter and look-ahead are official, and at rates with filters.
TEST_F(ClapTest, NothingSoundsAfterTheTail) {
  for (const uint32_t rate_hz : kRates) {
    ClapInstance plugin(library_, 2);
    ASSERT_TRUE(plugin.Activate(rate_hz, 1024));
    const size_t tail = plugin.extension<clap::PluginTail>(clap::kTailId).get(plugin.plugin());
    EXPECT_GT(tail, plugin.latency());
    EXPECT_LT(tail, plugin.latency() + rate_hz / 10);
    plugin.Process(TestSound(2, rate_hz / 2, rate_hz), {1024});
    const Planar after = plugin.Process(Planar(2, std::vector<float>(tail + rate_hz / 5)), {1024});
    for (const std::vector<float>& channel : after) {
      EXPECT_TRUE(std::any_of(channel.begin(), channel.begin() + static_cast<std::ptrdiff_t>(tail),
                              [](float x) { return x != 0.0f; }));
      // Transforms of zeros may leave rounding far below 24 bits.
      EXPECT_TRUE(std::all_of(channel.begin() + static_cast<std::ptrdiff_t>(tail), channel.end(),
                              [](float x) { return std::abs(x) < 1e-9f; }))
          << rate_hz;
    }
  }
}

TEST_F(ClapTest, ResetAndActivationStartAnew) {
  const Planar input = TestSound(1, 9600, 48000);
  const Planar expected = LibraryOutput(ClapOptions(1, 48000), input);
  ClapInstance plugin(library_, 1);
  ASSERT_TRUE(plugin.Activate(48000, 480));
  EXPECT_TRUE(plugin.Process(input, {480}) == expected);
  plugin.plugin()->reset(plugin.plugin());
  EXPECT_TRUE(plugin.Process(input, {480}) == expected);
  plugin.Deactivate();
  ASSERT_TRUE(plugin.Activate(48000, 480));
  EXPECT_TRUE(plugin.Process(input, {480}) == expected);
}

// Rates that are not whole run as the nearest one that is.
TEST_F(ClapTest, OddRatesRun) {
  const Planar input = TestSound(2, 9600, 48000);
  ClapInstance plugin(library_, 2);
  for (const double rate_hz : {12345.678, 45678.901, 123456.78}) {
    ASSERT_TRUE(plugin.Activate(rate_hz, 4800));
    const auto nearest = static_cast<uint32_t>(std::lround(rate_hz));
    EXPECT_TRUE(plugin.Process(input, {4800}) == LibraryOutput(ClapOptions(2, nearest), input));
    plugin.Deactivate();
  }
}

// A project at such a rate keeps its sound.
TEST_F(ClapTest, RatesBeyondTheLibrarysPassTheSound) {
  const Planar input = TestSound(2, 9600, 48000);
  for (const double rate_hz : {1234.5678, 7999.0, 192001.0, 384000.0, 768000.0, 1e18}) {
    ClapInstance plugin(library_, 2);
    ASSERT_TRUE(plugin.Activate(rate_hz, 512));
    EXPECT_EQ(plugin.latency(), 0u);
    EXPECT_TRUE(plugin.Process(input, {512, 1, 3000}) == input);
    EXPECT_NE(plugin.host().logged().find("passes as it is"), std::string::npos);
    plugin.Deactivate();
    ASSERT_TRUE(plugin.Activate(48000, 512));
    EXPECT_TRUE(plugin.Process(input, {512}) == LibraryOutput(ClapOptions(2, 48000), input));
    EXPECT_EQ(plugin.host().latency_changes, 1);
  }
  ClapInstance plugin(library_, 1);
  for (const double rate_hz : {0.0, -48000.0, std::nan("")}) {
    EXPECT_FALSE(plugin.Activate(rate_hz, 512)) << rate_hz;
  }
}

}  // namespace
}  // namespace dfn::test
