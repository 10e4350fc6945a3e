// Tests the LADSPA library from its host's side with a small model: its descriptors, and its
// samples, which have the library's bits for all calls that a host may make.
#include <gtest/gtest.h>
#include <ladspa.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "plugins/ladspa_fixture.h"
#include "plugins/ladspa_host.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

// The names are those of DeepFilterNet's official plugin, since set-ups find labels and ports by
// name. Those that count ports find each at the official plugin's place; the latency comes after
// them.
TEST_F(LadspaTest, FaceIsTheOfficialPluginsWithTheLatencyBehind) {
  struct Expected {
    unsigned long id;
    const char* label;
    const char* name;
    std::vector<const char*> audio;
  };
  const std::vector<Expected> plugins = {
      {7843795, "deep_filter_mono", "DeepFilter Mono", {"Audio In", "Audio Out"}},
      {7843796,
       "deep_filter_stereo",
       "DeepFilter Stereo",
       {"Audio In L", "Audio In R", "Audio Out L", "Audio Out R"}}};
  struct Control {
    const char* name;
    float low, high;
    bool at_high;
  };
  const std::vector<Control> controls = {{kLimit, 0, 100, true},   {kMin, -15, 35, false},
                                         {kMaxErb, -15, 35, true}, {kMaxDf, -15, 35, true},
                                         {kBuffer, 0, 10, false},  {kBeta, 0, 0.05f, false}};
  for (size_t index = 0; index < plugins.size(); ++index) {
    const LADSPA_Descriptor* found = library_.descriptor(index);
    ASSERT_NE(found, nullptr);
    const Expected& expected = plugins[index];
    EXPECT_EQ(found->UniqueID, expected.id);
    EXPECT_STREQ(found->Label, expected.label);
    EXPECT_STREQ(found->Name, expected.name);
    EXPECT_TRUE(LADSPA_IS_HARD_RT_CAPABLE(found->Properties));
    EXPECT_FALSE(LADSPA_IS_INPLACE_BROKEN(found->Properties));
    const size_t audio = expected.audio.size();
    ASSERT_EQ(found->PortCount, audio + controls.size() + 1);
    for (size_t port = 0; port < audio; ++port) {
      EXPECT_STREQ(found->PortNames[port], expected.audio[port]);
      EXPECT_EQ(found->PortDescriptors[port],
                LADSPA_PORT_AUDIO | (port < audio / 2 ? LADSPA_PORT_INPUT : LADSPA_PORT_OUTPUT));
      EXPECT_EQ(found->PortRangeHints[port].HintDescriptor, 0);
    }
    for (size_t i = 0; i < controls.size(); ++i) {
      const size_t port = audio + i;
      EXPECT_STREQ(found->PortNames[port], controls[i].name);
      EXPECT_EQ(found->PortDescriptors[port], LADSPA_PORT_CONTROL | LADSPA_PORT_INPUT);
      const LADSPA_PortRangeHint& hint = found->PortRangeHints[port];
      EXPECT_EQ(hint.HintDescriptor, LADSPA_HINT_BOUNDED_BELOW | LADSPA_HINT_BOUNDED_ABOVE |
                                         (controls[i].at_high ? LADSPA_HINT_DEFAULT_MAXIMUM
                                                              : LADSPA_HINT_DEFAULT_MINIMUM));
      EXPECT_EQ(hint.LowerBound, controls[i].low);
      EXPECT_EQ(hint.UpperBound, controls[i].high);
    }
    const size_t last = found->PortCount - 1;
    EXPECT_STREQ(found->PortNames[last], kLatency);
    EXPECT_EQ(found->PortDescriptors[last], LADSPA_PORT_CONTROL | LADSPA_PORT_OUTPUT);
    // Hosts that give every control a start value need a default to take.
    EXPECT_TRUE(LADSPA_IS_HINT_HAS_DEFAULT(found->PortRangeHints[last].HintDescriptor));
  }
  EXPECT_EQ(library_.descriptor(2), nullptr);
}

TEST_F(LadspaTest, GivesTheLibrarysSamplesAtAnyRate) {
  for (const uint32_t rate_hz : {8000u, 16000u, 22050u, 44100u, 48000u, 96000u, 192000u}) {
    for (const size_t channels : {1, 2}) {
      const Planar input = TestSound(channels, rate_hz / 4, rate_hz);
      LadspaInstance plugin(library_.ForChannels(channels), rate_hz);
      ASSERT_TRUE(plugin.made());
      plugin.Activate();
      EXPECT_TRUE(plugin.Process(input, {rate_hz / 50}) ==
                  LibraryOutput(LadspaOptions(channels, rate_hz), input))
          << rate_hz << " Hz, " << channels << " channels";
    }
  }
}

