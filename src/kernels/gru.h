// Gated recurrent unit, one layer (ONNX GRU, linear_before_reset = 1; PyTorch GRU).
#ifndef DEEPFILTER_KERNELS_GRU_H_
#define DEEPFILTER_KERNELS_GRU_H_

#include <cstddef>
#include <span>
#include <vector>

#include "base/realtime.h"
#include "kernels/packed_gru.h"
#include "kernels/quantized_rows.h"

namespace dfn {

// One stream's part of a call. Hp is the layer's padded width.
struct GruStream {
  float* state;            // [Hp], read and written; the padding behind H holds zeros
  size_t frames;           // steps, any number
  const float* projected;  // [frames, 3 Hp] as the projection gives them
  float* output;           // rows of [Hp], output_stride floats apart; padding gets zeros
};

// One stream's step: new state `output` from `state` and the input's products.
struct GruRow {
  const float* projected;  // [3 Hp]
  const float* state;      // [Hp]
  float* output;           // [Hp]
};

// Working memory of GruSteps. Layers that do not run at the same time may share it.
struct GruStepScratch {
  std::vector<GruRow> rows;  // of one step
  QuantizedRows quantized;   // their states, for weights of kI8

  // Makes room for calls of up to `streams` streams. Allocates.
  void Fit(const PackedGru& gru, size_t streams);
};

// Advances each stream by its frames:
//   z = sigmoid(pz + h Rz)    r = sigmoid(pr + h Rr)
//   n = tanh(pn + r * (bias_n + h Rn))    h' = n + z * (h - n)
// The input products pz, pr, pn are computed before, by MatMul with `gru.projection`, so that all
// frames share one matrix product. Streams advance side by side, step by step, so that weights are
// read once for all of them. Sums run over h in ascending order, from the bias or input product on:
// neither the cut of the frames nor the other streams change a bit. With weights of kI8, h is rounded
// to bytes as QuantizedMatMul rounds a row, and h Rz, h Rr and h Rn are exact integer sums, added last.
// The arrays of all streams do not overlap. Real-time safe.
void GruSteps(const PackedGru& gru, std::span<const GruStream> streams, size_t output_stride,
              GruStepScratch& scratch) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_GRU_H_
