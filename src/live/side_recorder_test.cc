#include "live/side_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/path_text.h"
#include "base/testing/scratch_folder.h"

namespace dfn {
namespace {

std::vector<float> ReadAll(const std::filesystem::path& path, size_t channels) {
  auto opened = OpenSoundFile(path);
  EXPECT_TRUE(opened.ok());
  std::vector<float> samples(10000 * channels);
  const auto count = (*opened)->Read(samples);
  EXPECT_TRUE(count.ok());
  EXPECT_EQ((*opened)->info().channels, channels);
  samples.resize(*count * channels);
  return samples;
}

TEST(SideRecorderTest, WritesBothSidesAligned) {
  const ScratchFolder folder;
  const std::filesystem::path path = folder.path() / "both.wav";
  auto recorder = SideRecorder::Create(PathText(path), 48000, 1, 100, false);
  ASSERT_TRUE(recorder.ok()) << recorder.error().message;
  std::vector<float> frames;
  for (size_t i = 0; i < 1000; ++i) {
    frames.push_back(0.0001f * static_cast<float>(i));
    frames.push_back(i < 100 ? 0.0f : -0.0001f * static_cast<float>(i - 100));
  }
  // In pieces, as they come.
  ASSERT_TRUE((*recorder)->Write(std::span(frames).first(600)).ok());
  ASSERT_TRUE((*recorder)->Write(std::span(frames).subspan(600)).ok());
  ASSERT_TRUE((*recorder)->Finish().ok());
  const std::vector<float> samples = ReadAll(path, 2);
  ASSERT_EQ(samples.size(), 2u * 900u);
  for (size_t i = 0; i < 900; ++i) {
    ASSERT_EQ(samples[2 * i], 0.0001f * static_cast<float>(i));
    ASSERT_EQ(samples[2 * i + 1], -samples[2 * i]);
  }
}

TEST(SideRecorderTest, IsNotThereUntilItIsFinished) {
  const ScratchFolder folder;
  const std::filesystem::path path = folder.path() / "both.wav";
  {
    auto recorder = SideRecorder::Create(PathText(path), 48000, 2, 0, false);
    ASSERT_TRUE(recorder.ok());
    ASSERT_TRUE((*recorder)->Write(std::vector<float>(400, 0.1f)).ok());
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(SideRecorderTest, ReplacesNothingUnasked) {
  const ScratchFolder folder;
  const std::filesystem::path path = folder.path() / "both.flac";
  for (const bool replace : {false, true}) {
    auto recorder = SideRecorder::Create(PathText(path), 48000, 1, 0, replace);
    ASSERT_TRUE(recorder.ok());
    ASSERT_TRUE((*recorder)->Write(std::vector<float>(400, 0.1f)).ok());
    ASSERT_TRUE((*recorder)->Finish().ok());
    const auto refused = SideRecorder::Create(PathText(path), 48000, 1, 0, false);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::kExists);
  }
}

TEST(SideRecorderTest, RefusesANameThatIsNoSound) {
  const ScratchFolder folder;
  const auto refused =
      SideRecorder::Create(PathText(folder.path() / "both.txt"), 48000, 1, 0, false);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace dfn
