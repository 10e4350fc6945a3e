// Plain twin of the GRU.
#ifndef DEEPFILTER_KERNELS_GRU_SCALAR_H_
#define DEEPFILTER_KERNELS_GRU_SCALAR_H_

#include "kernels/gru.h"

namespace dfn::scalar {

// As dfn::GruSteps, in the same order of sums, rounding after every product and sum.
void GruSteps(const PackedGru& gru, size_t frames, const float* projected, float* state,
              float* output, size_t output_stride) noexcept;

}  // namespace dfn::scalar

#endif  // DEEPFILTER_KERNELS_GRU_SCALAR_H_
