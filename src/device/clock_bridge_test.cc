#include "device/clock_bridge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <thread>
#include <vector>

namespace dfn {
namespace {

constexpr size_t kRateHz = 48000;

// Sample i of a sound that no shift repeats.
float Sound(uint64_t i) {
  const auto hash = static_cast<uint32_t>(i * 2654435761u) ^ static_cast<uint32_t>(i >> 7);
  return static_cast<float>(hash % 20011) / 20011.0f - 0.5f;
}
float Tone(double i) {
  return static_cast<float>(0.5 * std::sin(2.0 * std::numbers::pi * 997.0 * i / kRateHz));
}

// An input and an output device with clocks and blocks of their own, in simulated time.
struct Devices {
  ClockBridge& bridge;
  size_t input_block;
  size_t output_block;
  double output_rate_hz = kRateHz;  // on the input's clock
  bool tone = false;
  uint64_t pushed = 0;
  double input_ns = 0.0;
  double output_ns = 0.0;
  std::vector<float> heard = {};
  std::vector<float> block = {};

  void Push() {
    block.resize(input_block);
    for (size_t i = 0; i < input_block; ++i) {
      block[i] = tone ? Tone(static_cast<double>(pushed + i)) : Sound(pushed + i);
    }
    pushed += input_block;
    input_ns += 1e9 * static_cast<double>(input_block) / kRateHz;
    const float* planes[] = {block.data()};
    bridge.Push(planes, input_block, static_cast<int64_t>(input_ns));
  }
  void Pop() {
    block.resize(output_block);
    output_ns += 1e9 * static_cast<double>(output_block) / output_rate_hz;
    float* planes[] = {block.data()};
    bridge.Pop(planes, output_block, static_cast<int64_t>(output_ns));
    heard.insert(heard.end(), block.begin(), block.end());
  }
  void Run(double seconds) {
    const double end = std::max(input_ns, output_ns) + 1e9 * seconds;
    while (std::min(input_ns, output_ns) < end) {
      // The one whose block ends first.
      if (input_ns + 1e9 * static_cast<double>(input_block) / kRateHz <=
          output_ns + 1e9 * static_cast<double>(output_block) / output_rate_hz) {
        Push();
      } else {
        Pop();
      }
    }
  }
  // The place of the last heard sample in the sound.
  int64_t LastPlace() const {
    for (int64_t i = static_cast<int64_t>(pushed) - 1; i >= 0; --i) {
      if (Sound(static_cast<uint64_t>(i)) == heard.back() &&
          Sound(static_cast<uint64_t>(i) - 1) == heard[heard.size() - 2] &&
          Sound(static_cast<uint64_t>(i) - 2) == heard[heard.size() - 3]) {
        return i;
      }
    }
    return -1;
  }
};

TEST(ClockBridgeTest, OneClockGivesTheSameBitsAfterAConstantDelay) {
  for (const auto& [in, out] : std::vector<std::pair<size_t, size_t>>{
           {64, 64}, {480, 480}, {1024, 256}, {441, 1024}, {480, 512}}) {
    for (const bool two_clocks : {false, true}) {
      ClockBridge bridge({.target_samples = 2 * std::max(in, out), .two_clocks = two_clocks});
      Devices devices{bridge, in, out};
      devices.Run(15.0);
      EXPECT_EQ(bridge.gaps(), 0u) << in << " " << out;
      EXPECT_EQ(bridge.drops(), 0u);
      EXPECT_EQ(bridge.ratio(), 1.0);
      // From the first sound on, each sample follows on the one before.
      const auto first = std::find_if(devices.heard.begin(), devices.heard.end(),
                                      [](float value) { return value != 0.0f; });
      const auto length = static_cast<uint64_t>(devices.heard.end() - first);
      const int64_t last = devices.LastPlace();
      ASSERT_GE(last, static_cast<int64_t>(length) - 1);
      for (uint64_t i = 0; i < length; ++i) {
        ASSERT_EQ(*(first + static_cast<int64_t>(i)),
                  Sound(static_cast<uint64_t>(last) - (length - 1) + i))
            << in << " " << out << " at " << i;
      }
    }
  }
}

TEST(ClockBridgeTest, NothingGoesOutBeforeTheTargetIsThere) {
  ClockBridge bridge({.target_samples = 300});
  Devices devices{bridge, 100, 100};
  devices.Push();
  devices.Push();
  devices.Pop();
  EXPECT_EQ(devices.heard.back(), 0.0f);
  EXPECT_EQ(bridge.gaps(), 0u);  // sound has not begun
  devices.Push();
  devices.Pop();
  EXPECT_EQ(devices.heard.back(), Sound(99));
}

TEST(ClockBridgeTest, ABurstAtTheStartBringsNoDelay) {
  ClockBridge bridge({.target_samples = 200});
  Devices devices{bridge, 100, 100};
  for (int i = 0; i < 50; ++i) devices.Push();
  devices.Pop();
  EXPECT_EQ(devices.heard.back(), Sound(5000 - 200 + 99));
}

TEST(ClockBridgeTest, AGapIsCountedAndTheTargetGrows) {
  ClockBridge bridge({.target_samples = 200});
  Devices devices{bridge, 100, 100};
  devices.Run(1.0);
  EXPECT_EQ(bridge.gaps(), 0u);
  for (int i = 0; i < 5; ++i) devices.Pop();  // the input is held up
  EXPECT_EQ(bridge.gaps(), 1u);
  EXPECT_EQ(devices.heard.back(), 0.0f);
  EXPECT_EQ(bridge.target_samples(), 300u);
  devices.input_ns = devices.output_ns;
  devices.Run(1.0);
  EXPECT_EQ(bridge.gaps(), 1u);
  EXPECT_NE(devices.heard.back(), 0.0f);
}

TEST(ClockBridgeTest, DelayThatCameWithALateBurstGoesAgain) {
  ClockBridge bridge({.target_samples = 960});
  Devices devices{bridge, 480, 480};
  devices.Run(2.0);
  const double before = bridge.delay_samples();
  for (int i = 0; i < 20; ++i) devices.Push();  // ten blocks a second too early
  devices.input_ns = devices.output_ns;
  devices.Run(12.0);
  EXPECT_NEAR(bridge.delay_samples(), before, 480.0);
  EXPECT_GT(bridge.drops(), 0u);
}

TEST(ClockBridgeTest, ClocksThatDifferAreFollowedWithoutAGap) {
  for (const double drift_ppm : {150.0, -150.0}) {
    ClockBridge bridge({.target_samples = 1200, .two_clocks = true});
    Devices devices{bridge, 480, 480};
    devices.output_rate_hz = kRateHz * (1.0 + 1e-6 * drift_ppm);
    devices.tone = true;
    devices.Run(300.0);
    EXPECT_EQ(bridge.gaps(), 0u) << drift_ppm;
    EXPECT_EQ(bridge.drops(), 0u) << drift_ppm;
    EXPECT_NEAR((bridge.ratio() - 1.0) * 1e6, -drift_ppm, 0.3 * std::fabs(drift_ppm));
    // The delay stays: within 2 ms of where it began.
    EXPECT_NEAR(bridge.delay_samples(), 1232.0 + 240.0, 0.005 * kRateHz);
    // The tone is a tone: neighbours of its last second obey the recurrence of a sine, whose
    // frequency the follower moves by a few parts in a million.
    const double k = 2.0 * std::cos(2.0 * std::numbers::pi * 997.0 / kRateHz * bridge.ratio());
    double error = 0.0;
    double power = 0.0;
    const size_t size = devices.heard.size();
    for (size_t i = size - kRateHz; i + 1 < size; ++i) {
      const double next = k * devices.heard[i] - devices.heard[i - 1];
      error += (next - devices.heard[i + 1]) * (next - devices.heard[i + 1]);
      power += devices.heard[i] * devices.heard[i];
    }
    EXPECT_GT(10.0 * std::log10(power / error), 90.0) << drift_ppm;
  }
}

// Run under ThreadSanitizer, this is also the test of the queue's order of memory.
TEST(ClockBridgeTest, TwoThreadsGetWhatWasPushed) {
  ClockBridge bridge({.target_samples = 4096});
  std::atomic<bool> done{false};
  std::atomic<uint64_t> pushed{0};
  std::atomic<uint64_t> popped{0};
  constexpr uint64_t kSamples = 480000;
  // Neither goes further ahead of the other, however the machine lets them run. What comes out as
  // silence counts, too.
  constexpr uint64_t kMostAhead = 8192;
  std::thread input([&] {
    std::vector<float> block(96);
    for (uint64_t at = 0; at < kSamples; at += block.size()) {
      for (size_t i = 0; i < block.size(); ++i) block[i] = Sound(at + i);
      const float* planes[] = {block.data()};
      while (at > popped + kMostAhead) std::this_thread::yield();
      bridge.Push(planes, block.size(), 0);
      pushed = at + block.size();
      if (at % 4800 == 0) std::this_thread::yield();
    }
    done = true;
  });
  std::vector<float> block(96);
  uint64_t place = 0;
  bool began = false;
  uint64_t checked = 0;
  uint64_t drops = 0;
  while (!done || checked < kSamples / 4) {
    float* planes[] = {block.data()};
    while (!done && popped > pushed + kMostAhead) std::this_thread::yield();
    bridge.Pop(planes, block.size(), 0);
    popped += block.size();
    if (bridge.drops() != drops) began = false;
    drops = bridge.drops();
    if (block.front() == 0.0f && block.back() == 0.0f) {
      if (done) break;
      began = false;
      continue;
    }
    if (!began) {
      // After a start, a gap or a drop the place is where the sound says.
      while (place + block.size() < kSamples &&
             !(Sound(place) == block[0] && Sound(place + 1) == block[1] &&
               Sound(place + 2) == block[2])) {
        ++place;
      }
      began = true;
    }
    size_t wrong = 0;
    for (size_t i = 0; i < block.size(); ++i) wrong += block[i] != Sound(place + i) ? 1 : 0;
    EXPECT_EQ(wrong, 0u) << "at " << place;
    place += block.size();
    checked += block.size();
  }
  input.join();
  EXPECT_GT(checked, 0u);
}

}  // namespace
}  // namespace dfn
