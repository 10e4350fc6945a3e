// Tests the LADSPA library from its host's side with a small model: its descriptors, and its
// samples, which have the library's bits for all calls that a host may make.
#include <gtest/gtest.h>
#include <ladspa.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "plugins/ladspa_host.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

constexpr size_t kSamples = 24000;
constexpr char kLimit[] = "Attenuation Limit (dB)";
constexpr char kMin[] = "Min processing threshold (dB)";
constexpr char kMaxErb[] = "Max ERB processing threshold (dB)";
constexpr char kMaxDf[] = "Max DF processing threshold (dB)";
constexpr char kBuffer[] = "Min Processing Buffer (frames)";
constexpr char kBeta[] = "Post Filter Beta";
constexpr char kLatency[] = "latency";

void UseTheSmallModel() {
  setenv("DEEPFILTER_PLUGIN_MODEL", DFN_SOURCE_DIR "/tests/data/tiny/dfn3", 1);
  unsetenv("DEEPFILTER_PLUGIN_WORK");
  unsetenv("DEEPFILTER_PLUGIN_LOAD");
}

class LadspaTest : public testing::Test {
 protected:
  LadspaTest() { UseTheSmallModel(); }
  LadspaLibrary library_;
};

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

TEST_F(LadspaTest, MinProcessingBufferIsHopsOfDelayFromActivateOn) {
  const Planar input = TestSound(2, kSamples, 48000);
  const Planar expected = LibraryOutput(LadspaOptions(2, 48000), input);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const auto& [value, hops] : {std::pair(1.0f, 1), std::pair(2.6f, 3), std::pair(10.0f, 10),
                                    std::pair(1e9f, 10), std::pair(-4.0f, 0), std::pair(nan, 0)}) {
    LadspaInstance plugin(library_.ForChannels(2), 48000);
    plugin.control(kBuffer) = value;
    plugin.Activate();
    Planar out = plugin.Process(
        {{input[0].begin(), input[0].begin() + 9600}, {input[1].begin(), input[1].begin() + 9600}},
        {500, 1, 900});
    plugin.control(kBuffer) = 5;  // too late for this time
    const Planar rest = plugin.Process(
        {{input[0].begin() + 9600, input[0].end()}, {input[1].begin() + 9600, input[1].end()}},
        {480});
    for (size_t c = 0; c < 2; ++c) out[c].insert(out[c].end(), rest[c].begin(), rest[c].end());
    EXPECT_TRUE(out == Later(expected, 480 * static_cast<size_t>(hops))) << value;
  }
}

// Hosts read the port after activation, after a block of no samples, or after the first block.
TEST_F(LadspaTest, LatencyPortHoldsTheDelayInFramesOfTheHost) {
  for (const uint32_t rate_hz : {8000u, 16000u, 44100u, 48000u, 192000u}) {
    for (const size_t channels : {1, 2}) {
      for (const float hops : {0.0f, 3.0f}) {
        const dfn_stream_options options = LadspaOptions(channels, rate_hz);
        const auto extra = static_cast<size_t>(hops) * rate_hz / 100;
        const auto direct = static_cast<float>(LibraryDelay(options) + extra);
        const auto spread = static_cast<float>(LibraryDelay(Spread(options)) + extra);
        LadspaInstance plugin(library_.ForChannels(channels), rate_hz);
        plugin.control(kBuffer) = hops;
        float& latency = plugin.control(kLatency);
        for (const auto& [block, expected] :
             {std::pair<size_t, float>(rate_hz / 100, direct), {rate_hz / 100 - 1, spread}}) {
          latency = -1;
          plugin.Activate();
          EXPECT_EQ(latency, direct) << rate_hz;
          latency = -1;
          plugin.Run(0);
          EXPECT_EQ(latency, direct) << rate_hz;
          for (const size_t samples : {block, 4 * block, size_t{1}, size_t{0}}) {
            latency = -1;
            plugin.Process(TestSound(channels, std::max<size_t>(samples, 1), rate_hz),
                           {samples, 1});
            EXPECT_EQ(latency, expected) << rate_hz << " Hz, a block of " << block;
          }
          plugin.control(kBuffer) = 9;  // too late for this time
          plugin.Run(0);
          EXPECT_EQ(latency, expected);
          plugin.control(kBuffer) = hops;
        }
      }
    }
  }
}

