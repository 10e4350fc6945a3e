#include "audio/sound_extent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include "audio/testing/signal.h"
#include "audio/testing/sound_bytes.h"
#include "base/testing/scratch_folder.h"
#include "os/descriptor.h"

namespace dfn {
namespace {

using testing::HasSubstr;

constexpr size_t kFrames = 9001;

// A container, where its header has the size of the samples, and what is part of that size.
struct HeaderCase {
  const char* name;
  int format;
  const char* chunk;   // whose name the size follows
  size_t size_offset;  // from the name on
  size_t size_bytes;
  bool big_endian;
  uint64_t extra;  // in the size, besides the samples
};

class BrokenHeaderTest : public testing::TestWithParam<HeaderCase> {
 protected:
  BrokenHeaderTest()
      : samples_(TestNoise(kFrames)),
        bytes_(SoundBytes(folder_ / "a", GetParam().format, samples_)),
        whole_(ReadSoundBytes(folder_ / "b", bytes_)) {
    EXPECT_EQ(whole_.samples.size(), kFrames);
    EXPECT_EQ(whole_.faults.note, "");
  }

  // With another size in its header.
  ReadBack WithSize(uint64_t size) {
    std::string bytes = bytes_;
    PutNumber(bytes, bytes.find(GetParam().chunk) + GetParam().size_offset, size,
              GetParam().size_bytes, GetParam().big_endian);
    return ReadSoundBytes(folder_ / "b", bytes);
  }

