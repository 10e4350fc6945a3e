// Gated recurrent unit, one layer (ONNX GRU, linear_before_reset = 1; PyTorch GRU).
#ifndef DEEPFILTER_KERNELS_GRU_H_
#define DEEPFILTER_KERNELS_GRU_H_

#include <cstddef>

#include "kernels/packed_gru.h"

namespace dfn {

// Advances one stream by `frames` steps:
//   z = sigmoid(pz + h Rz)    r = sigmoid(pr + h Rr)
//   n = tanh(pn + r * (bias_n + h Rn))    h' = n + z * (h - n)
// The input products pz, pr, pn come in ready, from MatMul with `gru.projection`, so that all
// frames share one matrix product. Sums run over h in ascending order, from the bias or input
// product on; cutting the frames differently changes nothing.
//   projected: [frames, 3 Hp] as the projection gives them
//   state:     [Hp], read and written; the padding behind H holds zeros
//   output:    rows of [Hp], output_stride floats apart; padding gets zeros
// The arrays do not overlap. Real-time safe.
void GruSteps(const PackedGru& gru, size_t frames, const float* projected, float* state,
              float* output, size_t output_stride) noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_GRU_H_
