#include "kernels/packed_depthwise.h"

#include <algorithm>
#include <cassert>

namespace dfn {
namespace {

DepthwiseTaps TapsOf(const PackedDepthwise& conv, size_t out) {
  const size_t pad = conv.kernel_f / 2;
  size_t count = 0;
  size_t kernel = 0;
  size_t bin = 0;
  if (!conv.transposed) {
    const size_t first = out * conv.stride_f;  // input bin + pad of kernel bin 0
    kernel = first < pad ? pad - first : 0;
    bin = first + kernel - pad;
    const size_t end = std::min(conv.bins_in + pad - first, conv.kernel_f);
    count = end > kernel ? end - kernel : 0;
  } else {
    // out = bin * stride + kernel - pad
    kernel = (out + pad) % conv.stride_f;
    bin = (out + pad) / conv.stride_f;
    for (; bin >= conv.bins_in; --bin) kernel += conv.stride_f;
    if (kernel < conv.kernel_f) {
      count = std::min((conv.kernel_f - 1 - kernel) / conv.stride_f + 1, bin + 1);
    }
  }
  return {static_cast<uint32_t>(count), static_cast<uint32_t>(kernel), static_cast<uint32_t>(bin)};
}

}  // namespace

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
  for (size_t f = 0; f < packed.bins_out; ++f) packed.taps.push_back(TapsOf(packed, f));
  return packed;
}

}  // namespace dfn
