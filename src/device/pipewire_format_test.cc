#include "device/pipewire_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace dfn {
namespace {

using testing::ElementsAreArray;

// What spa_format_audio_raw_build of PipeWire 0.3.65 writes for planar floats, 48 kHz, mono.
const std::vector<uint32_t> kMonoWords = {
    0xa0,    0xf, 0x40003, 3, 1, 0, 4,       3, 1,       0,   2, 0, 4,      3,
    1,       0,   0x10001, 0, 4, 3, 0x206,   0, 0x10003, 0,   4, 4, 0xbb80, 0,
    0x10004, 0,   4,       4, 1, 0, 0x10005, 0, 0xc,     0xd, 4, 3, 2,      0};

TEST(PipewireFormatTest, IsWhatTheLibraryItselfWrites) {
  const PipewireFormat format(1, 48000);
  EXPECT_THAT(format.words(), ElementsAreArray(kMonoWords));
}

TEST(PipewireFormatTest, TwoChannelsHaveTwoPlaces) {
  const PipewireFormat format(2, 44100);
  const auto words = format.words();
  // The size is that of all behind the first two words, in bytes.
  EXPECT_EQ(words[0], (words.size() - 2) * sizeof(uint32_t));
  EXPECT_EQ(words[words.size() - 2], pw::kChannelLeft);
  EXPECT_EQ(words[words.size() - 1], pw::kChannelRight);
}

TEST(PipewireFormatTest, ARateIsReadBack) {
  EXPECT_EQ(RateIn(PipewireFormat(1, 96000).pod()), 96000u);
  EXPECT_EQ(RateIn(PipewireFormat(2, 8000).pod()), 8000u);
  EXPECT_EQ(RateIn(nullptr), 0u);
}

}  // namespace
}  // namespace dfn
