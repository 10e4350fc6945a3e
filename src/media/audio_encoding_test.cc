#include "media/audio_encoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/path_text.h"

namespace dfn {
namespace {

using ::testing::HasSubstr;

const std::set<std::string> kEncoders = {"aac",       "libmp3lame", "libopus",   "flac",
                                         "alac",      "ac3",        "mp2",       "wmav2",
                                         "pcm_s24le", "pcm_s16le",  "pcm_f32le", "wavpack"};

Result<AudioEncoding> Choose(const char* output, const AudioSource& source, bool same_container,
                             const AudioWishes& wishes = {}) {
  return ChooseEncoding(kEncoders, *FindMediaTarget(PathOf(output)), source, same_container,
                        wishes);
}

AudioSource Stereo(const char* codec, uint64_t bit_rate) {
  return {.codec = codec, .rate_hz = 48000, .channels = 2, .bit_rate = bit_rate};
}

TEST(AudioEncodingTest, CodecAndBitRateStay) {
  const auto same = Choose("a.mp4", Stereo("aac", 317'123), true);
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same->encoder, "aac");
  EXPECT_EQ(same->bit_rate, 317'123u);
  EXPECT_EQ(same->note, "");
  EXPECT_EQ(Choose("a.avi", Stereo("mp3", 0), true)->encoder, "libmp3lame");
}

// A codec that has certain rates gets the next one, never a lower one.
TEST(AudioEncodingTest, BitRatesNeverFall) {
  for (const uint64_t rate : {8'000, 33'000, 128'000, 191'999, 192'001, 300'000}) {
    for (const char* codec : {"aac", "mp3", "ac3", "mp2", "opus"}) {
      const auto encoding = Choose("a.mkv", Stereo(codec, rate), true);
      ASSERT_TRUE(encoding.ok());
      EXPECT_GE(encoding->bit_rate, rate) << codec;
    }
  }
  EXPECT_EQ(Choose("a.mkv", Stereo("ac3", 400'000), true)->bit_rate, 448'000u);
}

TEST(AudioEncodingTest, WhatCannotBeKeptIsSaid) {
  const auto opus = Choose("a.webm", Stereo("aac", 128'000), false);
  ASSERT_TRUE(opus.ok());
  EXPECT_EQ(opus->encoder, "libopus");
  EXPECT_EQ(opus->note, "aac becomes opus");
  // No encoder here, although the container held it.
  const auto speech = Choose("a.3gp", {.codec = "amr_nb", .rate_hz = 8000, .channels = 1}, true);
  ASSERT_TRUE(speech.ok());
  EXPECT_EQ(speech->note, "amr_nb becomes aac");
  // Lossless sound stays so.
  EXPECT_EQ(Choose("a.mkv", Stereo("truehd", 0), true)->codec, "flac");
  EXPECT_EQ(Choose("a.m4a", Stereo("flac", 0), false)->codec, "alac");
  const auto none = Choose("a.amr", Stereo("aac", 0), false);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::kUnsupported);
}

TEST(AudioEncodingTest, LosslessEncodersAreFedWithTheSourcesPrecision) {
  AudioSource source = Stereo("flac", 0);
  source.bits = 16;
  EXPECT_EQ(Choose("a.mka", source, true)->samples, Encoding::kS16);
  EXPECT_EQ(Choose("a.mka", source, true)->bit_rate, 0u);
  source.bits = 24;
  EXPECT_EQ(Choose("a.mka", source, true)->samples, Encoding::kS24);
  EXPECT_EQ(Choose("a.mov", Stereo("pcm_s16le", 0), true)->samples, Encoding::kS16);
  EXPECT_EQ(Choose("a.mov", Stereo("pcm_s24le", 0), true)->samples, Encoding::kS24);
  EXPECT_EQ(Choose("a.mp4", Stereo("aac", 0), true)->samples, Encoding::kF32);
}

TEST(AudioEncodingTest, WishesCount) {
  const auto asked =
      Choose("a.mkv", Stereo("aac", 128'000), true, {.codec = "mp3", .bit_rate = 100'000});
  ASSERT_TRUE(asked.ok());
  EXPECT_EQ(asked->encoder, "libmp3lame");
  EXPECT_EQ(asked->bit_rate, 112'000u);
  const auto unknown = Choose("a.mkv", Stereo("aac", 0), true, {.codec = "x", .bit_rate = {}});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(unknown.error().message, HasSubstr("no encoder \"x\""));
}

AudioWishes Samples(SampleFormat format, const char* codec = "") {
  return {.codec = codec, .bit_rate = {}, .sample_format = format};
}

TEST(AudioEncodingTest, CodecsWithoutLossTakeASampleFormat) {
  const AudioWishes s24 = Samples(SampleFormat::kS24);
  EXPECT_EQ(Choose("a.mka", Stereo("flac", 0), true, s24)->samples, Encoding::kS24);
  EXPECT_EQ(Choose("a.m4a", Stereo("alac", 0), true, s24)->samples, Encoding::kS24);
  // PCM has a codec for each.
  const auto pcm = Choose("a.mov", Stereo("pcm_s16le", 0), true, s24);
  ASSERT_TRUE(pcm.ok());
  EXPECT_EQ(pcm->codec, "pcm_s24le");
  EXPECT_EQ(pcm->encoder, "pcm_s24le");
  EXPECT_EQ(pcm->samples, Encoding::kS24);
  EXPECT_EQ(Choose("a.mkv", Stereo("aac", 0), true, Samples(SampleFormat::kF32, "pcm"))->encoder,
            "pcm_f32le");
  EXPECT_EQ(Choose("a.mov", Stereo("pcm_s24be", 0), true, Samples(SampleFormat::kS24, "pcm_s24le"))
                ->encoder,
            "pcm_s24le");
  EXPECT_EQ(Choose("a.mkv", Stereo("wavpack", 0), true, Samples(SampleFormat::kF32))->samples,
            Encoding::kF32);
}

TEST(AudioEncodingTest, WishesThatACodecCannotFulfilAreRefused) {
  const auto refusal = [](const char* output, const AudioSource& source,
                          const AudioWishes& wishes) {
    const auto encoding = Choose(output, source, true, wishes);
    if (encoding.ok()) return std::string("chosen: ") + encoding->codec;
    EXPECT_EQ(encoding.error().code, ErrorCode::kInvalidArgument);
    return encoding.error().message;
  };
  EXPECT_EQ(refusal("a.mp4", Stereo("aac", 0), Samples(SampleFormat::kS16)),
            "sample format s16 does not apply to aac; --audio-codec names one without loss");
  EXPECT_EQ(refusal("a.mka", Stereo("flac", 0), Samples(SampleFormat::kF32)),
            "sample format f32 does not apply to flac, which holds s16 and s24");
  EXPECT_EQ(refusal("a.mov", Stereo("aac", 0), Samples(SampleFormat::kS24, "pcm_s16le")),
            "--audio-codec pcm_s16le and --sample-format s24 contradict each other");
  EXPECT_EQ(refusal("a.mka", Stereo("flac", 0), {.codec = {}, .bit_rate = 64'000}),
            "--bit-rate does not apply to flac, which is without loss");
  EXPECT_THAT(refusal("a.amr", Stereo("aac", 0), {.codec = "aac", .bit_rate = {}}),
              HasSubstr(".amr does not hold aac"));
}

TEST(AudioEncodingTest, ExperimentalEncodersAreNone) {
  const auto names = ParseEncoders(
      "Encoders:\n V..... = Video\n A..... = Audio\n ------\n V....D libx264   H.264\n"
      " A....D aac       AAC\n A..X.D dca       DCA\n AF...D flac      FLAC\n");
  EXPECT_EQ(names, (std::set<std::string>{"aac", "flac"}));
  EXPECT_TRUE(ParseEncoders("").empty());
}

}  // namespace
}  // namespace dfn
