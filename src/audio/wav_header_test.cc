#include "audio/wav_header.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace dfn {
namespace {

using HeaderBytes = std::vector<uint8_t>;

Result<WavHeader> Parse(const HeaderBytes& bytes, size_t* consumed = nullptr) {
  size_t position = 0;
  const auto header = ReadWavHeader(
      [&](uint8_t* to, size_t size) -> Result<size_t> {
        const size_t step = std::min(size, bytes.size() - position);
        if (step > 0) std::memcpy(to, bytes.data() + position, step);
        position += step;
        return step;
      },
      "pipe");
  if (consumed != nullptr) *consumed = position;
  return header;
}

void Put32(HeaderBytes& bytes, size_t at, uint32_t value) {
  for (size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<uint8_t>(value >> (8 * i));
}

constexpr size_t kDataSizeAt = 40;  // of a PCM header

TEST(WavHeaderTest, ReadsWhatItMakes) {
  for (const Encoding encoding : {Encoding::kU8, Encoding::kS16, Encoding::kS24, Encoding::kS32,
                                  Encoding::kF32, Encoding::kF64}) {
    for (const std::optional<uint64_t> data_bytes :
         {std::optional<uint64_t>(4800), std::optional<uint64_t>()}) {
      const HeaderBytes bytes = MakeWavHeader({encoding, 44100, 2, data_bytes});
      size_t consumed = 0;
      const auto header = Parse(bytes, &consumed);
      ASSERT_TRUE(header.ok()) << header.error().message;
      EXPECT_EQ(header->encoding, encoding);
      EXPECT_EQ(header->rate_hz, 44100u);
      EXPECT_EQ(header->channels, 2u);
      EXPECT_EQ(header->data_bytes, data_bytes);
      EXPECT_EQ(consumed, bytes.size());
    }
  }
}

TEST(WavHeaderTest, NamesTheSpeakersOfMoreThanTwoChannels) {
  for (const Encoding encoding : {Encoding::kS16, Encoding::kS24, Encoding::kF32}) {
    for (const std::optional<uint64_t> data_bytes :
         {std::optional<uint64_t>(4800), std::optional<uint64_t>()}) {
      const HeaderBytes bytes = MakeWavHeader({encoding, 48000, 6, data_bytes, 0x60f});
      EXPECT_EQ(bytes[20] | bytes[21] << 8, 0xfffe);
      size_t consumed = 0;
      const auto header = Parse(bytes, &consumed);
      ASSERT_TRUE(header.ok()) << header.error().message;
      EXPECT_EQ(header->speakers, 0x60fu);
      EXPECT_EQ(header->encoding, encoding);
      EXPECT_EQ(header->data_bytes, data_bytes);
      EXPECT_EQ(consumed, bytes.size());
    }
  }
  EXPECT_EQ(MakeWavHeader({Encoding::kS16, 48000, 2, 4800, 0x30}),
            MakeWavHeader({Encoding::kS16, 48000, 2, 4800}));
}

TEST(WavHeaderTest, AMaskThatDoesNotFitTheChannelsSaysNothing) {
  constexpr size_t kMaskAt = 40;
  HeaderBytes bytes = MakeWavHeader({Encoding::kS16, 48000, 3, 4800, 0x7});
  EXPECT_EQ(Parse(bytes)->speakers, 0x7u);
  for (const uint32_t mask : {0u, 0x3u, 0xfu, 0x80000003u, 0xffffffffu}) {
    Put32(bytes, kMaskAt, mask);
    EXPECT_EQ(Parse(bytes)->speakers, 0u) << mask;
  }
}

TEST(WavHeaderTest, SizesThatNobodyKnewMeanTheEndOfTheStream) {
  HeaderBytes bytes = MakeWavHeader({Encoding::kS16, 48000, 1, 4800});
  for (const uint32_t size : {0x7FFFF000u, 0x80000000u, 0xFFFFFFFFu}) {
    Put32(bytes, kDataSizeAt, size);
    const auto header = Parse(bytes);
    ASSERT_TRUE(header.ok());
    EXPECT_FALSE(header->data_bytes.has_value()) << size;
  }
  Put32(bytes, kDataSizeAt, 3'000'000'000u);
  EXPECT_EQ(Parse(bytes)->data_bytes, 3'000'000'000u);
  Put32(bytes, 4, 0);
  Put32(bytes, kDataSizeAt, 0);
  EXPECT_FALSE(Parse(bytes)->data_bytes.has_value());
  Put32(bytes, 4, 36 + 100);  // a hundred bytes of other chunks behind no samples
  EXPECT_EQ(Parse(bytes)->data_bytes, 0u);
}

TEST(WavHeaderTest, ALengthOf0WithSamplesBehindItWasNeverWritten) {
  const HeaderBytes samples = {0x32, 0x05, 0x1A, 0x05, 0x30, 0x05, 0x8F, 0x05, 0x32, 0x06};
  for (const uint32_t riff : {0u, 36u, 4088u, 0xFFFFFFFFu}) {
    HeaderBytes bytes = MakeWavHeader({Encoding::kS16, 48000, 1, 0});
    Put32(bytes, 4, riff);
    bytes.insert(bytes.end(), samples.begin(), samples.end());
    size_t consumed = 0;
    const auto header = Parse(bytes, &consumed);
    ASSERT_TRUE(header.ok());
    EXPECT_FALSE(header->data_bytes.has_value()) << riff;
    EXPECT_TRUE(header->unfinished);
    EXPECT_EQ(header->first_bytes, HeaderBytes(samples.begin(), samples.begin() + 8));
    EXPECT_EQ(consumed + 2, bytes.size());
  }
}

TEST(WavHeaderTest, ChunksBehindEmptyDataAreNoSamples) {
  for (const char* name : {"LIST", "abcd"}) {
    HeaderBytes bytes = MakeWavHeader({Encoding::kS16, 48000, 1, 0});
    bytes.insert(bytes.end(), name, name + 4);
    const HeaderBytes list = {4, 0, 0, 0, 'I', 'N', 'F', 'O'};
    bytes.insert(bytes.end(), list.begin(), list.end());
    Put32(bytes, 4, static_cast<uint32_t>(bytes.size() - 8));
    const auto header = Parse(bytes);
    ASSERT_TRUE(header.ok());
    EXPECT_EQ(header->data_bytes, 0u);
    EXPECT_FALSE(header->unfinished);
  }
}

TEST(WavHeaderTest, PaddingMayBeMissing) {
  for (const bool padded : {true, false}) {
    HeaderBytes bytes = MakeWavHeader({Encoding::kS16, 48000, 1, 4800});
    HeaderBytes list = {'L', 'I', 'S', 'T', 3, 0, 0, 0, 'a', 'b', 'c'};
    if (padded) list.push_back(7);  // whatever its value
    bytes.insert(bytes.begin() + 12, list.begin(), list.end());
    size_t consumed = 0;
    const auto header = Parse(bytes, &consumed);
    ASSERT_TRUE(header.ok()) << header.error().message;
    EXPECT_EQ(header->data_bytes, 4800u);
    EXPECT_EQ(consumed, bytes.size());
  }
}

TEST(WavHeaderTest, PassesOverOtherChunks) {
  const HeaderBytes plain = MakeWavHeader({Encoding::kS16, 48000, 1, 4800});
  HeaderBytes bytes = plain;
  // Odd size, so a byte of padding follows.
  const HeaderBytes list = {'L', 'I', 'S', 'T', 3, 0, 0, 0, 'a', 'b', 'c', 0};
  bytes.insert(bytes.begin() + 12, list.begin(), list.end());
  const auto header = Parse(bytes);
  ASSERT_TRUE(header.ok()) << header.error().message;
  EXPECT_EQ(header->data_bytes, 4800u);
}

TEST(WavHeaderTest, EveryCutIsAnError) {
  const HeaderBytes bytes = MakeWavHeader({Encoding::kF32, 48000, 1, 4800});
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto header = Parse(HeaderBytes(bytes.begin(), bytes.begin() + static_cast<long>(size)));
    ASSERT_FALSE(header.ok()) << size;
    EXPECT_EQ(header.error().code, size < 12 ? ErrorCode::kUnsupported : ErrorCode::kCorrupt);
  }
}

TEST(WavHeaderTest, RefusesWhatItCannotDecode) {
  HeaderBytes bytes = MakeWavHeader({Encoding::kS16, 48000, 1, 4800});
  HeaderBytes mu_law = bytes;
  mu_law[20] = 7;
  EXPECT_EQ(Parse(mu_law).error().code, ErrorCode::kUnsupported);
  HeaderBytes no_channels = bytes;
  no_channels[22] = 0;
  EXPECT_EQ(Parse(no_channels).error().code, ErrorCode::kCorrupt);
  HeaderBytes no_rate = bytes;
  Put32(no_rate, 24, 0);
  EXPECT_EQ(Parse(no_rate).error().code, ErrorCode::kUnsupported);
  HeaderBytes small_format = bytes;
  Put32(small_format, 16, 14);
  EXPECT_EQ(Parse(small_format).error().code, ErrorCode::kCorrupt);
  HeaderBytes no_format = bytes;
  no_format.erase(no_format.begin() + 12, no_format.begin() + 36);
  EXPECT_EQ(Parse(no_format).error().code, ErrorCode::kCorrupt);
  HeaderBytes flac = {'f', 'L', 'a', 'C', 0, 0, 0, 34, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(Parse(flac).error().code, ErrorCode::kUnsupported);
}

TEST(WavHeaderTest, ExtensibleAndRf64) {
  // RF64 with a size of 2^33 in its ds64 chunk, 24-bit PCM as WAVE_FORMAT_EXTENSIBLE.
  HeaderBytes bytes;
  const auto text = [&](const char* characters) {
    for (size_t i = 0; i < 4; ++i) bytes.push_back(static_cast<uint8_t>(characters[i]));
  };
  const auto number = [&](uint64_t value, size_t size) {
    for (size_t i = 0; i < size; ++i) {
      bytes.push_back(i < sizeof(value) ? static_cast<uint8_t>(value >> (8 * i)) : uint8_t{0});
    }
  };
  text("RF64"), number(0xFFFFFFFF, 4), text("WAVE");
  text("ds64"), number(28, 4), number(0, 8), number(uint64_t{1} << 33, 8), number(0, 12);
  text("fmt "), number(40, 4), number(0xFFFE, 2), number(6, 2), number(96000, 4);
  number(96000 * 18, 4), number(18, 2), number(24, 2), number(22, 2), number(24, 2), number(63, 4);
  number(1, 2), number(0, 14);
  text("data"), number(0xFFFFFFFF, 4);
  const auto header = Parse(bytes);
  ASSERT_TRUE(header.ok()) << header.error().message;
  EXPECT_EQ(header->encoding, Encoding::kS24);
  EXPECT_EQ(header->channels, 6u);
  EXPECT_EQ(header->rate_hz, 96000u);
  EXPECT_EQ(header->data_bytes, uint64_t{1} << 33);
}

}  // namespace
}  // namespace dfn
