#include "audio/sound_tags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "audio/testing/signal.h"
#include "audio/testing/sound_files.h"
#include "base/testing/file_content.h"
#include "base/testing/scratch_folder.h"
#include "base/utf8.h"

namespace dfn {
namespace {

using Texts = std::map<int, std::string>;

Texts TextsOf(const SoundDetails& details) {
  Texts texts;
  for (const SoundTag& tag : details.tags) texts[tag.field] = tag.text;
  return texts;
}

const std::vector<int> kAllFields = {SF_STR_TITLE,   SF_STR_ARTIST,    SF_STR_ALBUM,
                                     SF_STR_DATE,    SF_STR_GENRE,     SF_STR_TRACKNUMBER,
                                     SF_STR_COMMENT, SF_STR_COPYRIGHT, SF_STR_LICENSE};

struct FormatCase {
  const char* name;
  int format;
  std::vector<int> lost = {};
};

class TagFormatTest : public testing::TestWithParam<FormatCase> {};

TEST_P(TagFormatTest, KeepsWhatItHasAPlaceFor) {
  SoundDetails details;
  for (const int field : kAllFields) {
    // AIFF's copyright is ASCII by its specification.
    const bool ascii = field == SF_STR_COPYRIGHT;
    details.tags.push_back(
        {field, std::to_string(field) + (ascii ? " text" : " t\xc3\xa4g \xe6\x97\xa5")});
  }
  Texts expected = TextsOf(details);
  for (const int field : GetParam().lost) expected.erase(field);
  const ScratchFolder folder;
  WriteWhole(folder / "a", GetParam().format, 2, TestNoise(2 * 48000), details);
  const WholeSoundFile read = ReadWhole(folder / "a");
  EXPECT_EQ(TextsOf(read.info.details), expected);
  // The samples are those of a file without tags.
  WriteWhole(folder / "plain", GetParam().format, 2, TestNoise(2 * 48000), {});
  EXPECT_EQ(read.samples, ReadWhole(folder / "plain").samples);
  EXPECT_TRUE(ReadWhole(folder / "plain").info.details.tags.empty());
}

TEST_P(TagFormatTest, HostileTagsLeaveTheSoundWhole) {
  SoundDetails details;
  for (const int field : kAllFields) {
    details.tags.push_back({field, CleanTag(std::string(3'000'000, 'x') + "\x01\xff")});
  }
  const ScratchFolder folder;
  WriteWhole(folder / "a", GetParam().format, 2, TestNoise(2 * 48000), details);
  const WholeSoundFile read = ReadWhole(folder / "a");
  for (const auto& [field, text] : TextsOf(read.info.details)) EXPECT_GE(text.size(), 1800u);
  EXPECT_EQ(TextsOf(read.info.details).size(), kAllFields.size() - GetParam().lost.size());
  WriteWhole(folder / "plain", GetParam().format, 2, TestNoise(2 * 48000), {});
  EXPECT_EQ(read.samples, ReadWhole(folder / "plain").samples);
}

TEST_P(TagFormatTest, TheSameTagsMakeTheSameFile) {
  if ((GetParam().format & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG) return;  // a random serial number
  const ScratchFolder folder;
  const SoundDetails details = {.tags = {{SF_STR_TITLE, "T"}, {SF_STR_COMMENT, "C"}}};
  WriteWhole(folder / "a", GetParam().format, 2, TestNoise(2 * 4800), details);
  WriteWhole(folder / "b", GetParam().format, 2, TestNoise(2 * 4800), details);
  EXPECT_EQ(FileContent(folder / "a"), FileContent(folder / "b"));
}

INSTANTIATE_TEST_SUITE_P(
    All, TagFormatTest,
    testing::Values(FormatCase{"Wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, {SF_STR_LICENSE}},
                    FormatCase{"Extensible", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, {SF_STR_LICENSE}},
                    FormatCase{"Rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_16, {SF_STR_LICENSE}},
                    FormatCase{"Caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16},
                    FormatCase{"Flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
                    FormatCase{"Vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
                    FormatCase{"Opus", SF_FORMAT_OGG | SF_FORMAT_OPUS},
                    FormatCase{"Mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, {SF_STR_LICENSE}},
                    FormatCase{"Aiff",
                               SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
                               {SF_STR_ALBUM, SF_STR_DATE, SF_STR_GENRE, SF_STR_TRACKNUMBER,
                                SF_STR_LICENSE}},
                    FormatCase{"W64", SF_FORMAT_W64 | SF_FORMAT_PCM_16, kAllFields},
                    FormatCase{"Au", SF_FORMAT_AU | SF_FORMAT_PCM_16, kAllFields}),
    [](const auto& tested) { return tested.param.name; });

TEST(SoundTagsTest, TextIsCleanUtf8) {
  EXPECT_EQ(CleanTag("Tr\xc3\xa4ume \xf0\x9f\x8e\xa7"), "Tr\xc3\xa4ume \xf0\x9f\x8e\xa7");
  EXPECT_EQ(CleanTag("two\nlines\tand\r \x1b[31m\x7f\xc2\x9b"), "two\nlines\tand [31m");
  EXPECT_EQ(CleanTag("caf\xe9 \x80 \x93quoted\x94 \x81"),
            "caf\xc3\xa9 \xe2\x82\xac \xe2\x80\x9cquoted\xe2\x80\x9d ");
  EXPECT_EQ(CleanTag(""), "");
  EXPECT_EQ(CleanTag("\x01\x02"), "");
}

TEST(SoundTagsTest, TextIsCutBetweenCharacters) {
  std::string text = "a";
  for (int i = 0; i < 100'000; ++i) text += "\xe2\x82\xac";
  const std::string clean = CleanTag(text);
  EXPECT_LE(clean.size(), kMostTagBytes);
  EXPECT_GT(clean.size(), kMostTagBytes - 4);
  EXPECT_TRUE(IsUtf8(clean));
}

TEST(SoundTagsTest, TheWriterOfTheInputIsNotThatOfTheOutput) {
  const ScratchFolder folder;
  SF_INFO info{.frames = 0,
               .samplerate = 48000,
               .channels = 1,
               .format = SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
               .sections = 0,
               .seekable = 0};
  SNDFILE* file = sf_open((folder / "a.flac").string().c_str(), SFM_WRITE, &info);
  ASSERT_NE(file, nullptr);
  sf_set_string(file, SF_STR_SOFTWARE, "Recorder");
  sf_set_string(file, SF_STR_TITLE, "T");
  const std::vector<float> samples = TestNoise(4800);
  sf_writef_float(file, samples.data(), 4800);
  sf_close(file);
  EXPECT_EQ(TextsOf(ReadWhole(folder / "a.flac").info.details), (Texts{{SF_STR_TITLE, "T"}}));
}

TEST(SoundTagsTest, Id3TagSaysItsSizesInSevenBits) {
  EXPECT_TRUE(MakeId3Tag({}).empty());
  EXPECT_TRUE(MakeId3Tag({{SF_STR_LICENSE, "no frame for it"}}).empty());
  const std::vector<uint8_t> tag = MakeId3Tag({{SF_STR_TITLE, std::string(199, 't')}});
  ASSERT_EQ(tag.size(), 10u + 10 + 200);
  const std::vector<uint8_t> start(tag.begin(), tag.begin() + 21);
  EXPECT_THAT(start, testing::ElementsAre('I', 'D', '3', 4, 0, 0, 0, 0, 1, 82, 'T', 'I', 'T', '2',
                                          0, 0, 1, 72, 0, 0, 3));
}

// The time code of a recorder and the marks of whoever cut the sound.
TEST(SoundTagsTest, BroadcastExtensionAndCuesAreKept) {
  SF_BROADCAST_INFO broadcast{};
  std::strcpy(broadcast.description, "Scene 7");
  std::strcpy(broadcast.originator, "Recorder");
  std::memcpy(broadcast.origination_date, "2024-05-06", 10);
  broadcast.time_reference_low = 123'456'789;
  std::strcpy(broadcast.coding_history, "A=PCM,F=48000,W=24,M=mono\r\n");
  broadcast.coding_history_size = static_cast<uint32_t>(std::strlen(broadcast.coding_history));
  SF_CUES cues{};
  cues.cue_count = 2;
  for (int i = 0; i < 2; ++i) {
    cues.cue_points[i].indx = i + 1;
    cues.cue_points[i].position = static_cast<uint32_t>(1000 * i);
    cues.cue_points[i].fcc_chunk = 0x61746164;
    cues.cue_points[i].sample_offset = static_cast<uint32_t>(1000 * i);
  }
  const ScratchFolder folder;
  for (const int container : {SF_FORMAT_WAV, SF_FORMAT_WAVEX, SF_FORMAT_RF64}) {
    SF_INFO info{.frames = 0,
                 .samplerate = 48000,
                 .channels = 1,
                 .format = container | SF_FORMAT_PCM_16,
                 .sections = 0,
                 .seekable = 0};
    SNDFILE* file = sf_open((folder / "a").string().c_str(), SFM_WRITE, &info);
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(sf_command(file, SFC_SET_BROADCAST_INFO, &broadcast, sizeof(broadcast)), SF_TRUE);
    const bool has_cues =
        sf_command(file, SFC_SET_CUE, &cues, 4 + 2 * sizeof(SF_CUE_POINT)) == SF_TRUE;
    EXPECT_TRUE(has_cues);
    const std::vector<float> samples = TestNoise(4800);
    sf_writef_float(file, samples.data(), 4800);
    sf_close(file);
    const WholeSoundFile first = ReadWhole(folder / "a");
    WriteWhole(folder / "b", container | SF_FORMAT_PCM_16, 1, first.samples, first.info.details);
    SF_INFO read_info{};
    file = sf_open((folder / "b").string().c_str(), SFM_READ, &read_info);
    ASSERT_NE(file, nullptr);
    SF_BROADCAST_INFO kept{};
    ASSERT_EQ(sf_command(file, SFC_GET_BROADCAST_INFO, &kept, sizeof(kept)), SF_TRUE);
    EXPECT_STREQ(kept.description, "Scene 7");
    EXPECT_EQ(kept.time_reference_low, 123'456'789u);
    EXPECT_EQ(kept.loudness_value, 0x7fff);  // unknown
    EXPECT_TRUE(std::string(kept.coding_history).starts_with("A=PCM,F=48000,W=24,M=mono\r\n"))
        << kept.coding_history;
    SF_CUES kept_cues{};
    if (container != SF_FORMAT_RF64) {
      ASSERT_EQ(sf_command(file, SFC_GET_CUE, &kept_cues, sizeof(kept_cues)), SF_TRUE);
      EXPECT_EQ(kept_cues.cue_count, 2u);
      EXPECT_EQ(kept_cues.cue_points[1].sample_offset, 1000u);
    }
    sf_close(file);
  }
}

// The longest of everything at once still makes a file that can be read.
TEST(SoundTagsTest, ManyCuesWithLongNamesLeaveTheSoundWhole) {
  std::vector<uint8_t> cues(4 + 1000 * sizeof(SF_CUE_POINT));
  const uint32_t count = 1000;
  std::memcpy(cues.data(), &count, 4);
  for (uint32_t i = 0; i < count; ++i) {
    SF_CUE_POINT point{};
    point.indx = static_cast<int32_t>(i + 1);
    point.fcc_chunk = 0x61746164;
    point.sample_offset = 10 * i;
    std::memset(point.name, 'n', i == 1 ? 253 : 20);
    std::memcpy(cues.data() + 4 + i * sizeof(point), &point, sizeof(point));
  }
  const ScratchFolder folder;
  WriteWhole(folder / "in", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 1, TestNoise(48000),
             {.cues = std::move(cues)});
  SoundDetails details = ReadWhole(folder / "in").info.details;
  ASSERT_EQ(details.cues.size(), 4 + kMostCues * sizeof(SF_CUE_POINT));
  SF_CUE_POINT point{};
  for (uint32_t i = 0; i < kMostCues; ++i) {
    uint8_t* const at = details.cues.data() + 4 + i * sizeof(point);
    std::memcpy(&point, at, sizeof(point));
    EXPECT_LE(strnlen(point.name, sizeof(point.name)), 200u);
    std::memset(point.name, 'n', 200);
    std::memcpy(at, &point, sizeof(point));
  }
  for (const int field : kAllFields) details.tags.push_back({field, std::string(6000, 't')});
  for (const int container : {SF_FORMAT_WAV, SF_FORMAT_WAVEX, SF_FORMAT_RF64, SF_FORMAT_AIFF}) {
    const int format = container | SF_FORMAT_PCM_16;
    WriteWhole(folder / "a", format, 1, TestNoise(48000), details);
    WriteWhole(folder / "plain", format, 1, TestNoise(48000), {});
    EXPECT_EQ(ReadWhole(folder / "a").samples, ReadWhole(folder / "plain").samples);
  }
}

}  // namespace
}  // namespace dfn
