#include "audio/sound_decoder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>
#include <unistd.h>

#include <algorithm>

#include "audio/testing/signal.h"
#include "audio/testing/sound_bytes.h"
#include "base/testing/scratch_folder.h"

namespace dfn {
namespace {

using testing::HasSubstr;

constexpr size_t kFrames = 400'000;

class DamageTest : public testing::Test {
 protected:
  ReadBack Read(std::string_view bytes, size_t block = 1000) {
    return ReadSoundBytes(folder_ / "b", bytes, block);
  }

  std::string Make(int format, size_t frames = kFrames) {
    std::vector<float> samples = TestNoise(frames);
    // Smooth enough for every codec.
    for (size_t i = 1; i < frames; ++i) samples[i] = 0.9f * samples[i - 1] + 0.1f * samples[i];
    std::string bytes = SoundBytes(folder_ / "a", format, samples);
    whole_ = Read(bytes);
    EXPECT_EQ(whole_.faults.note, "");
    return bytes;
  }

  static void Spoil(std::string& bytes, size_t offset, size_t size) {
    for (size_t i = offset; i < offset + size; ++i) bytes[i] = static_cast<char>(bytes[i] ^ 0x55);
  }

  const ScratchFolder folder_;
  ReadBack whole_;
};

constexpr int kFlac = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
constexpr int kVorbis = SF_FORMAT_OGG | SF_FORMAT_VORBIS;
constexpr int kOpus = SF_FORMAT_OGG | SF_FORMAT_OPUS;
constexpr int kMp3 = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;

// Whether `read` is `whole` but for silence; returns the number of samples that differ.
size_t CountSilenced(const std::vector<float>& read, const std::vector<float>& whole) {
  size_t silenced = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    if (read[i] == whole[i]) continue;
    EXPECT_EQ(read[i], 0.0f) << i;
    ++silenced;
  }
  return silenced;
}

// What the system cannot read is neither the end of the sound nor a sound of another kind.
TEST_F(DamageTest, AnErrorOfTheSystemIsAnError) {
  Make(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1000);
  const int descriptor = open((folder_ / "b").c_str(), O_WRONLY);
  const auto decoder = SoundDecoder::Open(descriptor, OwnedDescriptor(), "b");
  ASSERT_FALSE(decoder.ok());
  EXPECT_EQ(decoder.error().code, ErrorCode::kIo);
  EXPECT_THAT(decoder.error().message, HasSubstr("b: cannot be read: "));
  close(descriptor);
}

TEST_F(DamageTest, FlacIsSilentWhereItIsDamagedAndNowhereElse) {
  const std::string good = Make(kFlac);
  for (const size_t size : {size_t{1}, size_t{3000}, size_t{50'000}}) {
    for (const size_t block : {size_t{100}, size_t{kFrames}}) {
      std::string bytes = good;
      Spoil(bytes, bytes.size() / 2, size);
      const ReadBack back = Read(bytes, block);
      ASSERT_EQ(back.samples.size(), kFrames) << back.error;
      const size_t silenced = CountSilenced(back.samples, whole_.samples);
      EXPECT_GT(silenced, 0u);
      EXPECT_LE(silenced, 4096 * (2 + size / 4000));
      EXPECT_TRUE(back.faults.damaged);
      EXPECT_THAT(back.faults.note, HasSubstr("is damaged after 4."));
      EXPECT_THAT(back.faults.note, HasSubstr("could not be decoded and are silent"));
    }
  }
}

TEST_F(DamageTest, FlacWithManyPlacesOfDamage) {
  std::string bytes = Make(kFlac);
  for (size_t offset = 20'000; offset + 100 < bytes.size(); offset += 60'000) {
    Spoil(bytes, offset, 10);
  }
  const ReadBack back = Read(bytes);
  ASSERT_EQ(back.samples.size(), kFrames);
  EXPECT_LT(CountSilenced(back.samples, whole_.samples), kFrames / 2);
  EXPECT_TRUE(back.faults.damaged);
}

TEST_F(DamageTest, CutFlacIsReadAsFarAsItGoes) {
  const std::string good = Make(kFlac);
  for (const bool knows_length : {true, false}) {
    std::string bytes = good.substr(0, good.size() / 2);
    if (!knows_length) PutNumber(bytes, 22, 0, 4);
    const ReadBack back = Read(bytes);
    ASSERT_GT(back.samples.size(), kFrames / 3) << back.error;
    ASSERT_LT(back.samples.size(), kFrames);
    EXPECT_TRUE(std::equal(back.samples.begin(), back.samples.end(), whole_.samples.begin()));
    EXPECT_THAT(back.faults.note,
                HasSubstr(knows_length ? "is cut short" : "does not end as it should"));
    EXPECT_FALSE(back.faults.damaged);
  }
  EXPECT_THAT(Read(std::string_view(good).substr(0, 200)).error, HasSubstr("not one sample"));
}

TEST_F(DamageTest, HeadersThatPromiseTooMuchSilenceAreNotBelieved) {
  // A frame that claims to be the last of a huge sound, behind damage.
  std::string bytes = Make(kFlac, 20'000);
  PutNumber(bytes, 22, 0xFFFFFFFF, 4, true);
  bytes[21] = static_cast<char>(bytes[21] | 0x0F);
  Spoil(bytes, bytes.size() / 2, 100);
  EXPECT_LE(Read(bytes).samples.size(), 20'000u);
}

TEST_F(DamageTest, CutOggAndMp3AreReadAsFarAsTheyGo) {
  for (const int format : {kVorbis, kOpus, kMp3}) {
    const std::string good = Make(format);
    const ReadBack back = Read(std::string_view(good).substr(0, good.size() / 2));
    EXPECT_GT(back.samples.size(), kFrames / 4) << back.error;
    EXPECT_LT(back.samples.size(), 3 * kFrames / 4);
    EXPECT_THAT(back.faults.note,
                HasSubstr(format == kMp3 ? "is cut short" : "does not end as it should"));
    EXPECT_FALSE(back.faults.damaged);
  }
}

TEST_F(DamageTest, DamagedOggIsSaid) {
  for (const int format : {kVorbis, kOpus}) {
    std::string bytes = Make(format);
    Spoil(bytes, bytes.size() / 2, 1);
    const ReadBack back = Read(bytes);
    EXPECT_GT(back.samples.size(), kFrames / 2);
    EXPECT_LT(back.samples.size(), kFrames);
    EXPECT_TRUE(back.faults.damaged);
    EXPECT_THAT(back.faults.note, HasSubstr("is damaged after"));
    EXPECT_THAT(back.faults.note, HasSubstr("are missing"));
  }
}

TEST_F(DamageTest, DamagedMp3IsSaid) {
  std::string bytes = Make(kMp3);
  Spoil(bytes, bytes.size() / 2, 3000);
  const ReadBack back = Read(bytes);
  EXPECT_GT(back.samples.size(), kFrames / 3);
  EXPECT_LT(back.samples.size(), kFrames);
  EXPECT_TRUE(back.faults.damaged);
  EXPECT_THAT(back.faults.note, HasSubstr("are missing"));
}

TEST_F(DamageTest, SoundsOneBehindTheOtherAreOne) {
  for (const int format : {kVorbis, kOpus, kMp3}) {
    const std::string bytes = Make(format);
    const ReadBack back = Read(bytes + bytes);
    ASSERT_EQ(back.samples.size(), 2 * whole_.samples.size());
    EXPECT_TRUE(std::equal(whole_.samples.begin(), whole_.samples.end(), back.samples.begin()));
    EXPECT_EQ(back.faults.note, "");
  }
}

TEST_F(DamageTest, AnotherKindOfSoundBehindTheFirstIsSaid) {
  const std::string first = Make(kVorbis, 10'000);
  const std::string second =
      SoundBytes(folder_ / "a", kVorbis, std::vector<float>(20'000), /*channels=*/2);
  const ReadBack back = Read(first + second);
  EXPECT_EQ(back.samples.size(), 10'000u);
  EXPECT_TRUE(back.faults.damaged);
  EXPECT_THAT(back.faults.note, HasSubstr("holds another sound behind the first 0.2 s"));
}

TEST_F(DamageTest, TagsBehindTheSoundAreNoFault) {
  for (const int format : {kFlac, kVorbis, kOpus, kMp3}) {
    const ReadBack back = Read(Make(format, 20'000) + "TAG" + std::string(125, ' '));
    EXPECT_EQ(back.samples, whole_.samples);
    EXPECT_EQ(back.faults.note, "");
  }
}

TEST_F(DamageTest, OggWithoutOneWholePageOfSoundIsAnError) {
  const std::string bytes = Make(kVorbis, 10'000);
  EXPECT_NE(Read(std::string_view(bytes).substr(0, bytes.size() - 100)).error, "");
}

}  // namespace
}  // namespace dfn
