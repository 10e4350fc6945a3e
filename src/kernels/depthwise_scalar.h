// The scalar twin of the depthwise convolution.
#ifndef DEEPFILTER_KERNELS_DEPTHWISE_SCALAR_H_
#define DEEPFILTER_KERNELS_DEPTHWISE_SCALAR_H_

#include "kernels/depthwise.h"

namespace dfn::scalar {

// Computes what dfn::DepthwiseConv computes, in the same order of sums, rounding after every
// product and sum.
void DepthwiseConv(const PackedDepthwise& conv, const float* const* frames, Activation activation,
                   float* output) noexcept;

}  // namespace dfn::scalar

#endif  // DEEPFILTER_KERNELS_DEPTHWISE_SCALAR_H_
