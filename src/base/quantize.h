// The rule by which a column of weights becomes int8: engines and packed model files share it, so
// that a file's bytes are those that an engine would make.
#ifndef DEEPFILTER_BASE_QUANTIZE_H_
#define DEEPFILTER_BASE_QUANTIZE_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace dfn {

inline constexpr float kLargestByte = 127.0f;

// The scale of a column whose largest magnitude is `largest`. It maps the largest weight to 127:
// with columns of some hundred weights near a normal distribution, clipping the largest ones gains
// nothing. 0 if the column is nothing but zeros, or so small that its scale is none.
inline float ByteScale(float largest) noexcept { return largest / kLargestByte; }

// The byte of a weight: about weight / scale, ties to even.
inline int8_t ByteOf(float weight, float scale) noexcept {
  const float value = scale > 0 ? weight / scale : 0.0f;
  // The clamp is for values that the rounding of the scale has moved past the end.
  return static_cast<int8_t>(std::nearbyint(std::clamp(value, -kLargestByte, kLargestByte)));
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_QUANTIZE_H_