// The first block decides when work is done, and with it the delay; later blocks do not change it.
TEST_F(LadspaTest, FirstBlockDecidesAndAllBlocksGiveTheSameSamples) {
  const Planar input = TestSound(2, kSamples, 48000);
  const dfn_stream_options options = LadspaOptions(2, 48000);
  const Planar direct = LibraryOutput(options, input);
  const Planar spread = LibraryOutput(Spread(options), input);
  ASSERT_EQ(LibraryDelay(Spread(options)), LibraryDelay(options) + 480);
  const std::vector<std::vector<size_t>> direct_blocks = {
      {480}, {481}, {512}, {1024}, {8192}, {20000}, {480, 1, 7, 0, 479, 4096, 32}};
  const std::vector<std::vector<size_t>> spread_blocks = {
      {1}, {32}, {64}, {479}, {0, 0, 128}, {100, 8192, 0, 3, 480}};
  for (const auto& [many, expected] :
       {std::pair(direct_blocks, &direct), std::pair(spread_blocks, &spread)}) {
    for (const std::vector<size_t>& blocks : many) {
      LadspaInstance plugin(library_.ForChannels(2), 48000);
      plugin.Activate();
      EXPECT_TRUE(plugin.Process(input, blocks) == *expected) << testing::PrintToString(blocks);
    }
  }
}

TEST_F(LadspaTest, EnvironmentForcesWhenWorkIsDone) {
  const Planar input = TestSound(1, kSamples, 48000);
  const dfn_stream_options options = LadspaOptions(1, 48000);
  const LADSPA_Descriptor* mono = library_.ForChannels(1);
  setenv("DEEPFILTER_PLUGIN_WORK", "direct", 1);
  LadspaInstance direct(mono, 48000);
  setenv("DEEPFILTER_PLUGIN_WORK", "spread", 1);
  LadspaInstance spread(mono, 48000);
  setenv("DEEPFILTER_PLUGIN_WORK", "sometimes", 1);
  testing::internal::CaptureStderr();
  LadspaInstance neither(mono, 48000);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "deepfilter: DEEPFILTER_PLUGIN_WORK is set to something else than auto, direct or "
            "spread; taking auto\n");
  // The environment is read only when the instance is made.
  setenv("DEEPFILTER_PLUGIN_WORK", "auto", 1);
  for (LadspaInstance* plugin : {&direct, &spread, &neither}) plugin->Activate();
  EXPECT_TRUE(direct.Process(input, {64}) == LibraryOutput(options, input));
  EXPECT_TRUE(spread.Process(input, {1024}) == LibraryOutput(Spread(options), input));
  EXPECT_TRUE(neither.Process(input, {64}) == LibraryOutput(Spread(options), input));
}

TEST_F(LadspaTest, AnyBufferMayServeAnyPort) {
  const Planar input = TestSound(2, kSamples, 48000);
  const Planar expected = LibraryOutput(LadspaOptions(2, 48000), input);
  const LADSPA_Descriptor* stereo = library_.ForChannels(2);
  LadspaInstance in_place(stereo, 48000);
  in_place.Activate();
  EXPECT_TRUE(in_place.Process(input, {4096}, true) == expected);

  // The left output shares its buffer with the right input, and the right output with the left
  // input.
  LadspaInstance crossed(stereo, 48000);
  crossed.Activate();
  Planar buffers = input;
  for (size_t done = 0; done < kSamples; done += 3000) {
    for (size_t c = 0; c < 2; ++c) {
      crossed.Connect(c, buffers[c].data() + done);
      crossed.Connect(2 + c, buffers[1 - c].data() + done);
    }
    crossed.Run(3000);
  }
  EXPECT_TRUE(buffers[1] == expected[0]);
  EXPECT_TRUE(buffers[0] == expected[1]);
}

TEST_F(LadspaTest, PortsMayBeMissing) {
  const LADSPA_Descriptor* stereo = library_.ForChannels(2);
  const LADSPA_Handle handle = stereo->instantiate(stereo, 48000);
  ASSERT_NE(handle, nullptr);
  stereo->activate(handle);
  stereo->run(handle, 1000);  // nothing is connected
  stereo->run(handle, 0);
  stereo->activate(handle);
  // Only one input and one output are connected; controls have their defaults, and the other input
  // is silence.
  Planar input = TestSound(2, kSamples, 48000);
  std::fill(input[1].begin(), input[1].end(), 0.0f);
  std::vector<float> output(kSamples);
  stereo->connect_port(handle, 0, input[0].data());
  stereo->connect_port(handle, 2, output.data());
  stereo->connect_port(handle, 4711, output.data());  // there is no such port
  stereo->run(handle, kSamples);
  EXPECT_TRUE(output == LibraryOutput(LadspaOptions(2, 48000), input)[0]);
  stereo->cleanup(handle);
}

