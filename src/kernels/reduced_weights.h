// Packed weights of 16 or 8 bits.
#ifndef DEEPFILTER_KERNELS_REDUCED_WEIGHTS_H_
#define DEEPFILTER_KERNELS_REDUCED_WEIGHTS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/aligned_buffer.h"
#include "base/precision.h"
#include "kernels/panel.h"

namespace dfn {

// Weights of 16 or 8 bits. Buffers that the precision does not use are empty.
struct ReducedWeights {
  AlignedBuffer<uint16_t> halves;  // kF16: the order of the floats
  // kI8: w is about bytes * scale. Four depths are adjacent, as instructions that multiply bytes take
  // them; the padding is zero.
  AlignedBuffer<int8_t> bytes;         // [panels][Quads(depth)][kPanel][4], in [-127, 127]
  AlignedBuffer<float> scales;         // [panels][kPanel]
  AlignedBuffer<int32_t> column_sums;  // [panels][kPanel], of the bytes
};

// Whether weights of kF16 are widened when they are packed, and computed with as kF32, which gives the
// same bits. WebAssembly cannot convert halves, and emulating that for each frame takes longer than
// reading twice the bytes.
#if defined(__wasm__)
inline constexpr bool kWidensHalves = true;
#else
inline constexpr bool kWidensHalves = false;
#endif

// Whether packed weights of that precision are floats in memory.
constexpr bool AreFloats(Precision precision) {
  return precision == Precision::kF32 || (kWidensHalves && precision == Precision::kF16);
}

// Rounds floats to values of kF16.
void RoundToHalf(std::span<float> weights) noexcept;

// Groups of four depths in a panel of bytes. It is even, since some instructions take eight.
constexpr size_t Quads(size_t depth) { return (depth + 7) / 8 * 2; }
// The depth with its padding.
constexpr size_t PaddedDepth(size_t depth) { return 4 * Quads(depth); }

// The largest input, as an unsigned byte, that a kI8 product over `depth` inputs may have: however
// inputs and weights fall, sum and partial sums of depth * 127 * limit stay within int32. 255 up to a
// depth of 66,000, and at least 1 up to 16 million.
uint8_t InputLimit(size_t depth) noexcept;

// Calls visit(buffer) for every buffer.
template <class Visit>
void VisitBuffers(ReducedWeights& weights, Visit& visit) {
  visit(weights.halves);
  visit(weights.bytes);
  visit(weights.scales);
  visit(weights.column_sums);
}

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_REDUCED_WEIGHTS_H_