  const ScratchFolder folder_;
  std::vector<float> samples_;
  std::string bytes_;
  ReadBack whole_;
};

TEST_P(BrokenHeaderTest, NoLengthMeansTheEndOfTheFile) {
  for (const uint64_t size : {uint64_t{0}, GetParam().extra}) {
    const ReadBack back = WithSize(size);
    EXPECT_EQ(back.error, "");
    EXPECT_EQ(back.samples, whole_.samples) << size;
    EXPECT_THAT(back.faults.note, HasSubstr("never completed"));
    EXPECT_FALSE(back.faults.damaged);
  }
}

TEST_P(BrokenHeaderTest, SizesThatMeanUnknownReachTheEndOfTheFile) {
  const bool wide = GetParam().size_bytes == 8;
  for (const uint64_t size : wide ? std::vector<uint64_t>{~uint64_t{0}, ~uint64_t{0} / 2}
                                  : std::vector<uint64_t>{0xFFFFFFFF, 0x7FFFFFFF, 0x80000000}) {
    EXPECT_EQ(WithSize(size).samples, whole_.samples) << size;
  }
}

TEST_P(BrokenHeaderTest, TooLargeASizeIsACutSound) {
  const ReadBack back = WithSize(2 * kFrames * 2 + GetParam().extra);
  EXPECT_EQ(back.samples, whole_.samples);
  EXPECT_THAT(back.faults.note, HasSubstr("is cut short: it ends after 0.2 s of 0.4 s"));
  EXPECT_FALSE(back.faults.damaged);
}

TEST_P(BrokenHeaderTest, EveryCutKeepsTheSamplesBeforeIt) {
  const size_t header = bytes_.size() - 2 * kFrames;
  for (const size_t frames : {size_t{1}, size_t{500}, kFrames - 1}) {
    const ReadBack back =
        ReadSoundBytes(folder_ / "b", std::string_view(bytes_).substr(0, header + 2 * frames));
    ASSERT_LE(back.samples.size(), frames);
    EXPECT_GE(back.samples.size() + 4, frames);  // some containers end with padding
    EXPECT_TRUE(std::equal(back.samples.begin(), back.samples.end(), whole_.samples.begin()));
    EXPECT_THAT(back.faults.note, HasSubstr("is cut short"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Containers, BrokenHeaderTest,
    testing::Values(HeaderCase{"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, "data", 4, 4, false, 0},
                    HeaderCase{"wavex", SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, "data", 4, 4, false, 0},
                    HeaderCase{"rifx", SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG, "data", 4,
                               4, true, 0},
                    HeaderCase{"w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16, "data", 16, 8, false, 24},
                    HeaderCase{"aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, "SSND", 4, 4, true, 8},
                    HeaderCase{"caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16, "data", 4, 8, true, 4},
                    HeaderCase{"au", SF_FORMAT_AU | SF_FORMAT_PCM_16, ".snd", 8, 4, true, 0}),
    [](const auto& each) { return each.param.name; });

class WavExtentTest : public testing::Test {
 protected:
  WavExtentTest() : samples_(TestNoise(kFrames)) {
    bytes_ = SoundBytes(folder_ / "a", SF_FORMAT_WAV | SF_FORMAT_PCM_16, samples_);
    whole_ = Read(bytes_).samples;
  }

  ReadBack Read(std::string_view bytes) { return ReadSoundBytes(folder_ / "b", bytes); }

  static std::string ChunkOf(const std::string& name, std::string content, bool padded = true) {
    std::string size(4, '\0');
    PutNumber(size, 0, content.size(), 4);
    if (padded && content.size() % 2 != 0) content += '\0';
    return name + size + content;
  }

  static constexpr size_t kDataAt = 36;  // offset of "data"
  const ScratchFolder folder_;
  std::vector<float> samples_;
  std::string bytes_;
  std::vector<float> whole_;
};

TEST_F(WavExtentTest, TheSizeOfTheWholeDoesNotMatter) {
  for (const uint64_t riff : {uint64_t{0}, uint64_t{36}, uint64_t{4088}, uint64_t{0xFFFFFFFF}}) {
    for (const uint64_t data : {uint64_t{0}, uint64_t{2 * kFrames}}) {
      std::string bytes = bytes_;
      PutNumber(bytes, 4, riff, 4);
      PutNumber(bytes, kDataAt + 4, data, 4);
      EXPECT_EQ(Read(bytes).samples, whole_) << riff << " " << data;
    }
  }
}

TEST_F(WavExtentTest, ChunksBeforeTheSamplesMayBeOfAnySize) {
  PutNumber(bytes_, kDataAt + 4, 0, 4);
  for (const std::string& chunk :
       {ChunkOf("JUNK", std::string(4032, '\0')), ChunkOf("bext", std::string(603, 'x')),
        ChunkOf("bext", std::string(603, 'x'), false), ChunkOf("LIST", "INFOabc", false)}) {
    std::string bytes = bytes_;
    bytes.insert(kDataAt, chunk);
    EXPECT_EQ(Read(bytes).samples, whole_) << chunk.substr(0, 4);
  }
}

TEST_F(WavExtentTest, MissingPaddingIsNoFault) {
  std::string bytes = bytes_;
  bytes.insert(kDataAt, ChunkOf("bext", std::string(603, 'x'), false));
  const ReadBack back = Read(bytes);
  EXPECT_EQ(back.samples, whole_);
  EXPECT_EQ(back.faults.note, "");
}

TEST_F(WavExtentTest, WhatFollowsTheSamplesIsNoSound) {
  for (const std::string& behind :
       {ChunkOf("LIST", "INFOINAM"), ChunkOf("odd!", std::string(5001, 'x')),
        ChunkOf("id3 ", std::string(9000, 'x')), ChunkOf("LIST", "cut").substr(0, 9),
        "TAG" + std::string(6000, 'x'), std::string(9000, '\0'), std::string(4000, 'x')}) {
    const ReadBack back = Read(bytes_ + behind);
    EXPECT_EQ(back.samples, whole_) << behind.substr(0, 8);
    EXPECT_EQ(back.faults.note, "");
  }
}

// A header that gives the file's size was completed, so its other sizes count as well.
TEST_F(WavExtentTest, ChunksOfACompletedFileMayHaveAnyName) {
  for (const std::string& name : {std::string("\0\0\0\1", 4), std::string("\xC4nde")}) {
    std::string bytes = bytes_ + ChunkOf(name, std::string(9000, 'x'));
    PutNumber(bytes, 4, bytes.size() - 8, 4);
    const ReadBack back = Read(bytes);
    EXPECT_EQ(back.samples, whole_);
    EXPECT_EQ(back.faults.note, "");
  }
}

TEST_F(WavExtentTest, ASoundOfNoLengthStaysOne) {
  std::string bytes = bytes_.substr(0, kDataAt + 8);
  PutNumber(bytes, kDataAt + 4, 0, 4);
  for (const std::string& behind :
       {std::string(), ChunkOf("LIST", "INFOINAM"), ChunkOf("id3 ", std::string(9001, 'x')),
        ChunkOf("what", "ever") + ChunkOf("fact", "1234"), std::string(2, '\0')}) {
    const ReadBack back = Read(bytes + behind);
    EXPECT_EQ(back.error, "");
    EXPECT_TRUE(back.samples.empty()) << behind.substr(0, 8);
    EXPECT_EQ(back.faults.note, "");
  }
}

TEST_F(WavExtentTest, SamplesBehindAnOldLengthAreRead) {
  for (const uint64_t size : {uint64_t{1}, uint64_t{2}, uint64_t{5000}}) {
    PutNumber(bytes_, 4, 36 + size, 4);
    PutNumber(bytes_, kDataAt + 4, size, 4);
    const ReadBack back = Read(bytes_);
    EXPECT_EQ(back.samples, whole_) << size;
    EXPECT_THAT(back.faults.note, HasSubstr("the sound goes on behind that"));
  }
}

TEST_F(WavExtentTest, BytesWithoutOneSampleAreAnError) {
  std::string bytes = bytes_.substr(0, kDataAt + 9);
  PutNumber(bytes, kDataAt + 4, 0, 4);
  EXPECT_THAT(Read(bytes).error, HasSubstr("holds 1 bytes of sound, and not one sample"));
}

TEST_F(WavExtentTest, AFactThatDisagreesDoesNotMatter) {
  const std::string floats =
      SoundBytes(folder_ / "a", SF_FORMAT_WAV | SF_FORMAT_FLOAT, TestNoise(kFrames));
  const std::vector<float> whole = Read(floats).samples;
  for (const uint64_t frames : {uint64_t{0}, uint64_t{100}, uint64_t{0xFFFFFFFF}}) {
    for (const bool no_length : {false, true}) {
      std::string bytes = floats;
      PutNumber(bytes, bytes.find("fact") + 8, frames, 4);
      if (no_length) PutNumber(bytes, bytes.find("data") + 4, 0, 4);
      EXPECT_EQ(Read(bytes).samples, whole) << frames;
    }
  }
}

TEST_F(WavExtentTest, CompressedSamplesToo) {
  for (const int codec : {SF_FORMAT_ULAW, SF_FORMAT_IMA_ADPCM, SF_FORMAT_MS_ADPCM}) {
    std::string bytes = SoundBytes(folder_ / "a", SF_FORMAT_WAV | codec, samples_);
    const std::vector<float> whole = Read(bytes).samples;
    PutNumber(bytes, bytes.find("fact") + 8, 0, 4);
    PutNumber(bytes, bytes.find("data") + 4, 0, 4);
    const std::vector<float> read = Read(bytes).samples;
    // Without its fact chunk a sound has all samples of its last block.
    ASSERT_GE(read.size(), whole.size()) << codec;
    ASSERT_LT(read.size(), whole.size() + 3000);
    EXPECT_TRUE(std::equal(whole.begin(), whole.end(), read.begin()));
  }
}

TEST_F(WavExtentTest, Rf64HasTwoSizes) {
  const std::string good = SoundBytes(folder_ / "a", SF_FORMAT_RF64 | SF_FORMAT_PCM_16, samples_);
  // The writer makes a plain WAV of it, since it is short.
  std::string bytes =
      "RF64" + good.substr(4, 8) + ChunkOf("ds64", std::string(28, '\0')) + bytes_.substr(12);
  const size_t ds64 = 20;
  const size_t data = bytes.find("data");
  PutNumber(bytes, 4, 0xFFFFFFFF, 4);
  for (const uint64_t in_ds64 : {uint64_t{0}, ~uint64_t{0}, uint64_t{2 * kFrames}, uint64_t{100}}) {
    for (const uint64_t in_data : {uint64_t{0}, uint64_t{0xFFFFFFFF}, uint64_t{2 * kFrames}}) {
      PutNumber(bytes, ds64 + 8, in_ds64, 8);
      PutNumber(bytes, data + 4, in_data, 4);
      EXPECT_EQ(Read(bytes).samples, whole_) << in_ds64 << " " << in_data;
    }
  }
}

TEST_F(WavExtentTest, ASoundThatOutgrewWavIsReadWhole) {
  constexpr uint64_t kBytes = (uint64_t{1} << 32) + 2000;
  PutNumber(bytes_, kDataAt + 4, kBytes % (uint64_t{1} << 32), 4);
  std::ofstream(folder_ / "large.wav", std::ios::binary) << bytes_;
  OwnedDescriptor file = OpenFile(folder_ / "large.wav", OpenFor::kWriting).descriptor;
  ASSERT_EQ(Truncate(file.get(), kDataAt + 8 + kBytes), 0);
  file.Close();
  auto reader = OpenSoundFile(folder_ / "large.wav");
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  EXPECT_EQ((*reader)->info().frames, kBytes / 2);
}

TEST(SoundExtentTest, SoundsOfNoLengthAreWholeInEveryContainer) {
  const ScratchFolder folder;
  for (const int container : {SF_FORMAT_WAV, SF_FORMAT_W64, SF_FORMAT_AIFF, SF_FORMAT_CAF,
                              SF_FORMAT_AU, SF_FORMAT_RF64, SF_FORMAT_SVX}) {
    const std::string bytes = SoundBytes(folder / "a", container | SF_FORMAT_PCM_16, {});
    const ReadBack back = ReadSoundBytes(folder / "b", bytes);
    EXPECT_EQ(back.error, "") << container;
    EXPECT_TRUE(back.samples.empty());
    EXPECT_EQ(back.faults.note, "") << container;
  }
}

TEST(SoundExtentTest, OtherFilesAreNotJudged) {
  const ScratchFolder folder;
  for (const std::string& text : {std::string(), std::string("RIFF"), std::string(100, 'x'),
                                  "RIFF" + std::string(4, '\0') + "WAVE" + std::string(50, '\0')}) {
    std::ofstream(folder / "a", std::ios::binary) << text;
    const OwnedDescriptor file = OpenFile(folder / "a", OpenFor::kReading).descriptor;
    EXPECT_FALSE(FindSoundExtent(FileView(file.get())).known);
  }
}

}  // namespace
}  // namespace dfn
