// Sums that frames to come are waiting for.
#ifndef DEEPFILTER_KERNELS_TRANSPOSED_FIR_H_
#define DEEPFILTER_KERNELS_TRANSPOSED_FIR_H_

#include <cstddef>

#include "kernels/activations.h"

namespace dfn {

// Lanes at most. A row's vectors reach that far over its end.
inline constexpr size_t kTransposedFirLanes = 8;

// R rows of N outputs each. A row of sums holds those of the next K frames, the nearest first, and
// zeros up to the next row.
struct TransposedFirShape {
  size_t rows;     // R
  size_t outputs;  // N
  size_t frames;   // K
  size_t
      stride;  // floats from row to row: K * N rounded up to kTransposedFirLanes, and N, at least
};

// The turn of one frame, to which it and its successors get something added:
//   output[r, n] = act(pending[r, 0, n] + added[r, 0, n])
//   pending[r, k, n] = pending[r, k + 1, n] + added[r, k + 1, n], where pending[r, K, n] is 0
//   added: R rows of K + 1 frames, then zeros, `stride` floats apart
//   output: [R, N], and kTransposedFirLanes - 1 more floats that may be overwritten
// The arrays do not overlap; without frames `pending` is not looked at. Real-time safe.
void TransposedFirStep(const TransposedFirShape& shape, const float* added, float* pending,
                       float* output, Activation activation) noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_TRANSPOSED_FIR_H_
