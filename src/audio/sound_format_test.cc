#include "audio/sound_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

namespace dfn {
namespace {

using testing::HasSubstr;

SoundInfo Info(int format, size_t rate_hz = 48000, size_t channels = 1) {
  return {rate_hz, channels, 1000, format};
}

Result<int> Choose(const char* output, SampleFormat wanted, const char* input_path,
                   const SoundInfo& input) {
  return ChooseFormat(output, wanted, input_path, input, input.rate_hz, input.channels);
}

int Chosen(const char* output, SampleFormat wanted, const char* input_path,
           const SoundInfo& input) {
  const auto format = Choose(output, wanted, input_path, input);
  EXPECT_TRUE(format.ok()) << (format.ok() ? "" : format.error().message);
  return format.ok() ? *format : 0;
}

std::string Refused(const char* output, SampleFormat wanted, const char* input_path,
                    const SoundInfo& input) {
  const auto format = Choose(output, wanted, input_path, input);
  EXPECT_FALSE(format.ok());
  if (format.ok()) return "";
  EXPECT_EQ(format.error().code, ErrorCode::kInvalidArgument);
  return format.error().message;
}

constexpr int kWav16 = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
constexpr int kMp3 = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;

TEST(ChooseFormatTest, TheNameDecidesTheContainerAndTheInputThePrecision) {
  const auto automatic = SampleFormat::kAuto;
  EXPECT_EQ(Chosen("o.flac", automatic, "i.wav", Info(kWav16)), SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  EXPECT_EQ(Chosen("o.FLAC", automatic, "i.wav", Info(SF_FORMAT_WAV | SF_FORMAT_FLOAT)),
            SF_FORMAT_FLAC | SF_FORMAT_PCM_24);
  EXPECT_EQ(Chosen("o.aiff", automatic, "i.wav", Info(SF_FORMAT_WAV | SF_FORMAT_PCM_32)),
            SF_FORMAT_AIFF | SF_FORMAT_PCM_32);
  EXPECT_EQ(Chosen("o.wav", automatic, "i.mp3", Info(kMp3)), kWav16);
  EXPECT_EQ(Chosen("o.flac", automatic, "i.wav", Info(SF_FORMAT_WAV | SF_FORMAT_PCM_U8)),
            SF_FORMAT_FLAC | SF_FORMAT_PCM_S8);
  EXPECT_EQ(Chosen("o.mp3", automatic, "i.wav", Info(kWav16)), kMp3);
  EXPECT_EQ(Chosen("o.opus", automatic, "i.wav", Info(kWav16)), SF_FORMAT_OGG | SF_FORMAT_OPUS);
  EXPECT_EQ(Chosen("o.ogg", automatic, "i.wav", Info(kWav16)), SF_FORMAT_OGG | SF_FORMAT_VORBIS);
}

TEST(ChooseFormatTest, TheSameExtensionKeepsTheInputsFormat) {
  const int extensible = SF_FORMAT_WAVEX | SF_FORMAT_PCM_24;
  EXPECT_EQ(Chosen("o.wav", SampleFormat::kAuto, "i.wav", Info(extensible)), extensible);
  const int mu_law = SF_FORMAT_WAV | SF_FORMAT_ULAW;
  EXPECT_EQ(Chosen("o.wav", SampleFormat::kAuto, "i.WAV", Info(mu_law)), mu_law);
  const int opus_in_ogg = SF_FORMAT_OGG | SF_FORMAT_OPUS;
  EXPECT_EQ(Chosen("o.ogg", SampleFormat::kAuto, "i.ogg", Info(opus_in_ogg)), opus_in_ogg);
  EXPECT_EQ(Chosen("without_extension", SampleFormat::kAuto, "i.wav", Info(mu_law)), mu_law);
}

TEST(ChooseFormatTest, AnExplicitSampleFormatWins) {
  EXPECT_EQ(Chosen("o.wav", SampleFormat::kF32, "i.wav", Info(kWav16)),
            SF_FORMAT_WAV | SF_FORMAT_FLOAT);
  EXPECT_EQ(Chosen("o.wav", SampleFormat::kS24, "i.wav", Info(SF_FORMAT_WAV | SF_FORMAT_ULAW)),
            SF_FORMAT_WAV | SF_FORMAT_PCM_24);
  EXPECT_EQ(Chosen("o.flac", SampleFormat::kS16, "i.flac", Info(SF_FORMAT_FLAC | SF_FORMAT_PCM_24)),
            SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
}

TEST(ChooseFormatTest, OnlyTheThirdLayerOfMpegIsWritten) {
  for (const int layer : {SF_FORMAT_MPEG_LAYER_I, SF_FORMAT_MPEG_LAYER_II}) {
    const SoundInfo input = Info(SF_FORMAT_MPEG | layer);
    EXPECT_EQ(Chosen("o.mp3", SampleFormat::kAuto, "i.mp3", input), kMp3);
    EXPECT_EQ(Chosen("o.mp3", SampleFormat::kAuto, "i.mp2", input), kMp3);
    EXPECT_EQ(Chosen("without_extension", SampleFormat::kAuto, "i.mp2", input), kMp3);
    EXPECT_THAT(Refused("o.mp2", SampleFormat::kAuto, "i.mp2", input), HasSubstr("\".mp2\""));
  }
  EXPECT_EQ(WritableName("a/talk.MP2"), "a/talk.mp3");
  EXPECT_EQ(WritableName("a/talk.mp3"), "a/talk.mp3");
  EXPECT_EQ(WritableName("a.mp2/talk"), "a.mp2/talk");
}

TEST(ChooseFormatTest, SaysWhatAFormatCannotHold) {
  const auto automatic = SampleFormat::kAuto;
  EXPECT_THAT(Refused("o.xyz", automatic, "i.wav", Info(kWav16)), HasSubstr("\".xyz\""));
  EXPECT_THAT(Refused("o.mp2", automatic, "i.wav", Info(kWav16)), HasSubstr("\".mp2\""));
  EXPECT_THAT(Refused("o.flac", SampleFormat::kF32, "i.wav", Info(kWav16)), HasSubstr("float"));
  EXPECT_THAT(Refused("o.mp3", SampleFormat::kS16, "i.wav", Info(kWav16)), HasSubstr("s16"));
  EXPECT_THAT(Refused("o.flac", automatic, "i.wav", Info(kWav16, 48000, 9)),
              HasSubstr("9 channels"));
}

TEST(SoundFormatTest, KnowsSoundFilesByTheirNames) {
  EXPECT_TRUE(HasSoundExtension("a/b.WAV"));
  EXPECT_TRUE(HasSoundExtension("b.mp2"));
  EXPECT_FALSE(HasSoundExtension("b.txt"));
  EXPECT_FALSE(HasSoundExtension("wav"));
}

TEST(SoundFormatTest, StreamsFollowTheInput) {
  EXPECT_EQ(ChooseEncoding(SampleFormat::kAuto, Info(SF_FORMAT_FLAC | SF_FORMAT_PCM_24)),
            Encoding::kS24);
  EXPECT_EQ(ChooseEncoding(SampleFormat::kAuto, Info(kMp3)), Encoding::kS16);
  EXPECT_EQ(ChooseEncoding(SampleFormat::kAuto, Info(SF_FORMAT_WAV | SF_FORMAT_DOUBLE)),
            Encoding::kF64);
  EXPECT_EQ(ChooseEncoding(SampleFormat::kF32, Info(kWav16)), Encoding::kF32);
}

TEST(SoundFormatTest, RatesHaveLimits) {
  EXPECT_TRUE(CheckRate(8000, "a").ok());
  EXPECT_FALSE(CheckRate(0, "a").ok());
  EXPECT_FALSE(CheckRate(999, "a").ok());
  EXPECT_FALSE(CheckRate(768'001, "a").ok());
}

}  // namespace
}  // namespace dfn
