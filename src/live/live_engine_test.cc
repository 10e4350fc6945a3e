#include "live/live_engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

#include "stream/testing/allocations.h"
#include "stream/testing/host.h"

namespace dfn {
namespace {

constexpr size_t kRateHz = 48000;

// Gives a signal to the engine as a device would, in blocks, and takes the tap along.
HostSignal Play(LiveEngine& engine, const HostSignal& input, size_t block,
                size_t rate_hz = kRateHz) {
  HostSignal output(input.size(), std::vector<float>(input.front().size()));
  std::vector<const float*> in(input.size());
  std::vector<float*> out(input.size());
  for (size_t at = 0; at < input.front().size(); at += block) {
    const size_t count = std::min(block, input.front().size() - at);
    for (size_t c = 0; c < input.size(); ++c) {
      in[c] = input[c].data() + at;
      out[c] = output[c].data() + at;
    }
    engine.Process({in.data(), out.data(), input.size(), count, rate_hz});
  }
  return output;
}

LiveEngineOptions Options(size_t channels = 1) {
  LiveEngineOptions options;
  options.channels = channels;
  options.work_mode = WorkMode::kDirect;
  return options;
}

HostSignal Library(const HostSignal& input, size_t rate_hz = kRateHz) {
  HostStreamOptions host;
  host.sample_rate_hz = rate_hz;
  host.channels = input.size();
  host.fills_band = true;
  return Enhance(*MakeHost(SmallRecurrent(), host), input, {480});
}

TEST(LiveEngineTest, GivesTheLibrarysSamplesInAnyBlocks) {
  const HostSignal input = Noise(2, kRateHz);
  const HostSignal expected = Library(input);
  for (const size_t block : {64, 100, 480, 1024}) {
    LiveEngine engine(SmallRecurrent(), Options(2));
    ASSERT_TRUE(engine.Expect(kRateHz, block).ok());
    EXPECT_EQ(Play(engine, input, block), expected) << block;
    EXPECT_EQ(engine.state().blocks, (kRateHz + block - 1) / block);
  }
}

TEST(LiveEngineTest, IsSilentUntilAStreamFitsTheRate) {
  LiveEngine engine(SmallRecurrent(), Options());
  ASSERT_TRUE(engine.Expect(kRateHz, 441).ok());
  const HostSignal input = Noise(1, 4410);
  EXPECT_EQ(Play(engine, input, 441, 44100), HostSignal{std::vector<float>(4410)});
  const auto made = engine.Prepare();
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(*made);
  EXPECT_EQ(Play(engine, input, 441, 44100), Library(input, 44100));
  EXPECT_EQ(engine.state().rate_hz, 44100u);
  // Nothing changes any more.
  const auto again = engine.Prepare();
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(*again);
}

TEST(LiveEngineTest, TheWorstLoadIsOfTheNewestBlocks) {
  LiveEngine engine(SmallRecurrent(), Options());
  ASSERT_TRUE(engine.Expect(kRateHz, 480).ok());
  const HostSignal input = Noise(1, 9600);
  Play(engine, input, 480);
  const float worst = engine.state().worst_load;
  EXPECT_GT(worst, 0.0f);
  // Asked again before the next block, it is no other.
  EXPECT_EQ(engine.state().worst_load, worst);
  Play(engine, Noise(1, 480), 480);
  EXPECT_GT(engine.state().worst_load, 0.0f);
}

TEST(LiveEngineTest, RestartBeginsAnew) {
  LiveEngine engine(SmallRecurrent(), Options());
  const HostSignal input = Noise(1, 9600);
  ASSERT_TRUE(engine.Expect(kRateHz, 480).ok());
  const HostSignal first = Play(engine, input, 480);
  EXPECT_NE(Play(engine, input, 480), first);
  engine.Restart();
  const auto made = engine.Prepare();
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(*made);
  EXPECT_EQ(Play(engine, input, 480), first);
}

TEST(LiveEngineTest, TheTapHasBothSidesAndTheSegment) {
  LiveEngine engine(SmallRecurrent(), Options());
  ASSERT_TRUE(engine.Expect(kRateHz, 480).ok());
  const HostSignal input = Noise(1, 4800);
  const HostSignal output = Play(engine, input, 480);
  const LiveEngine::Segment segment = engine.segment();
  EXPECT_EQ(segment.number, 1u);
  EXPECT_EQ(segment.begin, 0u);
  EXPECT_EQ(segment.rate_hz, kRateHz);
  EXPECT_EQ(segment.delay_samples, engine.state().delay_samples);
  std::vector<float> frames(9600);
  ASSERT_EQ(engine.tap().Take(frames.data(), frames.size()), 9600u);
  for (size_t i = 0; i < 4800; ++i) {
    ASSERT_EQ(frames[2 * i], input[0][i]);
    ASSERT_EQ(frames[2 * i + 1], output[0][i]);
  }
}

TEST(LiveEngineTest, ATapThatNobodyReadsLosesSoundAndCountsIt) {
  LiveEngineOptions options = Options();
  options.tap_seconds = 0.1;
  LiveEngine engine(Identity(), options);
  ASSERT_TRUE(engine.Expect(kRateHz, 480).ok());
  Play(engine, Noise(1, kRateHz), 480);
  EXPECT_GT(engine.untapped_samples(), kRateHz / 2);
}

TEST(LiveEngineTest, BypassGivesTheInputDelayed) {
  LiveEngineOptions options = Options();
  options.bypass = true;
  LiveEngine engine(SmallRecurrent(), options);
  ASSERT_TRUE(engine.Expect(kRateHz, 480).ok());
  const HostSignal input = Noise(1, 9600);
  const HostSignal output = Play(engine, input, 480);
  const size_t delay = engine.state().delay_samples;
  for (size_t i = delay + 480; i < 9600; ++i) ASSERT_EQ(output[0][i], input[0][i - delay]);
}

TEST(LiveEngineTest, ControlsHoldForStreamsToCome) {
  LiveEngine engine(SmallRecurrent(), Options());
  DenoiserControls controls = engine.controls();
  controls.atten_lim_db = 0.0f;
  engine.SetControls(controls);
  ASSERT_TRUE(engine.Expect(kRateHz, 480).ok());
  const HostSignal input = Noise(1, 9600);
  const HostSignal output = Play(engine, input, 480);
  const size_t delay = engine.state().delay_samples;
  // With a limit of 0 dB the output is the input but for rounding.
  for (size_t i = delay + 960; i < 9600; ++i) {
    ASSERT_NEAR(output[0][i], input[0][i - delay], 1e-5f);
  }
}

TEST(LiveEngineTest, ShortBlocksAreDirectOnlyWhereAHopIsQuick) {
  LiveEngineOptions options;
  LiveEngine engine(Identity(), options);
  // The fake network takes microseconds: half a block of 480 samples is plenty.
  ASSERT_TRUE(engine.Expect(kRateHz, 480).ok());
  EXPECT_EQ(engine.state().work_mode, WorkMode::kDirect);
  options.work_mode = WorkMode::kSpread;
  LiveEngine spread(Identity(), options);
  ASSERT_TRUE(spread.Expect(kRateHz, 64).ok());
  EXPECT_EQ(spread.state().work_mode, WorkMode::kSpread);
}

TEST(LiveEngineTest, ProcessAllocatesNothing) {
  LiveEngine engine(SmallRecurrent(), Options());
  ASSERT_TRUE(engine.Expect(kRateHz, 64).ok());
  const HostSignal input = Noise(1, 64);
  std::vector<float> output(64);
  const float* in[] = {input[0].data()};
  float* out[] = {output.data()};
  const size_t before = Allocations();
  for (int i = 0; i < 200; ++i) engine.Process({in, out, 1, 64, kRateHz});
  EXPECT_EQ(Allocations(), before);
}

// Streams are handed over while the device runs; under ThreadSanitizer and AddressSanitizer also a
// test that nobody uses one that is gone.
TEST(LiveEngineTest, StreamsChangeHandsWhileTheDeviceRuns) {
  LiveEngine engine(Identity(), Options());
  ASSERT_TRUE(engine.Expect(kRateHz, 96).ok());
  std::atomic<bool> done{false};
  std::thread device([&] {
    std::vector<float> block(96, 0.25f);
    std::vector<float> output(96);
    const float* in[] = {block.data()};
    float* out[] = {output.data()};
    for (size_t i = 0; !done; ++i) {
      engine.Process({in, out, 1, 96, i % 2000 < 1000 ? size_t{48000} : size_t{44100}});
    }
  });
  std::vector<float> frames(4096);
  size_t made = 0;
  for (int i = 0; i < 200; ++i) {
    if (i % 3 == 0) engine.Restart();
    const auto prepared = engine.Prepare();
    ASSERT_TRUE(prepared.ok());
    made += *prepared ? 1 : 0;
    engine.SetBypass(i % 2 == 0);
    while (engine.tap().Take(frames.data(), frames.size()) == frames.size()) {
    }
    engine.state();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  done = true;
  device.join();
  EXPECT_GT(made, 20u);
  EXPECT_GT(engine.segment().number, 1u);
}

}  // namespace
}  // namespace dfn
