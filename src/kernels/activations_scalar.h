// Scalar twins of the activations, which tests compare the vector code with.
#ifndef DEEPFILTER_KERNELS_ACTIVATIONS_SCALAR_H_
#define DEEPFILTER_KERNELS_ACTIVATIONS_SCALAR_H_

#include "kernels/activations.h"

namespace dfn::scalar {

// Computes in double and rounds once. `Activation` says what NaN gives.
float Activate(float x, Activation activation) noexcept;

}  // namespace dfn::scalar

#endif  // DEEPFILTER_KERNELS_ACTIVATIONS_SCALAR_H_
