// Matrix products of few outputs, whose vectors run along the inputs.
#ifndef DEEPFILTER_KERNELS_DOT_PRODUCTS_H_
#define DEEPFILTER_KERNELS_DOT_PRODUCTS_H_

#include <cstddef>
#include <span>

#include "base/aligned_buffer.h"
#include "kernels/activations.h"

namespace dfn {

// Lanes at most; the inputs of a group come in multiples of it.
inline constexpr size_t kDotLanes = 16;

// As PackedMatrix: G matrices side by side, each of S * K inputs and N outputs. A panel of columns
// would be mostly padding where N is far below a panel's width.
struct PackedDots {
  size_t groups = 1;                  // G
  size_t segments = 1;                // S
  size_t inputs = 0;                  // K, a multiple of kDotLanes
  size_t outputs = 0;                 // N
  AlignedBuffer<float> weights = {};  // [G][N][S][K]
  AlignedBuffer<float> bias = {};     // [G * N]
};

// Every buffer in turn.
template <class Visit>
void VisitBuffers(PackedDots& dots, Visit& visit) {
  visit(dots.weights);
  visit(dots.bias);
}

// weights: [G][N][S][K]; bias: [G * N] or empty. Allocates.
PackedDots PackDots(size_t groups, size_t segments, size_t inputs, size_t outputs,
                    std::span<const float> weights, std::span<const float> bias);

// For each row r < rows, group g and output n:
//   y[r, g N + n] = act(bias[g, n] + sum over s, k of x[s][r, g K + k] * weight[g, n, s, k])
//   x: S pointers, each to rows of G * K floats that are x_stride floats apart
//   y: [rows, G * N]
// Each lane sums its inputs in order, then the lanes are added up: the order depends on the vector
// width and on nothing else. x and y do not overlap. Real-time safe.
void DotProducts(const PackedDots& dots, size_t rows, const float* const* x, size_t x_stride,
                 float* y, Activation activation) noexcept;

namespace scalar {

// Plain twin: sums in double.
void DotProducts(const PackedDots& dots, size_t rows, const float* const* x, size_t x_stride,
                 float* y, Activation activation) noexcept;

}  // namespace scalar
}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_DOT_PRODUCTS_H_
