// Depthwise convolution, ordinary and transposed.
#ifndef DEEPFILTER_KERNELS_DEPTHWISE_H_
#define DEEPFILTER_KERNELS_DEPTHWISE_H_

#include "base/realtime.h"
#include "kernels/activations.h"
#include "kernels/packed_depthwise.h"

namespace dfn {

// Computes one frame of output. Each sum runs from the bias over frames, oldest first, and kernel
// bins in ascending order.
//   frames: kernel_t pointers to [F, C], oldest first;  output: [bins_out, C]
// Input and output do not overlap. Real-time safe.
void DepthwiseConv(const PackedDepthwise& conv, const float* const* frames, Activation activation,
                   float* output) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_DEPTHWISE_H_
