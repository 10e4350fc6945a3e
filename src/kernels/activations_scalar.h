// Plain twins of the activations: what the vector code is measured against.
#ifndef DEEPFILTER_KERNELS_ACTIVATIONS_SCALAR_H_
#define DEEPFILTER_KERNELS_ACTIVATIONS_SCALAR_H_

#include "kernels/activations.h"

namespace dfn::scalar {

// Computed in double and rounded once; NaN as `Activation` says.
float Activate(float x, Activation activation) noexcept;

}  // namespace dfn::scalar

#endif  // DEEPFILTER_KERNELS_ACTIVATIONS_SCALAR_H_
