#include "audio/sound_stream.h"

#include <gtest/gtest.h>
#include <sndfile.h>

#include <thread>

#include "audio/testing/signal.h"
#include "audio/testing/sound_bytes.h"
#include "base/testing/scratch_folder.h"
#include "os/descriptor.h"
#include "os/testing/new_file.h"
#include "os/testing/pipe.h"
#include "os/write_all.h"

namespace dfn {
namespace {

std::vector<float> ReadAll(SoundReader& reader, size_t block_frames) {
  std::vector<float> samples;
  std::vector<float> block(block_frames * reader.info().channels);
  for (;;) {
    const auto count = reader.Read(block);
    EXPECT_TRUE(count.ok());
    if (!count.ok() || *count == 0) return samples;
    samples.insert(samples.end(), block.begin(),
                   block.begin() + static_cast<std::ptrdiff_t>(*count * reader.info().channels));
  }
}

// Sends samples through a pipe and returns what arrives.
std::vector<float> ThroughPipe(const std::vector<float>& samples, const RawFormat& format, bool raw,
                               size_t extra_bytes) {
  TestPipe pipe;
  std::thread sender([&] {
    auto writer = CreateSoundStream(pipe.writing.get(), "pipe", format, raw);
    EXPECT_TRUE(writer.ok());
    EXPECT_TRUE((*writer)->Write(samples).ok());
    EXPECT_TRUE((*writer)->Finish().ok());
    EXPECT_EQ(WriteAll(pipe.writing.get(), std::vector<uint8_t>(extra_bytes)), 0);
    pipe.writing.Close();
  });
  auto reader = OpenSoundStream(pipe.reading.get(), "pipe",
                                raw ? std::optional<RawFormat>(format) : std::nullopt);
  EXPECT_TRUE(reader.ok());
  std::vector<float> read = ReadAll(**reader, 333);
  EXPECT_EQ((*reader)->info().rate_hz, format.rate_hz);
  sender.join();
  return read;
}

TEST(SoundStreamTest, FloatsPassAPipeUnchanged) {
  // More than a pipe holds, so that both sides wait for each other.
  const std::vector<float> samples = TestNoise(2 * 50'000);
  const RawFormat format{Encoding::kF32, 22050, 2};
  EXPECT_EQ(ThroughPipe(samples, format, true, 0), samples);
  EXPECT_EQ(ThroughPipe(samples, format, false, 0), samples);
  // An incomplete sample is dropped.
  EXPECT_EQ(ThroughPipe(samples, format, true, 7), samples);
}

// What a pipe that carries these bytes is read as.
ReadBack ThroughPipe(const std::string& bytes) {
  TestPipe pipe;
  std::thread sender([&] {
    EXPECT_EQ(WriteAll(pipe.writing.get(),
                       {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}),
              0);
    pipe.writing.Close();
  });
  auto reader = OpenSoundStream(pipe.reading.get(), "pipe", std::nullopt);
  EXPECT_TRUE(reader.ok());
  ReadBack back = ReadToEnd(**reader, 333);
  sender.join();
  return back;
}

TEST(SoundStreamTest, HeadersThatWereNeverCompletedAreReadToTheEnd) {
  const ScratchFolder folder;
  const std::string good =
      SoundBytes(folder / "a", SF_FORMAT_WAV | SF_FORMAT_PCM_16, TestNoise(20'000));
  constexpr size_t kDataSizeAt = 40;
  const ReadBack whole = ThroughPipe(good);
  EXPECT_EQ(whole.samples.size(), 20'000u);
  EXPECT_EQ(whole.faults.note, "");
  for (const uint64_t size : {0, 1, 2, 7, 5000}) {
    std::string bytes = good;
    PutNumber(bytes, kDataSizeAt, size, 4);
    PutNumber(bytes, 4, 36 + size, 4);
    const ReadBack back = ThroughPipe(bytes);
    EXPECT_EQ(back.samples, whole.samples) << size;
    EXPECT_NE(back.faults.note, "") << size;
    EXPECT_EQ(ReadSoundBytes(folder / "b", bytes).samples, whole.samples) << size;
  }
  const ReadBack cut = ThroughPipe(good.substr(0, 44 + 2 * 5000));
  EXPECT_EQ(cut.samples.size(), 5000u);
  EXPECT_EQ(cut.faults.note,
            "pipe: is cut short: it ends after 0.1 s of 0.4 s; what is there was read");
}

TEST(SoundStreamTest, WhatFollowsTheSamplesIsNoSound) {
  const ScratchFolder folder;
  const std::string good =
      SoundBytes(folder / "a", SF_FORMAT_WAV | SF_FORMAT_PCM_16, TestNoise(5000));
  std::string unknown_chunk = "what" + std::string(4, '\0') + std::string(9000, 'x');
  PutNumber(unknown_chunk, 4, 9000, 4);
  std::string with_chunk = good + unknown_chunk;
  PutNumber(with_chunk, 4, with_chunk.size() - 8, 4);
  for (const std::string& bytes :
       {with_chunk, good + "LIST" + std::string(9000, 'x'), good + "TAG" + std::string(9000, 'x'),
        good + std::string(9000, '\0'), good + std::string(4000, 'x')}) {
    const ReadBack back = ThroughPipe(bytes);
    EXPECT_EQ(back.samples.size(), 5000u);
    EXPECT_EQ(back.faults.note, "");
  }
}

TEST(SoundStreamTest, ASecondSoundIsSaid) {
  const ScratchFolder folder;
  const std::string good =
      SoundBytes(folder / "a", SF_FORMAT_WAV | SF_FORMAT_PCM_16, TestNoise(5000));
  const ReadBack back = ThroughPipe(good + good);
  EXPECT_EQ(back.samples.size(), 5000u);
  EXPECT_TRUE(back.faults.damaged);
  EXPECT_NE(back.faults.note.find("another sound behind the first"), std::string::npos);
}

TEST(SoundStreamTest, AFileGetsItsLength) {
  const ScratchFolder folder;
  const std::vector<float> samples = TestNoise(3 * 101);
  for (const Encoding encoding : {Encoding::kF32, Encoding::kS24}) {
    OwnedDescriptor file = NewFile(folder / "a.wav");
    auto writer = CreateSoundStream(file.get(), "a.wav", {encoding, 48000, 3}, false);
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE((*writer)->Write(samples).ok());
    ASSERT_TRUE((*writer)->Finish().ok());
    file.Close();
    auto reader = OpenSoundFile(folder / "a.wav");
    ASSERT_TRUE(reader.ok()) << reader.error().message;
    EXPECT_EQ((*reader)->info().frames, 101u);
    EXPECT_EQ(ReadAll(**reader, 1000).size(), samples.size());
  }
}

#if !defined(_WIN32)  // /dev/full
TEST(SoundStreamTest, AFullDiskIsAnError) {
  const OwnedDescriptor full = OpenFile("/dev/full", OpenFor::kWriting).descriptor;
  const auto wav = CreateSoundStream(full.get(), "full", {Encoding::kS16, 48000, 1}, false);
  ASSERT_FALSE(wav.ok());
  EXPECT_EQ(wav.error().code, ErrorCode::kIo);
  auto raw = CreateSoundStream(full.get(), "full", {Encoding::kS16, 48000, 1}, true);
  ASSERT_TRUE(raw.ok());
  const Status written = (*raw)->Write(TestNoise(10));
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
}
#endif

TEST(SoundStreamTest, AbsurdRatesAreRefused) {
  EXPECT_FALSE(OpenSoundStream(0, "pipe", RawFormat{Encoding::kS16, 10, 1}).ok());
}

}  // namespace
}  // namespace dfn
