#include "media/track_plan.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/path_text.h"

namespace dfn {
namespace {

int64_t First(const char* output, size_t rate_hz, int64_t sound_sample, double delay_samples,
              double lead_samples = 0.0) {
  const auto rate = static_cast<double>(rate_hz);
  return FirstSample(*FindMediaTarget(PathOf(output)), rate_hz, sound_sample,
                     {.seconds = delay_samples / rate, .lead_seconds = lead_samples / rate});
}

TEST(TrackPlanTest, EditListsTellEverySample) {
  for (const int64_t sample : {-24, 0, 1, 12345})
    EXPECT_EQ(First("a.mp4", 48000, sample, 1024), sample);
}

TEST(TrackPlanTest, WithoutTimeStampsTheDelayIsCut) {
  EXPECT_EQ(First("a.avi", 44100, 0, 1105), 1105);
  EXPECT_EQ(First("a.aac", 48000, 0, 1024), 1024);
  EXPECT_EQ(First("a.avi", 48000, 0, 0), 0);
}

// The first packet that is heard begins within half a sample of a tick, and none below zero; no sound
// is lost where there is room for the delay, and less than a tick of silence is put in front.
TEST(TrackPlanTest, TracksBeginOnTicks) {
  for (const char* output : {"a.mkv", "a.flv", "a.ts"}) {
    const double ticks_hz = FindMediaTarget(PathOf(output))->ticks_hz;
    for (const size_t rate_hz : {8000u, 44100u, 48000u}) {
      const auto rate = static_cast<double>(rate_hz);
      for (const int64_t sound : {0, 1, 1014, 5000, 48000, 1'000'003}) {
        for (const double delay : {0.0, 128.0, 256.0, 1024.0, 1105.0}) {
          const int64_t first = First(output, rate_hz, sound, delay);
          const double ticks = (static_cast<double>(first) - delay) / rate * ticks_hz;
          EXPECT_LE(std::fabs(ticks - std::round(ticks)) * rate / ticks_hz, 0.5 + 1e-6);
          EXPECT_GE(first, static_cast<int64_t>(delay));
          if (static_cast<double>(sound) > delay + rate / 1000.0) {
            EXPECT_LE(first, sound);
            EXPECT_GE(first, sound - static_cast<int64_t>(rate / ticks_hz) - 1);
          }
        }
      }
    }
  }
}

// A time stamp that was rounded to a millisecond becomes the same one again.
TEST(TrackPlanTest, LosslessTracksBeginWhereTheyDid) {
  for (int64_t millisecond = 0; millisecond < 100; ++millisecond) {
    const int64_t sample = std::llround(static_cast<double>(millisecond) * 44.1);
    EXPECT_EQ(First("a.mkv", 44100, sample, 0), sample);
  }
}

}  // namespace
}  // namespace dfn
