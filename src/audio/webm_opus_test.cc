#include "audio/webm_opus.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace dfn {
namespace {

std::vector<float> SlowlyRisingTone(size_t samples) {
  std::vector<float> tone(samples);
  for (size_t i = 0; i < samples; ++i) {
    const double time = static_cast<double>(i) / static_cast<double>(kOpusRateHz);
    tone[i] =
        static_cast<float>(0.3 * std::sin(2.0 * std::numbers::pi * (200.0 + 100.0 * time) * time));
  }
  return tone;
}

TEST(WebmOpusTest, HasTheMarksOfWebmAndAboutTheBitsAskedFor) {
  const std::vector<float> tone = SlowlyRisingTone(10 * kOpusRateHz);
  size_t last = 0;
  for (const double bits : {20000.0, 64000.0}) {
    const auto file = EncodeWebmOpus(tone, bits);
    ASSERT_TRUE(file.ok()) << file.error().message;
    EXPECT_EQ(file->substr(0, 4), "\x1a\x45\xdf\xa3");
    EXPECT_NE(file->find("A_OPUS"), std::string::npos);
    EXPECT_NE(file->find("OpusHead"), std::string::npos);
    // A variable rate: a tone takes less than speech.
    const double found = static_cast<double>(file->size()) * 8.0 / 10.0;
    EXPECT_LT(found, 1.5 * bits);
    EXPECT_GT(found, 0.2 * bits);
    EXPECT_GT(file->size(), last);
    last = file->size();
  }
}

TEST(WebmOpusTest, SilenceAndOneSampleAreSoundsToo) {
  for (const size_t samples : {1u, 480u, 48000u}) {
    const auto file = EncodeWebmOpus(std::vector<float>(samples, 0.0f), 32000.0);
    ASSERT_TRUE(file.ok()) << samples;
  }
}

TEST(WebmOpusTest, RefusesWhatOneClusterCannotHold) {
  const auto file = EncodeWebmOpus(std::vector<float>(33 * kOpusRateHz), 6000.0);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::kInvalidArgument);
}

TEST(WebmOpusTest, RefusesBytesThatAreNoOggOpus) {
  for (const std::string bytes : {"", "OggS", "RIFF....WAVE"}) {
    const auto file = WebmFromOgg(bytes);
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().code, ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace dfn
