#include "audio/sample_codec.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>

#include "base/bytes.h"

namespace dfn {
namespace {

double FullScale(int bits) { return std::ldexp(1.0, bits - 1); }

template <size_t kSize>
void StoreLittleEndian(uint64_t value, uint8_t* to) {
  for (size_t i = 0; i < kSize; ++i) to[i] = static_cast<uint8_t>(value >> (8 * i));
}

template <size_t kSize>
void StoreIntegers(std::span<const float> samples, uint8_t* to, uint64_t& clipped) {
  const Quantizer<std::conditional_t<kSize <= 2, float, double>> quantize(8 * kSize);
  for (const float sample : samples) {
    StoreLittleEndian<kSize>(static_cast<uint32_t>(quantize(sample, clipped)), to);
    to += kSize;
  }
}

// Two's complement of 24 bits, widened.
int32_t SignExtend24(uint32_t value) { return static_cast<int32_t>(value ^ 0x800000u) - 0x800000; }

uint32_t Load24(const uint8_t* from) {
  return static_cast<uint32_t>(from[0]) | static_cast<uint32_t>(from[1]) << 8 |
         static_cast<uint32_t>(from[2]) << 16;
}

}  // namespace

size_t BytesPerSample(Encoding encoding) {
  switch (encoding) {
    case Encoding::kU8:
      return 1;
    case Encoding::kS16:
      return 2;
    case Encoding::kS24:
      return 3;
    case Encoding::kS32:
    case Encoding::kF32:
      return 4;
    case Encoding::kF64:
      return 8;
  }
  return 0;
}

void EncodeSamples(std::span<const float> samples, Encoding encoding, std::vector<uint8_t>& bytes,
                   uint64_t& clipped) {
  const size_t begin = bytes.size();
  bytes.resize(begin + samples.size() * BytesPerSample(encoding));
  uint8_t* to = bytes.data() + begin;
  switch (encoding) {
    case Encoding::kU8: {
      const Quantizer<float> quantize(8);
      for (const float sample : samples) {
        *to++ = static_cast<uint8_t>(quantize(sample, clipped) + 128);
      }
      return;
    }
    case Encoding::kS16:
      return StoreIntegers<2>(samples, to, clipped);
    case Encoding::kS24:
      return StoreIntegers<3>(samples, to, clipped);
    case Encoding::kS32:
      return StoreIntegers<4>(samples, to, clipped);
    case Encoding::kF32:
      for (const float sample : samples) {
        StoreLittleEndian<4>(std::bit_cast<uint32_t>(sample), to);
        to += 4;
      }
      return;
    case Encoding::kF64:
      for (const float sample : samples) {
        StoreLittleEndian<8>(std::bit_cast<uint64_t>(static_cast<double>(sample)), to);
        to += 8;
      }
      return;
  }
}

void DecodeSamples(const uint8_t* bytes, Encoding encoding, std::span<float> samples) {
  const size_t size = BytesPerSample(encoding);
  for (size_t i = 0; i < samples.size(); ++i) {
    const uint8_t* from = bytes + i * size;
    switch (encoding) {
      case Encoding::kU8:
        samples[i] = static_cast<float>((static_cast<int>(from[0]) - 128) / FullScale(8));
        break;
      case Encoding::kS16:
        samples[i] = static_cast<float>(static_cast<int16_t>(LoadLittleEndian<uint16_t>(from)) /
                                        FullScale(16));
        break;
      case Encoding::kS24:
        samples[i] = static_cast<float>(SignExtend24(Load24(from)) / FullScale(24));
        break;
      case Encoding::kS32:
        samples[i] = static_cast<float>(static_cast<int32_t>(LoadLittleEndian<uint32_t>(from)) /
                                        FullScale(32));
        break;
      case Encoding::kF32:
        samples[i] = LoadFloat(from);
        break;
      case Encoding::kF64:
        samples[i] = static_cast<float>(std::bit_cast<double>(LoadLittleEndian<uint64_t>(from)));
        break;
    }
  }
}

}  // namespace dfn
