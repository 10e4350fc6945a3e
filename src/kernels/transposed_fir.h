// One step of a transposed-form FIR filter over frames: a frame adds its products to the outputs of
// this frame and of the frames to come.
#ifndef DEEPFILTER_KERNELS_TRANSPOSED_FIR_H_
#define DEEPFILTER_KERNELS_TRANSPOSED_FIR_H_

#include <cstddef>

#include "base/realtime.h"
#include "kernels/activations.h"

namespace dfn {

// The largest number of lanes. The vectors of a row extend beyond its end by less than this.
inline constexpr size_t kTransposedFirLanes = 8;

// R rows of N outputs each. A row of sums holds those of the next K frames, the nearest first, and
// zeros up to the next row.
struct TransposedFirShape {
  size_t rows;     // R
  size_t outputs;  // N
  size_t frames;   // K
  // Floats from row to row: at least N, and K * N rounded up to kTransposedFirLanes.
  size_t stride;
};

// Adds the products of one frame to the pending sums and puts out the sum that is complete:
//   output[r, n] = act(pending[r, 0, n] + added[r, 0, n])
//   pending[r, k, n] = pending[r, k + 1, n] + added[r, k + 1, n], where pending[r, K, n] is 0
//   added: R rows of K + 1 frames, then zeros, `stride` floats apart
//   output: [R, N], and kTransposedFirLanes - 1 more floats that may be overwritten
// The arrays do not overlap; if K is 0, `pending` is not read. Real-time safe.
void TransposedFirStep(const TransposedFirShape& shape, const float* added, float* pending,
                       float* output, Activation activation) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_TRANSPOSED_FIR_H_