// The sound itself is as late as the port says.
TEST_F(LadspaTest, AnImpulseComesAsLateAsTheLatencyPortSays) {
  for (const uint32_t rate_hz : {16000u, 44100u, 48000u, 96000u}) {
    for (const size_t block : {size_t{64}, size_t{4096}}) {
      const size_t at = rate_hz / 4;
      Planar input = {std::vector<float>(rate_hz, 0.0f)};
      input[0][at] = 0.5f;
      LadspaInstance plugin(library_.ForChannels(1), rate_hz);
      plugin.control(kLimit) = 0;
      plugin.control(kBuffer) = 2;
      plugin.Activate();
      const std::vector<float> output = plugin.Process(input, {block})[0];
      const auto peak = std::max_element(output.begin(), output.end()) - output.begin();
      EXPECT_EQ(static_cast<float>(peak), static_cast<float>(at) + plugin.control(kLatency))
          << rate_hz << " Hz, blocks of " << block;
    }
  }
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

TEST_F(LadspaTest, NoModelOrNoSuchRateIsNoInstance) {
  const LADSPA_Descriptor* mono = library_.ForChannels(1);
  for (const unsigned long rate_hz : {0ul, 7999ul, 192001ul, 5000000000ul}) {
    testing::internal::CaptureStderr();
    EXPECT_FALSE(LadspaInstance(mono, rate_hz).made());
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_EQ(said.rfind("deepfilter: ", 0), 0u) << said;
    EXPECT_EQ(said.find('\n'), said.size() - 1) << said;
  }
  setenv("DEEPFILTER_PLUGIN_MODEL", DFN_SOURCE_DIR "/tests/data/none", 1);
  testing::internal::CaptureStderr();
  EXPECT_FALSE(LadspaInstance(mono, 48000).made());
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(said.rfind("deepfilter: ", 0), 0u) << said;
  EXPECT_NE(said.find("tests/data/none"), std::string::npos) << said;
  EXPECT_EQ(said.find('\n'), said.size() - 1) << said;
}

// In a process of its own, since a process chooses its instruction set once.
TEST_F(LadspaTest, AWrongInstructionSetIsNoInstance) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto make = [this] {
    setenv("DEEPFILTER_SIMD", "AVX99", 1);
    std::exit(LadspaInstance(library_.ForChannels(1), 48000).made() ? 1 : 0);
  };
  EXPECT_EXIT(make(), testing::ExitedWithCode(0),
              "^deepfilter: DEEPFILTER_SIMD is \"AVX99\"[^\n]*\n$");
}

// Instances that several threads make at once share one model.
TEST_F(LadspaTest, InstancesAreMadeOnAnyThread) {
  const Planar input = TestSound(1, 9600, 48000);
  const Planar expected = LibraryOutput(LadspaOptions(1, 48000), input);
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      LadspaInstance plugin(library_.ForChannels(1), 48000);
      plugin.Activate();
      right += plugin.Process(input, {512}) == expected ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 4);
}

TEST_F(LadspaTest, LoadsInTheBackgroundBehindTheDelayedInput) {
  constexpr size_t kBlock = 480;
  constexpr size_t kFade = 480;
  setenv("DEEPFILTER_PLUGIN_LOAD", "background", 1);
  LadspaInstance(library_.ForChannels(1), 48000);  // gone again at once
  const Planar input = TestSound(1, 2000 * kBlock, 48000);
  const dfn_stream_options options = LadspaOptions(1, 48000);
  const size_t delay = LibraryDelay(options);
  const Planar dry = Later(input, delay);

  LadspaInstance plugin(library_.ForChannels(1), 48000);
  plugin.Activate();
  std::vector<float> output;
  size_t first_wet = 0;
  while (output.size() < input[0].size()) {
    const auto from = input[0].begin() + static_cast<std::ptrdiff_t>(output.size());
    const Planar block = plugin.Process({{from, from + kBlock}}, {kBlock});
    output.insert(output.end(), block[0].begin(), block[0].end());
    while (first_wet < output.size() && output[first_wet] == dry[0][first_wet]) ++first_wet;
    if (output.size() > first_wet + 50 * kBlock) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ASSERT_LT(first_wet, output.size()) << "the model never came";
  // The stream was ready at some block; its output is used from that block's samples on.
  ASSERT_GT(first_wet, delay);
  const size_t came = (first_wet - 1 - delay) / kBlock * kBlock;
  const auto tail = [&](const std::vector<float>& samples) {
    return std::vector<float>(samples.begin() + static_cast<std::ptrdiff_t>(came),
                              samples.begin() + static_cast<std::ptrdiff_t>(output.size()));
  };
  const std::vector<float> wet = LibraryOutput(options, {tail(input[0])})[0];
  for (size_t i = 0; i < wet.size(); ++i) {
    const double quiet = dry[0][came + i];
    const double share =
        i < delay ? 0.0
                  : std::min(static_cast<double>(i - delay) / static_cast<double>(kFade), 1.0);
    const double expected = quiet + share * (static_cast<double>(wet[i]) - quiet);
    if (share == 1.0) {
      ASSERT_EQ(output[came + i], wet[i]) << i;
    } else {
      ASSERT_NEAR(output[came + i], expected, 1e-6) << i;
    }
  }
  // From now on the stream exists from the first sample on.
  plugin.Activate();
  EXPECT_TRUE(plugin.Process(input, {kBlock}) == LibraryOutput(options, input));
}

TEST(LadspaLibraryTest, IsGoneOnceClosed) {
  UseTheSmallModel();
  const Planar input = TestSound(1, 4800, 48000);
  const Planar expected = LibraryOutput(LadspaOptions(1, 48000), input);
  for (int round = 0; round < 3; ++round) {
    {
      const LadspaLibrary library;
      LadspaInstance one(library.ForChannels(1), 48000);
      LadspaInstance other(library.ForChannels(1), 48000);
      one.Activate();
      other.Activate();
      EXPECT_TRUE(one.Process(input, {480}) == expected);
      EXPECT_TRUE(other.Process(input, {480}) == expected);
    }
    EXPECT_EQ(dlopen(DFN_LADSPA_PLUGIN, RTLD_NOW | RTLD_NOLOAD), nullptr);
  }
}

}  // namespace
}  // namespace dfn::test
