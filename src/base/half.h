// IEEE 754 half precision, as bits.
#ifndef DEEPFILTER_BASE_HALF_H_
#define DEEPFILTER_BASE_HALF_H_

#include <cstddef>
#include <cstdint>

namespace dfn {

// The nearest half, ties to even. Finite values beyond the largest half, 65504, become that one.
uint16_t HalfFromFloat(float value) noexcept;
// The same for `count` floats. Faster.
void HalvesFromFloats(const float* values, size_t count, uint16_t* to) noexcept;
// Exact.
float FloatFromHalf(uint16_t half) noexcept;
// The same for `count` halves as a file holds them: little-endian, not aligned. Faster.
void FloatsFromHalfBytes(const uint8_t* bytes, size_t count, float* to) noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_BASE_HALF_H_
