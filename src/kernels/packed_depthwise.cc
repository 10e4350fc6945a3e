#include "kernels/packed_depthwise.h"

#include <algorithm>
#include <cassert>

namespace dfn {

PackedDepthwise PackDepthwise(size_t channels, size_t bins_in, size_t kernel_t, size_t kernel_f,
                              size_t stride_f, bool transposed, std::span<const float> weights,
                              std::span<const float> bias) {
  assert(weights.size() == channels * kernel_t * kernel_f);
  assert(bias.empty() || bias.size() == channels);
  PackedDepthwise packed{
      .channels = channels,
      .bins_in = bins_in,
      .bins_out = transposed ? bins_in * stride_f : (bins_in + stride_f - 1) / stride_f,
      .kernel_t = kernel_t,
      .kernel_f = kernel_f,
      .stride_f = stride_f,
      .transposed = transposed};
  packed.weights = AlignedBuffer<float>(weights.size());
  packed.bias = AlignedBuffer<float>(channels);
  for (size_t c = 0; c < channels; ++c) {
    for (size_t t = 0; t < kernel_t; ++t) {
      const size_t from_t = transposed ? kernel_t - 1 - t : t;
      for (size_t k = 0; k < kernel_f; ++k) {
        packed.weights[(t * kernel_f + k) * channels + c] =
            weights[(c * kernel_t + from_t) * kernel_f + k];
      }
    }
  }
  std::copy(bias.begin(), bias.end(), packed.bias.data());
  return packed;
}

}  // namespace dfn
