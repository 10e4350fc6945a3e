#include "kernels/depthwise_scalar.h"

#include "kernels/activations_scalar.h"

namespace dfn::scalar {
namespace {

// Returns whether kernel bin k of output bin `out` has an input bin, and sets *bin to it.
bool InputBin(const PackedDepthwise& conv, size_t out, size_t k, size_t* bin) {
  const size_t pad = conv.kernel_f / 2;
  if (conv.transposed) {
    if (out + pad < k || (out + pad - k) % conv.stride_f != 0) return false;
    *bin = (out + pad - k) / conv.stride_f;
  } else {
    if (out * conv.stride_f + k < pad) return false;
    *bin = out * conv.stride_f + k - pad;
  }
  return *bin < conv.bins_in;
}

}  // namespace

void DepthwiseConv(const PackedDepthwise& conv, const float* const* frames, Activation activation,
                   float* output) noexcept {
  for (size_t f = 0; f < conv.bins_out; ++f) {
    for (size_t c = 0; c < conv.channels; ++c) {
      float sum = conv.bias[c];
      for (size_t t = 0; t < conv.kernel_t; ++t) {
        for (size_t k = 0; k < conv.kernel_f; ++k) {
          size_t bin = 0;
          if (!InputBin(conv, f, k, &bin)) continue;
          sum += frames[t][bin * conv.channels + c] *
                 conv.weights[(t * conv.kernel_f + k) * conv.channels + c];
        }
      }
      output[f * conv.channels + c] = Activate(sum, activation);
    }
  }
}

}  // namespace dfn::scalar
