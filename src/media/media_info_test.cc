#include "media/media_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/encoder_delay.h"

namespace dfn {
namespace {

constexpr char kFilm[] = R"({"streams": [
  {"index": 0, "codec_name": "h264", "codec_type": "video", "time_base": "1/12800", "start_pts": 512,
   "disposition": {"default": 1, "attached_pic": 0}},
  {"index": 1, "codec_name": "aac", "codec_type": "audio", "time_base": "1/48000", "start_pts": -1024,
   "sample_rate": "48000", "channels": 6, "bit_rate": "384000", "duration": "12.5",
   "tags": {"language": "ger"}, "disposition": {"default": 1, "dub": 1}},
  {"index": 2, "codec_type": "audio", "sample_rate": "0", "channels": 0}],
  "chapters": [{}, {}], "format": {"format_name": "mov,mp4", "duration": "12.625", "start_time": "-0.5",
  "tags": {"com.apple.quicktime.make": "X"}}})";

TEST(MediaInfoTest, ReadsWhatFfprobeSays) {
  const auto media = ParseMediaInfo(kFilm, "film.mov");
  ASSERT_TRUE(media.ok());
  ASSERT_EQ(media->streams.size(), 3u);
  EXPECT_EQ(media->streams[0].kind, StreamKind::kVideo);
  EXPECT_DOUBLE_EQ(media->streams[0].start_seconds, 0.04);
  const MediaStream& sound = media->streams[1];
  EXPECT_EQ(sound.codec, "aac");
  EXPECT_EQ(sound.language, "ger");
  EXPECT_EQ(sound.dispositions, "default+dub");
  EXPECT_EQ(sound.rate_hz, 48000u);
  EXPECT_EQ(sound.channels, 6u);
  EXPECT_EQ(sound.bit_rate, 384000u);
  EXPECT_EQ(sound.seconds, 12.5);
  EXPECT_DOUBLE_EQ(sound.start_seconds, -1024.0 / 48000.0);
  EXPECT_EQ(media->chapters, 2u);
  EXPECT_EQ(media->seconds, 12.625);
  EXPECT_EQ(media->start_seconds, -0.5);
  EXPECT_TRUE(media->has_dotted_tags);
  // The third has nothing to decode.
  EXPECT_EQ(media->AudioTracks(), std::vector<size_t>{1});
}

TEST(MediaInfoTest, StrangeAnswersAreNoReasonToFail) {
  for (const char* text : {"", "[]", "{", "3"})
    EXPECT_FALSE(ParseMediaInfo(text, "x").ok()) << text;
  for (
      const char* text :
      {"{}", R"({"streams": 3, "format": [], "chapters": ""})",
       R"({"streams": [3, {"index": -1, "sample_rate": "1e99", "channels": "x", "time_base": "1/0"}]})"}) {
    const auto media = ParseMediaInfo(text, "x");
    ASSERT_TRUE(media.ok()) << text;
    EXPECT_TRUE(media->AudioTracks().empty());
  }
}

TEST(EncoderDelayTest, ReadsThePackets) {
  const auto delay = ParsePackets(
      "#software: Lavf\n#tb 0: 1/48000\n#media_type 0: audio\n"
      "0,      -1024,      -1024,     1024,       21, 0x3e5a04ab\n"
      "0,          0,          0,     1024,        4, 0x00930040\n",
      "aac");
  ASSERT_TRUE(delay.ok());
  EXPECT_DOUBLE_EQ(delay->seconds, 1024.0 / 48000.0);
  EXPECT_EQ(delay->lead_seconds, 0.0);
  const auto vorbis = ParsePackets("#tb 0: 1/100\n0, -5, -5, 5\n0, 0, 0, 9\n", "vorbis");
  EXPECT_DOUBLE_EQ(vorbis->lead_seconds, 0.05);
  for (const char* text : {"", "#tb 0: 1/0\n0, 0, 0\n", "#tb 0: 1/8\n", "0, 1, 2\n"}) {
    EXPECT_FALSE(ParsePackets(text, "aac").ok()) << text;
  }
}

TEST(MediaToolsTest, ComplaintsBecomeOneSentence) {
  EXPECT_EQ(
      FirstComplaint("[mov,mp4 @ 0x55d0] moov atom not found\nfile:a.mp4: Invalid data\n", "a.mp4"),
      "moov atom not found");
  EXPECT_EQ(FirstComplaint("\nfile:a: b.mp4: Invalid data.\n", "a: b.mp4"), "Invalid data");
  EXPECT_EQ(FirstComplaint("[in#0 @ 0x1] [mov @ 0x2] \x1b[31mred", "x"), "\\x1b[31mred");
  EXPECT_EQ(FirstComplaint("", "x"), "");
  // The demuxers that may be used are many.
  EXPECT_THAT(FirstComplaint("[concat @ 0x1] Format not on whitelist 'aa,aac'\nx: Bad\n", "x"),
              testing::HasSubstr("a list, a script"));
}

TEST(MediaToolsTest, AFailureHasAReason) {
  const Error full = ToolFailure(
      {.status = 1,
       .complaint = "frame: bad\nav_interleaved_write_frame(): No space left on device\n"},
      "x");
  EXPECT_EQ(full.code, ErrorCode::kIo);
  EXPECT_EQ(full.message, "No space left on device");
  const Error bad = ToolFailure({.status = 1, .complaint = "file:x: Invalid data\n"}, "x");
  EXPECT_EQ(bad.code, ErrorCode::kCorrupt);
  EXPECT_EQ(bad.message, "Invalid data");
  EXPECT_EQ(ToolFailure({.status = 3, .complaint = ""}, "x").message,
            "it ended with status 3 and no word");
  EXPECT_EQ(ToolFailure({.status = -1, .complaint = ""}, "x").message, "something else ended it");
}

}  // namespace
}  // namespace dfn
