#include "audio/channel_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <numbers>

#include "audio/testing/sound_files.h"
#include "base/testing/scratch_folder.h"

namespace dfn {
namespace {

using testing::ElementsAre;

constexpr int kWav = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
constexpr int kExtensible = SF_FORMAT_WAVEX | SF_FORMAT_PCM_16;
constexpr int kRf64 = SF_FORMAT_RF64 | SF_FORMAT_PCM_16;
constexpr int kCaf = SF_FORMAT_CAF | SF_FORMAT_PCM_16;
constexpr int kAiff = SF_FORMAT_AIFF | SF_FORMAT_PCM_16;
constexpr int kFlac = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
constexpr int kVorbis = SF_FORMAT_OGG | SF_FORMAT_VORBIS;
constexpr int kOpus = SF_FORMAT_OGG | SF_FORMAT_OPUS;

constexpr size_t kSlotFrames = 9600;

// One channel after the other sounds for a fifth of a second, low enough for a subwoofer.
std::vector<float> ChannelsInTurns(size_t channels) {
  std::vector<float> samples(channels * channels * kSlotFrames);
  for (size_t i = 0; i < channels * kSlotFrames; ++i) {
    const double phase = 2.0 * std::numbers::pi * 60.0 * static_cast<double>(i) / 48000.0;
    samples[i * channels + i / kSlotFrames] = 0.5f * static_cast<float>(std::sin(phase));
  }
  return samples;
}

// For each channel the slot in which it is loudest.
std::vector<size_t> Turns(std::span<const float> samples, size_t channels) {
  std::vector<size_t> turns(channels);
  for (size_t c = 0; c < channels; ++c) {
    std::vector<double> energy(channels);
    for (size_t i = c; i < samples.size(); i += channels) {
      const size_t slot = std::min(i / channels / kSlotFrames, channels - 1);
      energy[slot] += samples[i] * samples[i];
    }
    turns[c] = static_cast<size_t>(std::max_element(energy.begin(), energy.end()) - energy.begin());
  }
  return turns;
}

// In the file's own order.
std::vector<size_t> TurnsInFile(const std::filesystem::path& path) {
  SF_INFO info{};
  SNDFILE* file = sf_open(path.string().c_str(), SFM_READ, &info);
  EXPECT_NE(file, nullptr);
  if (file == nullptr) return {};
  const auto channels = static_cast<size_t>(info.channels);
  std::vector<float> samples(static_cast<size_t>(info.frames) * channels);
  sf_readf_float(file, samples.data(), info.frames);
  sf_close(file);
  return Turns(samples, channels);
}

std::vector<size_t> InOrder(size_t channels) {
  std::vector<size_t> order(channels);
  for (size_t c = 0; c < channels; ++c) order[c] = c;
  return order;
}

uint32_t SpeakersAfter(int format, size_t channels, uint32_t speakers) {
  const ScratchFolder folder;
  WriteWhole(folder / "sound", format, channels, std::vector<float>(1000 * channels),
             {.speakers = speakers});
  return ReadWhole(folder / "sound").info.details.speakers;
}

// Which of WAV's channels stands where, by the specifications of Vorbis and of Opus in Ogg.
const std::vector<std::vector<size_t>> kFileOrders = {
    {0},                       // centre
    {0, 1},                    // left, right
    {0, 2, 1},                 // left, centre, right
    {0, 1, 2, 3},              // front, back
    {0, 2, 1, 3, 4},           // left, centre, right, back
    {0, 2, 1, 4, 5, 3},        // the same, subwoofer
    {0, 2, 1, 5, 6, 4, 3},     // left, centre, right, sides, back centre, subwoofer
    {0, 2, 1, 6, 7, 4, 5, 3},  // left, centre, right, sides, back, subwoofer
};
constexpr uint32_t kUsualSpeakers[] = {0, 0, 0x7, 0x33, 0x37, 0x3f, 0x70f, 0x63f};

class OggOrderTest : public testing::TestWithParam<int> {};

TEST_P(OggOrderTest, IsThatOfTheSpecificationBothWays) {
  for (size_t channels = 1; channels <= 8; ++channels) {
    const ScratchFolder folder;
    for (const uint32_t speakers : {kUsualSpeakers[channels - 1], uint32_t{0}}) {
      WriteWhole(folder / "a.ogg", GetParam(), channels, ChannelsInTurns(channels),
                 {.speakers = speakers});
      EXPECT_EQ(TurnsInFile(folder / "a.ogg"), kFileOrders[channels - 1]);
      const WholeSoundFile read = ReadWhole(folder / "a.ogg");
      EXPECT_EQ(Turns(read.samples, channels), InOrder(channels));
      EXPECT_EQ(read.info.details.speakers, kUsualSpeakers[channels - 1]);
    }
  }
}

// A sound whose surround channels are at the side where Vorbis has them at the back, or the other
// way round, is the same sound; one that has other speakers keeps the places of its channels.
TEST_P(OggOrderTest, OtherSpeakersGetTheNearestPlaces) {
  const ScratchFolder folder;
  const auto order = [&](size_t channels, uint32_t speakers) {
    WriteWhole(folder / "a.ogg", GetParam(), channels, ChannelsInTurns(channels),
               {.speakers = speakers});
    return TurnsInFile(folder / "a.ogg");
  };
  EXPECT_THAT(order(4, 0x603), ElementsAre(0, 1, 2, 3));             // sides
  EXPECT_THAT(order(6, 0x60f), ElementsAre(0, 2, 1, 4, 5, 3));       // sides
  EXPECT_THAT(order(7, 0x13f), ElementsAre(0, 2, 1, 4, 5, 6, 3));    // back left, right, centre
  EXPECT_THAT(order(8, 0xff), ElementsAre(0, 2, 1, 6, 7, 4, 5, 3));  // left and right of centre
  EXPECT_THAT(order(4, 0xf), ElementsAre(0, 1, 2, 3));               // subwoofer
}

INSTANTIATE_TEST_SUITE_P(All, OggOrderTest, testing::Values(kVorbis, kOpus),
                         [](const auto& tested) {
                           return tested.param == kOpus ? "Opus" : "Vorbis";
                         });

TEST(ChannelOrderTest, MoreChannelsThanSpeakersStayWhereTheyAre) {
  const ScratchFolder folder;
  WriteWhole(folder / "a.ogg", kVorbis, 9, ChannelsInTurns(9), {});
  EXPECT_EQ(TurnsInFile(folder / "a.ogg"), InOrder(9));
  EXPECT_EQ(ReadWhole(folder / "a.ogg").info.details.speakers, 0u);
}

// The check sum of an Ogg page, of which the field for it is 0.
uint32_t OggSum(std::string_view page) {
  uint32_t sum = 0;
  for (const char c : page) {
    sum ^= uint32_t{static_cast<uint8_t>(c)} << 24;
    for (int bit = 0; bit < 8; ++bit) sum = sum << 1 ^ (sum >> 31 != 0 ? 0x04c11db7 : 0);
  }
  return sum;
}

TEST(ChannelOrderTest, OpusChannelsWithoutSpeakersStayWhereTheyAre) {
  const ScratchFolder folder;
  WriteWhole(folder / "a.opus", kOpus, 6, ChannelsInTurns(6), {});
  const std::vector<size_t> in_file = TurnsInFile(folder / "a.opus");
  std::fstream file(folder / "a.opus", std::ios::in | std::ios::out | std::ios::binary);
  std::string page(28 + 21 + 6, '\0');
  file.read(page.data(), static_cast<std::streamsize>(page.size()));
  page[28 + 18] = static_cast<char>(255);  // the mapping family: channels that nobody names
  page.replace(22, 4, 4, '\0');
  const uint32_t sum = OggSum(page);
  for (int i = 0; i < 4; ++i) page[22 + static_cast<size_t>(i)] = static_cast<char>(sum >> 8 * i);
  file.seekp(0);
  file.write(page.data(), static_cast<std::streamsize>(page.size()));
  file.close();
  const WholeSoundFile read = ReadWhole(folder / "a.opus");
  EXPECT_EQ(Turns(read.samples, 6), in_file);
  EXPECT_EQ(read.info.details.speakers, 0u);
}

TEST(ChannelOrderTest, MasksAreKept) {
  for (const int format : {kExtensible, kRf64, SF_FORMAT_WAV | SF_FORMAT_FLOAT, kWav}) {
    for (const uint32_t speakers : {0x7u, 0xbu})
      EXPECT_EQ(SpeakersAfter(format, 3, speakers), speakers);
    for (const uint32_t speakers : {0x33u, 0x603u, 0xfu, 0x107u, 0x5003u})
      EXPECT_EQ(SpeakersAfter(format, 4, speakers), speakers);
    for (const uint32_t speakers : {0x3fu, 0x60fu, 0x633u, 0x3f000u})
      EXPECT_EQ(SpeakersAfter(format, 6, speakers), speakers);
    EXPECT_EQ(SpeakersAfter(format, 8, 0xff), 0xffu);
  }
  EXPECT_EQ(SpeakersAfter(kExtensible, 2, 0x30), 0x30u);
  EXPECT_EQ(SpeakersAfter(kExtensible, 1, 0x1), 0x1u);
}

TEST(ChannelOrderTest, AppleLayoutsAreKept) {
  EXPECT_EQ(SpeakersAfter(kCaf, 3, 0xb), 0xbu);
  EXPECT_EQ(SpeakersAfter(kCaf, 4, 0x107), 0x107u);
  EXPECT_EQ(SpeakersAfter(kCaf, 6, 0x3f), 0x3fu);
  EXPECT_EQ(SpeakersAfter(kCaf, 6, 0x60f), 0x3fu);  // one pair of surround speakers
  EXPECT_EQ(SpeakersAfter(kCaf, 8, 0x63f), 0u);     // libsndfile names no more than seven
  EXPECT_EQ(SpeakersAfter(kAiff, 6, 0x3f), 0u);     // written, not read
}

// Apple's "MPEG 5.1 D": centre, left, right, both surrounds, subwoofer.
TEST(ChannelOrderTest, FilesInAnotherOrderAreReadInOurs) {
  const ScratchFolder folder;
  SF_INFO info{.frames = 0,
               .samplerate = 48000,
               .channels = 6,
               .format = kCaf,
               .sections = 0,
               .seekable = 0};
  SNDFILE* file = sf_open((folder / "a.caf").string().c_str(), SFM_WRITE, &info);
  ASSERT_NE(file, nullptr);
  int map[] = {SF_CHANNEL_MAP_CENTER,    SF_CHANNEL_MAP_LEFT,       SF_CHANNEL_MAP_RIGHT,
               SF_CHANNEL_MAP_REAR_LEFT, SF_CHANNEL_MAP_REAR_RIGHT, SF_CHANNEL_MAP_LFE};
  ASSERT_EQ(sf_command(file, SFC_SET_CHANNEL_MAP_INFO, map, sizeof(map)), SF_TRUE);
  const std::vector<float> samples = ChannelsInTurns(6);
  sf_writef_float(file, samples.data(), static_cast<sf_count_t>(samples.size() / 6));
  sf_close(file);
  const WholeSoundFile read = ReadWhole(folder / "a.caf");
  EXPECT_EQ(read.info.details.speakers, 0x3fu);
  EXPECT_THAT(Turns(read.samples, 6), ElementsAre(1, 2, 0, 5, 3, 4));
}

TEST(ChannelOrderTest, FlacHasTheSpeakersOfItsSpecification) {
  const ScratchFolder folder;
  for (size_t channels = 1; channels <= 8; ++channels) {
    WriteWhole(folder / "a.flac", kFlac, channels, ChannelsInTurns(channels),
               {.speakers = kUsualSpeakers[channels - 1]});
    EXPECT_EQ(TurnsInFile(folder / "a.flac"), InOrder(channels));
    EXPECT_EQ(ReadWhole(folder / "a.flac").info.details.speakers, kUsualSpeakers[channels - 1]);
  }
}

TEST(ChannelOrderTest, AHeaderMakesNoStatementThatNobodyMade) {
  EXPECT_EQ(SpeakersAfter(kWav, 6, 0), 0u);
  EXPECT_EQ(SpeakersAfter(kExtensible, 6, 0), 0u);
  EXPECT_EQ(FormatWithSpeakers(kWav, 48000, 2, 0x3), kWav);
  EXPECT_EQ(FormatWithSpeakers(kWav, 48000, 6, 0), kWav);
  EXPECT_EQ(FormatWithSpeakers(kExtensible, 48000, 2, 0), kExtensible);
}

// A header that was begun as RF64 because nobody knew the length.
TEST(ChannelOrderTest, MasksAreKeptWhereTheLengthIsUnknown) {
  const ScratchFolder folder;
  WriteWhole(folder / "a.wav", kWav, 6, ChannelsInTurns(6), {.speakers = 0x60f}, std::nullopt);
  const WholeSoundFile read = ReadWhole(folder / "a.wav");
  EXPECT_EQ(read.info.details.speakers, 0x60fu);
  EXPECT_EQ(Turns(read.samples, 6), InOrder(6));
}

}  // namespace
}  // namespace dfn
