// Tests how instances of the LADSPA library come and go: refusals, threads, loading in the
// background, the end of the library.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "plugins/ladspa_fixture.h"
#include "plugins/ladspa_host.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

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

// What an instance puts out until 50 blocks after its stream came, and where it first differs from
// the delayed input.
struct BackgroundRun {
  std::vector<float> output;
  size_t first_wet = 0;
};

constexpr size_t kBlock = 480;

BackgroundRun RunUntilWet(LadspaInstance& plugin, const Planar& input, const Planar& dry) {
  BackgroundRun run;
  std::vector<float>& output = run.output;
  while (output.size() < input[0].size()) {
    const auto from = input[0].begin() + static_cast<std::ptrdiff_t>(output.size());
    const Planar block = plugin.Process({{from, from + kBlock}}, {kBlock});
    output.insert(output.end(), block[0].begin(), block[0].end());
    while (run.first_wet < output.size() && output[run.first_wet] == dry[0][run.first_wet]) {
      ++run.first_wet;
    }
    if (output.size() > run.first_wet + 50 * kBlock) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return run;
}

TEST_F(LadspaTest, LoadsInTheBackgroundBehindTheDelayedInput) {
  constexpr size_t kFade = 480;
  setenv("DEEPFILTER_PLUGIN_LOAD", "background", 1);
  LadspaInstance(library_.ForChannels(1), 48000);  // gone again at once
  const Planar input = TestSound(1, 2000 * kBlock, 48000);
  const dfn_stream_options options = LadspaOptions(1, 48000);
  const size_t delay = LibraryDelay(options);
  const Planar dry = Later(input, delay);
  const Planar whole = LibraryOutput(options, input);

  BackgroundRun run;
  // A stream that is ready before the host activates the instance is used from the first sample on,
  // and then there is nothing to fade.
  for (int attempt = 0; attempt < 100 && run.first_wet <= delay; ++attempt) {
    LadspaInstance plugin(library_.ForChannels(1), 48000);
    plugin.Activate();
    run = RunUntilWet(plugin, input, dry);
    ASSERT_LT(run.first_wet, run.output.size()) << "the model never came";
    if (run.first_wet <= delay) {
      EXPECT_TRUE(std::equal(run.output.begin(), run.output.end(), whole[0].begin()));
    }
    // By now the stream exists from the first sample on.
    plugin.Activate();
    EXPECT_TRUE(plugin.Process(input, {kBlock}) == whole);
  }
  ASSERT_GT(run.first_wet, delay) << "the model always came before the first block";
  // The stream was ready at some block; its output is used from that block's samples on.
  const size_t came = (run.first_wet - 1 - delay) / kBlock * kBlock;
  const std::vector<float> tail(input[0].begin() + static_cast<std::ptrdiff_t>(came),
                                input[0].begin() + static_cast<std::ptrdiff_t>(run.output.size()));
  const std::vector<float> wet = LibraryOutput(options, {tail})[0];
  for (size_t i = 0; i < wet.size(); ++i) {
    const double quiet = dry[0][came + i];
    const double share =
        i < delay ? 0.0
                  : std::min(static_cast<double>(i - delay) / static_cast<double>(kFade), 1.0);
    const double expected = quiet + share * (static_cast<double>(wet[i]) - quiet);
    if (share == 1.0) {
      ASSERT_EQ(run.output[came + i], wet[i]) << i;
    } else {
      ASSERT_NEAR(run.output[came + i], expected, 1e-6) << i;
    }
  }
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
