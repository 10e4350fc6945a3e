// A depthwise convolution's weights, channels last.
#ifndef DEEPFILTER_KERNELS_PACKED_DEPTHWISE_H_
#define DEEPFILTER_KERNELS_PACKED_DEPTHWISE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"

namespace dfn {

// The products of one output bin whose input bin exists: their number, and the kernel bin and input
// bin of the first. From one product to the next, the kernel bin advances by `kernel_step` and the
// input bin by one, or by minus one if the convolution is transposed.
struct DepthwiseTaps {
  uint32_t count = 0;
  uint32_t kernel = 0;
  uint32_t bin = 0;
};

// A convolution of each channel by itself, with a kernel of kernel_t frames by kernel_f bins,
// causal in time, padded by kernel_f / 2 zeros on each side in frequency. Ordinary: every stride-th
// bin, ceil(F / stride) outputs (ONNX Conv). Transposed: F * stride outputs (ONNX ConvTranspose
// whose output padding makes it so).
struct PackedDepthwise {
  size_t channels = 0;  // C
  size_t bins_in = 0;   // F
  size_t bins_out = 0;
  size_t kernel_t = 1;
  size_t kernel_f = 1;
  size_t stride_f = 1;
  bool transposed = false;
  AlignedBuffer<float> weights = {};     // [kernel_t][kernel_f][C], oldest frame first
  AlignedBuffer<float> bias = {};        // [C]
  std::vector<DepthwiseTaps> taps = {};  // [bins_out]

  size_t kernel_step() const { return transposed ? stride_f : 1; }
};

// weights: [C, kernel_t, kernel_f]. In time, an ordinary convolution's last index meets the newest
// frame, a transposed one's first. bias: [C] or empty. Allocates.
PackedDepthwise PackDepthwise(size_t channels, size_t bins_in, size_t kernel_t, size_t kernel_f,
                              size_t stride_f, bool transposed, std::span<const float> weights,
                              std::span<const float> bias);

// Calls visit(buffer) for every buffer.
template <class Visit>
void VisitBuffers(PackedDepthwise& conv, Visit& visit) {
  visit(conv.weights);
  visit(conv.bias);
}

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_PACKED_DEPTHWISE_H_
