#include "audio/sound_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <fstream>

#include "audio/testing/signal.h"
#include "base/testing/file_content.h"
#include "base/testing/scratch_folder.h"
#include "dsp/snr.h"
#include "os/descriptor.h"
#if !defined(_WIN32)
#include "os/testing/file_size_limit.h"
#endif
#include "os/testing/new_file.h"

namespace dfn {
namespace {

using testing::HasSubstr;

// Writes in two pieces; returns the number of clipped samples.
uint64_t WriteSound(const std::filesystem::path& path, int format, size_t rate_hz, size_t channels,
                    const std::vector<float>& samples,
                    std::optional<uint64_t> expected_frames = 0) {
  OwnedDescriptor file = NewFile(path);
  auto writer =
      CreateSoundFile(file.get(), path.string(), format, rate_hz, channels, expected_frames);
  EXPECT_TRUE(writer.ok()) << (writer.ok() ? "" : writer.error().message);
  if (!writer.ok()) return 0;
  const size_t half = samples.size() / channels / 2 * channels;
  const std::span<const float> all(samples);
  EXPECT_TRUE((*writer)->Write(all.first(half)).ok());
  EXPECT_TRUE((*writer)->Write(all.subspan(half)).ok());
  EXPECT_TRUE((*writer)->Finish().ok());
  file.Close();
  return (*writer)->clipped_samples();
}

std::vector<float> ReadSound(const std::filesystem::path& path, SoundInfo* info = nullptr) {
  auto reader = OpenSoundFile(path);
  EXPECT_TRUE(reader.ok()) << (reader.ok() ? "" : reader.error().message);
  if (!reader.ok()) return {};
  if (info != nullptr) *info = (*reader)->info();
  const size_t channels = (*reader)->info().channels;
  std::vector<float> samples;
  std::vector<float> block(1000 * channels);
  for (;;) {
    const auto count = (*reader)->Read(block);
    EXPECT_TRUE(count.ok());
    if (!count.ok() || *count == 0) return samples;
    samples.insert(samples.end(), block.begin(),
                   block.begin() + static_cast<std::ptrdiff_t>(*count * channels));
  }
}

struct FormatCase {
  const char* name;
  int format;
  double snr_db;  // quality that the format must reach
};

class FormatTest : public testing::TestWithParam<FormatCase> {};

TEST_P(FormatTest, HoldsWhatIsWritten) {
  const ScratchFolder folder;
  // Noise without its high half: lossy codecs hold nothing else well.
  std::vector<float> samples = TestNoise(2 * 20'001, 0.8f);
  for (size_t pass = 0; pass < 30; ++pass) {
    for (size_t i = samples.size() - 1; i >= 2; --i) {
      samples[i] = 0.5f * (samples[i] + samples[i - 2]);
    }
  }
  WriteSound(folder / GetParam().name, GetParam().format, 48000, 2, samples);
  SoundInfo info;
  const std::vector<float> read = ReadSound(folder / GetParam().name, &info);
  EXPECT_EQ(info.rate_hz, 48000u);
  EXPECT_EQ(info.channels, 2u);
  EXPECT_EQ(info.frames, 20'001u);
  ASSERT_EQ(read.size(), samples.size());
  SnrMeter meter;
  meter.Add(samples, read);
  EXPECT_GT(meter.snr_db(), GetParam().snr_db);
}

// Integers: their step. Lossy: enough that a shift by one sample, which costs all of it, would
// show.
INSTANTIATE_TEST_SUITE_P(
    Formats, FormatTest,
    testing::Values(FormatCase{"a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 70.0},
                    FormatCase{"a.w64", SF_FORMAT_W64 | SF_FORMAT_PCM_24, 110.0},
                    FormatCase{"a.rf64", SF_FORMAT_RF64 | SF_FORMAT_FLOAT, 150.0},
                    FormatCase{"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 110.0},
                    FormatCase{"a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_32, 130.0},
                    FormatCase{"a.caf", SF_FORMAT_CAF | SF_FORMAT_ALAC_16, 70.0},
                    FormatCase{"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 10.0},
                    FormatCase{"a.opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 10.0},
                    FormatCase{"a.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 10.0}));

TEST(SoundFileTest, IntegersComeBackExactly) {
  const ScratchFolder folder;
  std::vector<float> samples;
  for (int value = -32768; value < 32768; value += 7) {
    samples.push_back(static_cast<float>(value) / 32768.0f);
  }
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_FLAC | SF_FORMAT_PCM_24,
                           SF_FORMAT_CAF | SF_FORMAT_ALAC_16}) {
    EXPECT_EQ(WriteSound(folder / "a", format, 16000, 1, samples), 0u);
    EXPECT_EQ(ReadSound(folder / "a"), samples);
  }
}

TEST(SoundFileTest, IntegersClipAndNeverWrap) {
  const ScratchFolder folder;
  const std::vector<float> samples = {1.5f, -1.5f, 0.25f, 1.0f};
  EXPECT_EQ(WriteSound(folder / "a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, samples), 3u);
  EXPECT_EQ(ReadSound(folder / "a.wav"),
            (std::vector<float>{32767.0f / 32768.0f, -1.0f, 0.25f, 32767.0f / 32768.0f}));
  EXPECT_EQ(WriteSound(folder / "f.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 1, samples), 0u);
  EXPECT_EQ(ReadSound(folder / "f.wav"), samples);
}

TEST(SoundFileTest, FilesOfNoLengthHaveAHeader) {
  const ScratchFolder folder;
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                           SF_FORMAT_OGG | SF_FORMAT_VORBIS, SF_FORMAT_CAF | SF_FORMAT_PCM_16}) {
    SCOPED_TRACE(DescribeFormat(format));
    WriteSound(folder / "a", format, 44100, 2, {});
    SoundInfo info;
    EXPECT_TRUE(ReadSound(folder / "a", &info).empty());
    EXPECT_EQ(info.rate_hz, 44100u);
  }
}

TEST(SoundFileTest, FloatFilesHoldNoTimeStamp) {
  const ScratchFolder folder;
  WriteSound(folder / "a.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 1, TestNoise(100));
  EXPECT_EQ(FileContent(folder / "a.wav").find("PEAK"), std::string::npos);
}

TEST(SoundFileTest, WavOfUnknownLengthIsStillWav) {
  const ScratchFolder folder;
  const std::vector<float> samples = TestNoise(1000);
  WriteSound(folder / "a.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 1, samples, std::nullopt);
  EXPECT_EQ(FileContent(folder / "a.wav").substr(0, 4), "RIFF");
  EXPECT_EQ(ReadSound(folder / "a.wav"), samples);
}

TEST(SoundFileTest, RefusalsAreSentences) {
  const ScratchFolder folder;
  const auto missing = OpenSoundFile(folder / "no.wav");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  std::ofstream(folder / "text.wav") << "this is no sound";
  const auto text = OpenSoundFile(folder / "text.wav");
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(text.error().message, HasSubstr("text.wav: not a sound file"));
  std::ofstream(folder / "lfs.wav") << "version https://git-lfs.github.com/spec/v1\noid sha256:0\n";
  const auto pointer = OpenSoundFile(folder / "lfs.wav");
  ASSERT_FALSE(pointer.ok());
  EXPECT_THAT(pointer.error().message, HasSubstr("lfs.wav: is a Git LFS pointer"));
  // The caller's descriptor stays the caller's: another thread might have its number by then.
  OwnedDescriptor own = OpenFile(folder / "text.wav", OpenFor::kReading).descriptor;
  EXPECT_FALSE(OpenSoundDescriptor(own.get(), "text.wav").ok());
  EXPECT_EQ(own.Close(), 0);

  const OwnedDescriptor file = NewFile(folder / "a.opus");
  const auto opus =
      CreateSoundFile(file.get(), "a.opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 44100, 1, 10);
  ASSERT_FALSE(opus.ok());
  EXPECT_EQ(opus.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(opus.error().message, HasSubstr("48000"));
}

#if !defined(_WIN32)  // /dev/full
TEST(SoundFileTest, AFullDiskIsAnErrorAtTheLatestAtTheEnd) {
  const OwnedDescriptor full = OpenFile("/dev/full", OpenFor::kWriting).descriptor;
  ASSERT_GE(full.get(), 0);
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                           SF_FORMAT_OGG | SF_FORMAT_VORBIS}) {
    auto writer = CreateSoundFile(full.get(), "full", format, 48000, 1, 1000);
    Status status;
    if (writer.ok()) {
      status = (*writer)->Write(TestNoise(1000));
      if (status.ok()) status = (*writer)->Finish();
    } else {
      status = std::move(writer).error();
    }
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::kIo);
    EXPECT_THAT(status.error().message, HasSubstr("No space left on device"));
  }
}

TEST(SoundFileTest, WhatCameBeforeTheDiskWasFullCanBeKept) {
  const ScratchFolder folder;
  constexpr size_t kBlock = 5000;
  const std::vector<float> block = TestNoise(2 * kBlock);
  for (const int format :
       {SF_FORMAT_WAV | SF_FORMAT_FLOAT, SF_FORMAT_W64 | SF_FORMAT_PCM_16,
        SF_FORMAT_FLAC | SF_FORMAT_PCM_24, SF_FORMAT_OGG | SF_FORMAT_VORBIS,
        SF_FORMAT_OGG | SF_FORMAT_OPUS, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III}) {
    SCOPED_TRACE(DescribeFormat(format));
    OwnedDescriptor file = NewFile(folder / "a");
    size_t blocks = 0;
    Status written;
    {
      const FileSizeLimit limit(700'000);
      auto writer = CreateSoundFile(file.get(), "a", format, 48000, 2, std::nullopt, {},
                                    FullDisk::kKeepsWhatCame);
      ASSERT_TRUE(writer.ok()) << writer.error().message;
      for (;; ++blocks) {
        written = (*writer)->Write(block);
        if (!written.ok()) break;
      }
      const Status finished = (*writer)->Finish();
      ASSERT_TRUE(finished.ok()) << finished.error().message;
    }
    EXPECT_EQ(written.error().message, "a: cannot be written: File too large");
    ASSERT_GT(blocks, 5u);
    SoundInfo info;
    const std::vector<float> samples = ReadSound(folder / "a", &info);
    const size_t frames = samples.size() / 2;
    // Layer III cannot say how much of its last frame counts.
    EXPECT_GE(frames, blocks * kBlock);
    EXPECT_LT(frames, blocks * kBlock + 3000);
    if (IsLossless(format)) EXPECT_EQ(frames, blocks * kBlock);
    if (format == (SF_FORMAT_WAV | SF_FORMAT_FLOAT)) {
      EXPECT_TRUE(std::equal(block.begin(), block.end(), samples.end() - 2 * kBlock));
      // Nothing of the room is left.
      EXPECT_LT(FileContent(folder / "a").size(), 8 * frames + 200);
    }
  }
}
#endif

TEST(SoundFileTest, DamageInTheMiddleIsSilentAndSaid) {
  const ScratchFolder folder;
  WriteSound(folder / "a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 1, TestNoise(100'000));
  const std::vector<float> whole = ReadSound(folder / "a.flac");
  std::string bytes = FileContent(folder / "a.flac");
  for (size_t i = bytes.size() / 2; i < bytes.size() / 2 + 3000; ++i) bytes[i] = '\x55';
  std::ofstream(folder / "b.flac", std::ios::binary) << bytes;
  auto reader = OpenSoundFile(folder / "b.flac");
  ASSERT_TRUE(reader.ok());
  std::vector<float> block(200'000);
  const auto count = (*reader)->Read(block);
  ASSERT_TRUE(count.ok());
  ASSERT_EQ(*count, 100'000u);
  EXPECT_NE(std::count(block.begin(), block.begin() + 100'000, 0.0f), 0);
  EXPECT_TRUE(std::equal(block.begin(), block.begin() + 40'000, whole.begin()));
  EXPECT_TRUE(std::equal(block.begin() + 60'000, block.begin() + 100'000, whole.begin() + 60'000));
  EXPECT_EQ((*reader)->Read(block).value(), 0u);
  EXPECT_TRUE((*reader)->faults().damaged);
  EXPECT_THAT((*reader)->faults().note, HasSubstr("b.flac: is damaged after"));
}

}  // namespace
}  // namespace dfn
