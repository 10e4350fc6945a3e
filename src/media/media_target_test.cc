#include "media/media_target.h"

#include <gtest/gtest.h>

#include "base/path_text.h"

namespace dfn {
namespace {

TEST(MediaTargetTest, TheExtensionDecides) {
  EXPECT_EQ(FindMediaTarget(PathOf("a/b.MP4"))->muxer, "mp4");
  EXPECT_EQ(FindMediaTarget(PathOf("b.m4a"))->muxer, "ipod");
  EXPECT_TRUE(FindMediaTarget(PathOf("b.m4a"))->sound_only);
  EXPECT_TRUE(IsBareTrack(*FindMediaTarget(PathOf("b.aac"))));
  EXPECT_FALSE(IsBareTrack(*FindMediaTarget(PathOf("b.avi"))));
  for (const char* name : {"a.wav", "a", "mp4", "a.mp4.txt", "a.ape"}) {
    EXPECT_EQ(FindMediaTarget(PathOf(name)), nullptr) << name;
  }
}

TEST(MediaTargetTest, ContainersHoldCertainCodecs) {
  EXPECT_TRUE(Holds(*FindMediaTarget(PathOf("a.mkv")), "anything"));
  EXPECT_TRUE(Holds(*FindMediaTarget(PathOf("a.mov")), "pcm_s24le"));
  EXPECT_FALSE(Holds(*FindMediaTarget(PathOf("a.mp4")), "pcm_s16le"));
  EXPECT_FALSE(Holds(*FindMediaTarget(PathOf("a.webm")), "aac"));
  EXPECT_FALSE(Holds(*FindMediaTarget(PathOf("a.webm")), "opu"));
}

TEST(MediaTargetTest, WhatIsNeverWrittenGetsAnotherName) {
  EXPECT_EQ(PathText(WritableMediaName(PathOf("a/b.APE"))), "a/b.flac");
  EXPECT_EQ(PathText(WritableMediaName(PathOf("b.rmvb"))), "b.mkv");
  EXPECT_EQ(PathText(WritableMediaName(PathOf("b.mp4"))), "b.mp4");
  EXPECT_EQ(PathText(WritableMediaName(PathOf("b.wav"))), "b.wav");
}

}  // namespace
}  // namespace dfn
