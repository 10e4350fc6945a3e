#include "base/half.h"

#include <bit>
#include <cmath>

#include "base/bytes.h"

namespace dfn {
namespace {

constexpr int kMantissaShift = 23 - 10;
constexpr uint32_t kBiasDifference = 127 - 15;
constexpr float kSmallestNormal = 0x1p-14f;
constexpr float kSubnormalStep = 0x1p-24f;
constexpr uint16_t kLargest = 0x7bff;
constexpr uint16_t kInfinity = 0x7c00;
constexpr uint16_t kNan = 0x7e00;

}  // namespace

uint16_t HalfFromFloat(float value) noexcept {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const auto sign = static_cast<uint16_t>(bits >> 31 << 15);
  const float size = std::abs(value);
  if (std::isnan(size)) return sign | kNan;
  if (std::isinf(size)) return sign | kInfinity;
  if (size > 65504.0f) return sign | kLargest;
  if (size < kSmallestNormal) {
    return sign | static_cast<uint16_t>(std::nearbyint(size / kSubnormalStep));
  }
  const uint32_t magnitude = bits & 0x7fffffffu;
  const uint32_t odd = magnitude >> kMantissaShift & 1;
  const uint32_t rounded = magnitude + (1u << (kMantissaShift - 1)) - 1 + odd;
  return sign | static_cast<uint16_t>((rounded >> kMantissaShift) - (kBiasDifference << 10));
}

// Computes every case of each float and takes one by a mask: compilers vectorise no branches.
void HalvesFromFloats(const float* values, size_t count, uint16_t* to) noexcept {
  constexpr int32_t kLargestBits = std::bit_cast<int32_t>(65504.0f);
  constexpr int32_t kInfinityBits = 0x7f800000;
  // The sum of this and a float below 2^10 has the float's nearest integer in its last bits.
  constexpr float kIntegers = 0x1p23f;
  const auto mask = [](bool condition) { return 0u - static_cast<uint32_t>(condition); };
  for (size_t i = 0; i < count; ++i) {
    const uint32_t bits = std::bit_cast<uint32_t>(values[i]);
    const auto magnitude = static_cast<int32_t>(bits & 0x7fffffffu);
    const auto finite = static_cast<uint32_t>(magnitude < kLargestBits ? magnitude : kLargestBits);
    const uint32_t rounded =
        finite + (1u << (kMantissaShift - 1)) - 1 + (finite >> kMantissaShift & 1);
    const uint32_t normal = (rounded >> kMantissaShift) - (kBiasDifference << 10);
    const float steps = std::bit_cast<float>(finite) * (1.0f / kSubnormalStep) + kIntegers;
    const uint32_t small = std::bit_cast<uint32_t>(steps) - std::bit_cast<uint32_t>(kIntegers);
    const uint32_t is_small = mask(magnitude < std::bit_cast<int32_t>(kSmallestNormal));
    const uint32_t is_infinite = mask(magnitude == kInfinityBits);
    const uint32_t is_nan = mask(magnitude > kInfinityBits);
    uint32_t half = (small & is_small) | (normal & ~is_small);
    half = (kInfinity & is_infinite) | (half & ~is_infinite);
    half = (kNan & is_nan) | (half & ~is_nan);
    to[i] = static_cast<uint16_t>(half | bits >> 31 << 15);
  }
}

float FloatFromHalf(uint16_t half) noexcept {
  const uint32_t sign = uint32_t{half} >> 15 << 31;
  const uint32_t exponent = half >> 10 & 0x1fu;
  const uint32_t mantissa = half & 0x3ffu;
  if (exponent == 0) {
    const float size = static_cast<float>(mantissa) * kSubnormalStep;
    return std::bit_cast<float>(std::bit_cast<uint32_t>(size) | sign);
  }
  const uint32_t wide = exponent == 0x1f ? 0xffu : exponent + kBiasDifference;
  return std::bit_cast<float>(sign | wide << 23 | mantissa << kMantissaShift);
}

// Computes both cases of each half and takes one by a mask: compilers vectorise no branches.
void FloatsFromHalfBytes(const uint8_t* bytes, size_t count, float* to) noexcept {
  for (size_t i = 0; i < count; ++i) {
    const uint32_t half = LoadLittleEndian<uint16_t>(bytes + 2 * i);
    const uint32_t exponent = half >> 10 & 0x1fu;
    const uint32_t magnitude = half & 0x7fffu;
    const uint32_t is_small = 0u - static_cast<uint32_t>(exponent == 0);
    const uint32_t is_special = 0u - static_cast<uint32_t>(exponent == 0x1f);
    const uint32_t bias = kBiasDifference + (is_special & (0xffu - 0x1fu - kBiasDifference));
    const uint32_t normal = (magnitude << kMantissaShift) + (bias << 23);
    const float small = static_cast<float>(static_cast<int32_t>(magnitude)) * kSubnormalStep;
    const uint32_t size = (std::bit_cast<uint32_t>(small) & is_small) | (normal & ~is_small);
    to[i] = std::bit_cast<float>(size | half >> 15 << 31);
  }
}

}  // namespace dfn
