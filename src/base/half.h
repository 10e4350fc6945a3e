// IEEE 754 half precision, as bits.
#ifndef DEEPFILTER_BASE_HALF_H_
#define DEEPFILTER_BASE_HALF_H_

#include <cstdint>

namespace dfn {

// The nearest half, ties to even. Finite values beyond the largest half, 65504, become that one.
uint16_t HalfFromFloat(float value) noexcept;
// Exact.
float FloatFromHalf(uint16_t half) noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_BASE_HALF_H_
