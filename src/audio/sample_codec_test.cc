#include "audio/sample_codec.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace dfn {
namespace {

TEST(SampleCodecTest, IntegersSurviveTheRoundTrip) {
  for (const int bits : {8, 16, 24}) {
    const double scale = std::ldexp(1.0, bits - 1);
    const Quantizer quantize(bits);
    const auto step = static_cast<int64_t>(bits == 24 ? 997 : 1);
    for (auto value = static_cast<int64_t>(-scale); value < static_cast<int64_t>(scale);
         value += step) {
      uint64_t clipped = 0;
      ASSERT_EQ(quantize(static_cast<float>(static_cast<double>(value) / scale), clipped), value);
      ASSERT_EQ(clipped, 0u);
    }
  }
}

TEST(SampleCodecTest, ValuesOutOfRangeClipAndAreCounted) {
  uint64_t clipped = 0;
  EXPECT_EQ(Quantizer(16)(1.0f, clipped), 32767);
  EXPECT_EQ(Quantizer(16)(-1.5f, clipped), -32768);
  EXPECT_EQ(Quantizer(24)(std::numeric_limits<float>::infinity(), clipped), 8388607);
  EXPECT_EQ(clipped, 3u);
  EXPECT_EQ(Quantizer(16)(-1.0f, clipped), -32768);
  EXPECT_EQ(Quantizer(16)(32767.4f / 32768.0f, clipped), 32767);
  EXPECT_EQ(Quantizer(16)(std::numeric_limits<float>::quiet_NaN(), clipped), 0);
  EXPECT_EQ(clipped, 3u);
}

TEST(SampleCodecTest, HalvesGoToTheEvenInteger) {
  uint64_t clipped = 0;
  for (const int bits : {16, 24}) {
    const Quantizer quantize(bits);
    for (int value = -9; value <= 9; ++value) {
      const auto half = static_cast<float>(std::ldexp(value + 0.5, 1 - bits));
      EXPECT_EQ(quantize(half, clipped), static_cast<int32_t>(std::nearbyint(value + 0.5)))
          << value;
    }
  }
  EXPECT_EQ(Quantizer(32)(0.75f, clipped), 3 << 29);
  EXPECT_EQ(clipped, 0u);
  EXPECT_EQ(Quantizer(32)(1.0f, clipped), std::numeric_limits<int32_t>::max());
  EXPECT_EQ(Quantizer(32)(-3e38f, clipped), std::numeric_limits<int32_t>::min());
  EXPECT_EQ(clipped, 2u);
}

TEST(SampleCodecTest, FloatsGiveTheIntegersOfDoubles) {
  constexpr float kOthers[] = {std::numeric_limits<float>::infinity(),
                               -std::numeric_limits<float>::infinity(),
                               std::numeric_limits<float>::quiet_NaN(),
                               3e38f,
                               -3e38f,
                               1e-45f};
  for (const int bits : {8, 16}) {
    const Quantizer<float> floats(bits);
    const Quantizer<double> doubles(bits);
    uint64_t clipped = 0, expected_clipped = 0;
    const auto check = [&](float sample) {
      ASSERT_EQ(floats(sample, clipped), doubles(sample, expected_clipped)) << sample;
      ASSERT_EQ(clipped, expected_clipped) << sample;
    };
    // Every sixteenth of a step of 16 bits, and the floats beside it.
    for (int i = -(33 << 14); i <= 33 << 14; ++i) {
      const float sample = static_cast<float>(i) / (1 << 19);
      for (const float near :
           {std::nextafter(sample, -2.0f), sample, std::nextafter(sample, 2.0f)}) {
        check(near);
      }
    }
    for (const float sample : kOthers) check(sample);
  }
}

TEST(SampleCodecTest, EveryEncodingDecodesToWhatItEncoded) {
  // Multiples of 1/128 inside the range are exact in every encoding.
  std::vector<float> samples;
  for (int i = -128; i < 128; ++i) samples.push_back(static_cast<float>(i) / 128.0f);
  for (const Encoding encoding : {Encoding::kU8, Encoding::kS16, Encoding::kS24, Encoding::kS32,
                                  Encoding::kF32, Encoding::kF64}) {
    std::vector<uint8_t> bytes;
    uint64_t clipped = 0;
    EncodeSamples(samples, encoding, bytes, clipped);
    ASSERT_EQ(bytes.size(), samples.size() * BytesPerSample(encoding));
    std::vector<float> decoded(samples.size());
    DecodeSamples(bytes.data(), encoding, decoded);
    EXPECT_EQ(decoded, samples);
    EXPECT_EQ(clipped, 0u);
  }
}

TEST(SampleCodecTest, BytesAreLittleEndian) {
  const float samples[] = {1.0f / 32768.0f, -2.0f / 32768.0f};
  std::vector<uint8_t> bytes;
  uint64_t clipped = 0;
  EncodeSamples(samples, Encoding::kS16, bytes, clipped);
  EXPECT_EQ(bytes, (std::vector<uint8_t>{1, 0, 0xfe, 0xff}));
  bytes.clear();
  EncodeSamples(samples, Encoding::kS24, bytes, clipped);
  EXPECT_EQ(bytes, (std::vector<uint8_t>{0, 1, 0, 0, 0xfe, 0xff}));
}

}  // namespace
}  // namespace dfn
