// The scalar twin of the GRU.
#ifndef DEEPFILTER_KERNELS_GRU_SCALAR_H_
#define DEEPFILTER_KERNELS_GRU_SCALAR_H_

#include "kernels/gru.h"

namespace dfn::scalar {

// Computes what dfn::GruSteps computes for one stream, in the same order of sums, rounding after
// every product and sum.
void GruSteps(const PackedGru& gru, const GruStream& stream, size_t output_stride) noexcept;

}  // namespace dfn::scalar

#endif  // DEEPFILTER_KERNELS_GRU_SCALAR_H_
