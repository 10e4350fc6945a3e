// The rule by which a column of weights becomes int8: engines and packed model files share it, so
// that a file's bytes are those that an engine would make.
#ifndef DEEPFILTER_BASE_QUANTIZE_H_
#define DEEPFILTER_BASE_QUANTIZE_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

namespace dfn {

inline constexpr float kLargestByte = 127.0f;

// The scale of a column whose largest magnitude is `largest`. It maps the largest weight to 127:
// with columns of some hundred weights near a normal distribution, clipping the largest ones gains
// nothing. 0 if the column is nothing but zeros, or so small that its scale is none.
inline float ByteScale(float largest) noexcept { return largest / kLargestByte; }

// What a column's weights are divided by: its scale, or infinity if that is none, so that all bytes
// are 0.
inline float ByteDivisor(float scale) noexcept {
  return scale > 0 ? scale : std::numeric_limits<float>::infinity();
}

// The byte of a weight, ties to even: the last bits of the sum of weight / divisor and
// kByteIntegers. Compilers make vectors of it.
inline constexpr float kByteIntegers = 0x1.8p23f;
inline int32_t ByteOfQuotient(float quotient) noexcept {
  // The clamp is for values that the rounding of the scale has moved past the end.
  const float sum = std::clamp(quotient, -kLargestByte, kLargestByte) + kByteIntegers;
  return std::bit_cast<int32_t>(sum) - std::bit_cast<int32_t>(kByteIntegers);
}
inline int8_t ByteOf(float weight, float scale) noexcept {
  return static_cast<int8_t>(ByteOfQuotient(weight / ByteDivisor(scale)));
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_QUANTIZE_H_
