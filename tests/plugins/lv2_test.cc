// Tests the LV2 plugins from their host's side with a small model.
#include <gtest/gtest.h>
#include <lv2/core/lv2.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "plugins/lv2_host.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

constexpr size_t kSamples = 24000;

class Lv2Test : public testing::Test {
 protected:
  Lv2Test() {
    setenv("DEEPFILTER_PLUGIN_MODEL", DFN_SOURCE_DIR "/tests/data/tiny/dfn3", 1);
    unsetenv("DEEPFILTER_PLUGIN_WORK");
    unsetenv("DEEPFILTER_PLUGIN_LOAD");
  }
  Lv2Library library_;
};

TEST_F(Lv2Test, HasMonoAndStereo) {
  ASSERT_NE(library_.descriptor(0), nullptr);
  EXPECT_STREQ(library_.descriptor(0)->URI, "urn:deepfilter:mono");
  ASSERT_NE(library_.descriptor(1), nullptr);
  EXPECT_STREQ(library_.descriptor(1)->URI, "urn:deepfilter:stereo");
  EXPECT_EQ(library_.descriptor(2), nullptr);
}

TEST_F(Lv2Test, GivesTheLibrarysSamplesAndItsDelayAtAnyRate) {
  for (const uint32_t rate_hz : {8000u, 44100u, 48000u, 96000u}) {
    for (const size_t channels : {1, 2}) {
      const Planar input = TestSound(channels, rate_hz / 4, rate_hz);
      const dfn_stream_options options = Lv2Options(channels, rate_hz);
      Lv2Instance plugin(library_.ForChannels(channels), rate_hz, nullptr);
      ASSERT_TRUE(plugin.made());
      plugin.Activate();
      EXPECT_TRUE(plugin.Process(input, {rate_hz / 50}) == LibraryOutput(options, input))
          << rate_hz << " Hz, " << channels << " channels";
      EXPECT_EQ(plugin.latency, static_cast<float>(LibraryDelay(options)));
      EXPECT_GE(plugin.local_snr, -15.0f);
      EXPECT_LE(plugin.local_snr, 35.0f);
    }
  }
}

// A host may read the latency before the first sample.
TEST_F(Lv2Test, HostsBlockLengthDecidesBeforeTheFirstBlock) {
  const Planar input = TestSound(1, kSamples, 48000);
  const dfn_stream_options direct = Lv2Options(1, 48000);
  struct Case {
    Lv2Offer offer;
    size_t block;
    bool spread;
    bool known_before;
  };
  const std::vector<Case> cases = {
      {{.nominal_block = 64, .max_block = 8192}, 1024, true, true},
      {{.nominal_block = 479}, 480, true, true},
      {{.nominal_block = 480}, 64, false, true},
      {{.nominal_block = 1024, .max_block = 8192}, 64, false, true},
      {{.max_block = 256}, 256, true, true},
      {{.max_block = 8192}, 64, true, false},
      {{.max_block = 8192}, 512, false, true},
      {{.nominal_block = -5}, 512, false, true},
      {{}, 64, true, false},
      {{}, 512, false, true},
  };
  for (const Case& one : cases) {
    const Lv2Features features(one.offer);
    Lv2Instance plugin(library_.ForChannels(1), 48000, features.list());
    ASSERT_TRUE(plugin.made());
    plugin.Activate();
    const dfn_stream_options options = one.spread ? Spread(direct) : direct;
    const auto latency = static_cast<float>(LibraryDelay(options));
    plugin.Run(0);
    EXPECT_EQ(plugin.latency == latency, one.known_before);
    EXPECT_TRUE(plugin.Process(input, {one.block}) == LibraryOutput(options, input));
    EXPECT_EQ(plugin.latency, latency);
  }
}

TEST_F(Lv2Test, ControlsAreTheStreams) {
  const Planar input = TestSound(2, kSamples, 48000);
  dfn_stream_options options = Lv2Options(2, 48000);
  options.attenuation_limit_db = 15;
  options.post_filter_beta = 0.04f;
  Lv2Instance plugin(library_.ForChannels(2), 48000, nullptr);
  plugin.attenuation_limit = 15;
  plugin.post_filter_beta = 0.04f;
  plugin.Activate();
  EXPECT_TRUE(plugin.Process(input, {512}) == LibraryOutput(options, input));
}

TEST_F(Lv2Test, DisabledIsTheInputDelayedToTheBit) {
  const Planar input = TestSound(2, kSamples, 48000);
  const dfn_stream_options options = Lv2Options(2, 48000);
  const size_t delay = LibraryDelay(options);
  constexpr size_t kFade = 480;
  Lv2Instance plugin(library_.ForChannels(2), 48000, nullptr);
  plugin.enabled = 0;
  plugin.Activate();
  const Planar output = plugin.Process(input, {960});
  const Planar expected = Later(input, delay);
  for (size_t c = 0; c < 2; ++c) {
    const auto tail = [](const std::vector<float>& samples) {
      return std::vector<float>(samples.begin() + 2 * kFade, samples.end());
    };
    EXPECT_TRUE(tail(output[c]) == tail(expected[c]));
  }
  EXPECT_EQ(plugin.latency, static_cast<float>(delay));
  // The network has processed the input all the time.
  plugin.enabled = 1;
  const Planar more = TestSound(2, 9600, 44100);
  Planar both = input;
  for (size_t c = 0; c < 2; ++c) both[c].insert(both[c].end(), more[c].begin(), more[c].end());
  const Planar wet = plugin.Process(more, {960});
  const Planar whole = LibraryOutput(options, both);
  for (size_t c = 0; c < 2; ++c) {
    for (size_t i = 3 * kFade; i < wet[c].size(); ++i) {
      ASSERT_EQ(wet[c][i], whole[c][kSamples + i]) << i;
    }
  }
}

TEST_F(Lv2Test, RefusalsGoToTheHostsLog) {
  const Lv2Features with_log({.log = true});
  EXPECT_FALSE(Lv2Instance(library_.ForChannels(1), 4000, with_log.list()).made());
  EXPECT_EQ(with_log.logged().rfind("deepfilter: ", 0), 0u) << with_log.logged();
  EXPECT_EQ(with_log.logged().find('\n'), with_log.logged().size() - 1) << with_log.logged();

  for (const double rate_hz : {-1.0, 0.0, 44100.5, 1e300, std::nan("")}) {
    testing::internal::CaptureStderr();
    EXPECT_FALSE(Lv2Instance(library_.ForChannels(1), rate_hz, nullptr).made());
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_EQ(said.rfind("deepfilter: ", 0), 0u) << said;
    EXPECT_EQ(said.find('\n'), said.size() - 1) << said;
  }
}

}  // namespace
}  // namespace dfn::test
