// Packed weights of 16 or 8 bits.
#ifndef DEEPFILTER_KERNELS_REDUCED_WEIGHTS_H_
#define DEEPFILTER_KERNELS_REDUCED_WEIGHTS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/aligned_buffer.h"
#include "base/precision.h"

namespace dfn {

// The weights of blocks [depth][width]. Buffers that the precision does not use are empty.
struct ReducedWeights {
  AlignedBuffer<uint16_t> halves;  // kF16: [blocks][depth][width]
  // kI8: w is about bytes * scale. Two depths are adjacent, as the vector product of int16 pairs
  // takes them; an odd depth is followed by a zero.
  AlignedBuffer<int8_t> bytes;  // [blocks][Pairs(depth)][width][2], in [-127, 127]
  AlignedBuffer<float> scales;  // [blocks][width]
};

// Whether weights of kF16 are widened when they are packed, and computed with as kF32, which gives the
// same bits. WebAssembly cannot convert halves, and emulating that for each frame takes longer than
// reading twice the bytes.
#if defined(__wasm__)
inline constexpr bool kWidensHalves = true;
#else
inline constexpr bool kWidensHalves = false;
#endif

// Rounds floats to values of kF16.
void RoundToHalf(std::span<float> weights) noexcept;

constexpr size_t Pairs(size_t depth) { return (depth + 1) / 2; }

// weights: [blocks][depth][width], depth > 0. Precision kF16 or kI8. Allocates.
ReducedWeights ReduceWeights(std::span<const float> weights, size_t depth, size_t width,
                             Precision precision);

// The largest int16 input that a kI8 product over `depth` inputs may have: however inputs and
// weights fall, sum and partial sums of depth * 127 * limit stay within int32. At least 1 for any
// depth up to 16 million.
int16_t InputLimit(size_t depth) noexcept;

// Calls visit(buffer) for every buffer.
template <class Visit>
void VisitBuffers(ReducedWeights& weights, Visit& visit) {
  visit(weights.halves);
  visit(weights.bytes);
  visit(weights.scales);
}

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_REDUCED_WEIGHTS_H_
