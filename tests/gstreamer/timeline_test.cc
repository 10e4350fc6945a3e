// Tests the count of samples and times on its own, at sizes that no test can play through.
#include "gstreamer/timeline.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

namespace dfn::gst {
namespace {

TEST(GstTimeline, ConvertsExactlyForYears) {
  constexpr uint64_t kYears = 100ull * 365 * 24 * 3600;
  for (const uint32_t rate_hz : {8000u, 11025u, 44100u, 48000u, 192000u}) {
    for (const uint64_t samples :
         {uint64_t{0}, uint64_t{1}, uint64_t{441}, uint64_t{rate_hz} * 86400 + 7,
          uint64_t{rate_hz} * kYears + 12345}) {
      EXPECT_EQ(NsToSamples(SamplesToNs(samples, rate_hz), rate_hz), samples) << rate_hz;
    }
  }
  EXPECT_EQ(SamplesToNs(1, 44100), 22675u);
  EXPECT_EQ(SamplesToNs(44100, 44100), kSecondNs);
}

// Times that are rounded down at each buffer never add up to an error.
TEST(GstTimeline, RoundingDoesNotGrow) {
  Timeline timeline(44100, 1827);
  uint64_t count = 0;
  for (size_t i = 0; i < 100000; ++i) {
    const Timeline::Part part = timeline.Take(441, 5 + SamplesToNs(count, 44100));
    count += 441;
    if (part.samples > 0) {
      ASSERT_EQ(part.time_ns, 5 + SamplesToNs(part.first, 44100));
    }
  }
}

TEST(GstTimeline, PartsCoverTheInputOnce) {
  Timeline timeline(48000, 1000);
  uint64_t next = 0;
  for (const size_t samples : {1, 0, 400, 599, 1, 5000, 3}) {
    const Timeline::Part part = timeline.Take(samples, kNoTime);
    EXPECT_EQ(part.skip + part.samples, samples);
    EXPECT_EQ(part.first, next);
    next += part.samples;
  }
  const Timeline::Part rest = timeline.Rest();
  EXPECT_EQ(rest.first, next);
  EXPECT_EQ(rest.skip, 0u);
  EXPECT_EQ(next + rest.samples, timeline.heard());
}

TEST(GstTimeline, ManyJumpsWithinTheDelayFit) {
  Timeline timeline(48000, 1000);
  uint64_t time = 0;
  for (size_t i = 0; i < 3000; ++i) {
    time += SamplesToNs(1, 48000) + 1'000'000;  // each sample is a millisecond late
    const Timeline::Part part = timeline.Take(1, time);
    if (part.samples > 0) {
      ASSERT_LE(part.time_ns, time);
    }
  }
}

TEST(GstTimeline, JudgesByTheFlag) {
  Timeline timeline(48000, 1000);
  EXPECT_EQ(timeline.Judge(123, true, 0).kind, Timeline::Verdict::kContinue);
  timeline.Take(48000, 0);
  constexpr uint64_t kMs = 1'000'000;
  const auto judge = [&](uint64_t time_ns, bool flag) {
    return timeline.Judge(time_ns, flag, 200 * kMs);
  };
  EXPECT_EQ(judge(kNoTime, true).kind, Timeline::Verdict::kContinue);
  EXPECT_EQ(judge(kSecondNs + 1 * kMs, true).kind, Timeline::Verdict::kContinue);
  EXPECT_EQ(judge(kSecondNs - 1 * kMs, true).kind, Timeline::Verdict::kContinue);
  EXPECT_EQ(judge(kSecondNs + 2 * kMs, true).kind, Timeline::Verdict::kBridge);
  EXPECT_EQ(judge(kSecondNs - 2 * kMs, true).kind, Timeline::Verdict::kRestart);
  EXPECT_EQ(judge(kSecondNs + 999 * kMs, false).kind, Timeline::Verdict::kContinue);
  EXPECT_EQ(judge(kSecondNs - 999 * kMs, false).kind, Timeline::Verdict::kContinue);
  EXPECT_EQ(judge(kSecondNs + 30 * kMs, true).kind, Timeline::Verdict::kBridge);
  EXPECT_EQ(judge(kSecondNs + 30 * kMs, true).bridge_samples, 1440u);
  EXPECT_EQ(judge(kSecondNs - 30 * kMs, true).kind, Timeline::Verdict::kRestart);
  EXPECT_EQ(judge(kSecondNs + 200 * kMs, true).bridge_samples, 9600u);
  EXPECT_EQ(judge(kSecondNs + 201 * kMs, true).kind, Timeline::Verdict::kRestart);
  EXPECT_EQ(judge(3 * kSecondNs, false).kind, Timeline::Verdict::kRestart);
  EXPECT_EQ(judge(0, true).kind, Timeline::Verdict::kRestart);
}

}  // namespace
}  // namespace dfn::gst
