#include "media/media_mux.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/path_text.h"

namespace dfn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

MediaStream Stream(size_t index, StreamKind kind, const char* codec) {
  MediaStream stream;
  stream.index = index;
  stream.kind = kind;
  stream.codec = codec;
  stream.dispositions = "0";
  if (kind == StreamKind::kAudio) stream.rate_hz = 48000, stream.channels = 2;
  return stream;
}

MediaInfo Film(const char* format) {
  MediaInfo media;
  media.path = "-film%d.x";
  media.format = format;
  media.streams = {Stream(0, StreamKind::kVideo, "h264"), Stream(1, StreamKind::kAudio, "aac"),
                   Stream(2, StreamKind::kSubtitle, "subrip"),
                   Stream(3, StreamKind::kAttachment, "ttf")};
  return media;
}

std::string Line(const MediaInfo& media, const char* output, MuxPlan* plan = nullptr) {
  const MuxPlan made = PlanMux(media, *FindMediaTarget(PathOf(output)),
                               {{.file = "t.part", .stream = 1, .offset_seconds = 0.5}}, 0.0,
                               "o.part", {{"title", "T"}});
  if (plan != nullptr) *plan = made;
  std::string line;
  for (const std::string& word : made.arguments) line += word + " ";
  return line;
}

TEST(MediaMuxTest, TheTrackTakesThePlaceOfItsOriginal) {
  MuxPlan plan;
  const std::string line = Line(Film("matroska,webm"), "a.mkv", &plan);
  EXPECT_THAT(line, HasSubstr("-map 0:0 -map 1:0 -map 0:2 -map 0:3 "));
  EXPECT_THAT(line, HasSubstr("-itsoffset 0.500000 -protocol_whitelist file "));
  EXPECT_THAT(line, HasSubstr("-disposition:1 0 -map_metadata:s:1 0:s:1 "));
  EXPECT_THAT(plan.left_out, IsEmpty());
  // No name is taken for an option, a protocol or a pattern.
  EXPECT_THAT(line, HasSubstr("-i file:-film%d.x "));
  EXPECT_THAT(line, HasSubstr("file:o.part"));
}

TEST(MediaMuxTest, WhatTheTargetDoesNotHoldIsSaid) {
  MuxPlan plan;
  const std::string line = Line(Film("matroska,webm"), "a.mp4", &plan);
  EXPECT_THAT(line, HasSubstr("-map 0:0 -map 1:0 -map 0:2 -c copy "));
  EXPECT_THAT(line, HasSubstr("-c:2 mov_text "));
  EXPECT_THAT(plan.left_out, ElementsAre("an attachment is left out, as .mp4 does not hold it"));
  Line(Film("mov,mp4,m4a"), "a.m4a", &plan);
  EXPECT_EQ(plan.left_out.front(), "the video is left out, as .m4a does not hold it");
}

TEST(MediaMuxTest, ASoundHasItsTags) {
  const std::string line = Line(MediaInfo{}, "a.m4a");
  EXPECT_THAT(line, HasSubstr("-map 0:0 -c copy -metadata title=T "));
}

}  // namespace
}  // namespace dfn
