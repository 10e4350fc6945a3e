// Search for NaNs and infinities.
#ifndef DEEPFILTER_BASE_FINITE_H_
#define DEEPFILTER_BASE_FINITE_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dfn {

// The index of the first value that is NaN or infinite, or values.size(). Models have millions of
// values, so whole blocks are checked without an exit in the middle: compilers vectorise that.
inline size_t FirstNotFinite(std::span<const float> values) {
  constexpr uint32_t kExponent = 0x7f80'0000;
  constexpr size_t kBlock = 1024;
  for (size_t begin = 0; begin < values.size(); begin += kBlock) {
    const size_t end = std::min(begin + kBlock, values.size());
    uint32_t found = 0;
    for (size_t i = begin; i < end; ++i) {
      found |= (std::bit_cast<uint32_t>(values[i]) & kExponent) == kExponent ? 1u : 0u;
    }
    if (found == 0) continue;
    for (size_t i = begin; i < end; ++i) {
      if ((std::bit_cast<uint32_t>(values[i]) & kExponent) == kExponent) return i;
    }
  }
  return values.size();
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_FINITE_H_