TEST_F(LadspaTest, ActivateStartsAnew) {
  const Planar input = TestSound(1, kSamples, 48000);
  const dfn_stream_options options = LadspaOptions(1, 48000);
  LadspaInstance plugin(library_.ForChannels(1), 48000);
  plugin.Activate();
  plugin.Process(TestSound(1, 5001, 44100), {77});
  plugin.Activate();
  EXPECT_TRUE(plugin.Process(input, {960}) == LibraryOutput(options, input));
  plugin.Activate();
  EXPECT_TRUE(plugin.Process(input, {96}) == LibraryOutput(Spread(options), input));
  plugin.control(kBuffer) = 2;
  plugin.Activate();
  EXPECT_TRUE(plugin.Process(input, {480}) == Later(LibraryOutput(options, input), 960));
}

TEST_F(LadspaTest, PortValuesAreTheStreamsFromTheFirstHopOn) {
  const Planar input = TestSound(2, kSamples, 48000);
  LadspaInstance plugin(library_.ForChannels(2), 48000);
  plugin.control(kLimit) = 12;
  plugin.control(kMin) = -12;
  plugin.control(kMaxErb) = 22;
  plugin.control(kMaxDf) = 11;
  plugin.control(kBeta) = 0.03f;
  plugin.Activate();
  dfn_stream_options options = LadspaOptions(2, 48000);
  options.attenuation_limit_db = 12;
  options.min_db_threshold = -12;
  options.max_db_erb_threshold = 22;
  options.max_db_df_threshold = 11;
  options.post_filter_beta = 0.03f;
  const Planar expected = LibraryOutput(options, input);
  EXPECT_TRUE(plugin.Process(input, {480}) == expected);
  EXPECT_FALSE(expected == LibraryOutput(LadspaOptions(2, 48000), input));
}

TEST_F(LadspaTest, PortValuesMayChangeFromBlockToBlock) {
  const Planar input = TestSound(1, kSamples, 48000);
  constexpr size_t kFirst = 7001;
  constexpr size_t kSecond = 15000;
  const Planar expected = LibraryOutput(
      LadspaOptions(1, 48000), input,
      {{kFirst, [](dfn_stream* stream) { dfn_stream_set_attenuation_limit_db(stream, 9); }},
       {kSecond, [](dfn_stream* stream) {
          dfn_stream_set_attenuation_limit_db(stream, 100);
          dfn_stream_set_post_filter_beta(stream, 0.05f);
          dfn_stream_set_thresholds_db(stream, -15, 10, 0);
        }}});
  LadspaInstance plugin(library_.ForChannels(1), 48000);
  plugin.Activate();
  Planar output = {{}};
  const auto run_to = [&](size_t end) {
    const size_t done = output[0].size();
    const Planar part = plugin.Process({{input[0].begin() + static_cast<std::ptrdiff_t>(done),
                                         input[0].begin() + static_cast<std::ptrdiff_t>(end)}},
                                       {1000});
    output[0].insert(output[0].end(), part[0].begin(), part[0].end());
  };
  run_to(kFirst);
  plugin.control(kLimit) = 9;
  run_to(kSecond);
  plugin.control(kLimit) = 100;
  plugin.control(kBeta) = 0.05f;
  plugin.control(kMaxErb) = 10;
  plugin.control(kMaxDf) = 0;
  run_to(kSamples);
  EXPECT_TRUE(output == expected);
}

TEST_F(LadspaTest, BrokenPortValuesDoNoHarm) {
  const Planar input = TestSound(1, kSamples, 48000);
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  LadspaInstance unmoved(library_.ForChannels(1), 48000);
  for (const char* name : {kLimit, kMin, kMaxErb, kMaxDf, kBeta}) unmoved.control(name) = nan;
  unmoved.Activate();
  EXPECT_TRUE(unmoved.Process(input, {512}) == LibraryOutput(LadspaOptions(1, 48000), input));

  for (const float value : {infinity, -infinity, 1e30f, -1e30f}) {
    LadspaInstance plugin(library_.ForChannels(1), 48000);
    for (const char* name : {kLimit, kMin, kMaxErb, kMaxDf, kBeta}) plugin.control(name) = value;
    plugin.Activate();
    const Planar output = plugin.Process(input, {512});
    for (const float sample : output[0]) ASSERT_TRUE(std::isfinite(sample)) << value;
  }
}

}  // namespace
}  // namespace dfn::test
