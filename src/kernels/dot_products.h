// Matrix products with few outputs: vectors run along the inputs.
#ifndef DEEPFILTER_KERNELS_DOT_PRODUCTS_H_
#define DEEPFILTER_KERNELS_DOT_PRODUCTS_H_

#include <cstddef>
#include <span>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "kernels/activations.h"

namespace dfn {

// The largest number of lanes. The inputs of a group are a multiple of it.
inline constexpr size_t kDotLanes = 16;

// G matrices side by side, each of S * K inputs and N outputs, as in PackedMatrix. It is for N far
// below kPanel, where panels of columns would be mostly padding.
struct PackedDots {
  size_t groups = 1;                  // G
  size_t segments = 1;                // S
  size_t inputs = 0;                  // K, a multiple of kDotLanes
  size_t outputs = 0;                 // N
  AlignedBuffer<float> weights = {};  // [G][N][S][K]
  AlignedBuffer<float> bias = {};     // [G * N]
};

// Calls visit(buffer) for every buffer.
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
                 float* y, Activation activation) noexcept DFN_REALTIME;

namespace scalar {

// The scalar twin, which sums in double.
void DotProducts(const PackedDots& dots, size_t rows, const float* const* x, size_t x_stride,
                 float* y, Activation activation) noexcept;

}  // namespace scalar
}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_DOT_PRODUCTS_H_
