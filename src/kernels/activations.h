// The network's activation functions.
#ifndef DEEPFILTER_KERNELS_ACTIVATIONS_H_
#define DEEPFILTER_KERNELS_ACTIVATIONS_H_

#include <cstddef>

#include "base/realtime.h"

namespace dfn {

// All but kNone take NaN for minus infinity, on every target, so that a recurrent state does not
// keep it: ReLU gives 0, sigmoid about 0, tanh -1.
enum class Activation { kNone, kRelu, kSigmoid, kTanh };

// y[i] = sigmoid(x[i]), y[i] = tanh(x[i]) for i < n. x and y are the same array or do not overlap.
// Absolute error <= kActivationError, inside [0, 1] and [-1, 1], monotone non-decreasing over all
// floats (`activations-inl.h` says why), tanh odd. Real-time safe.
void Sigmoid(size_t n, const float* x, float* y) noexcept DFN_REALTIME;
void Tanh(size_t n, const float* x, float* y) noexcept DFN_REALTIME;

// The bound also holds for the activations that other kernels apply. Measured: 1.2e-7 (SSE4, AVX2).
inline constexpr float kActivationError = 5e-7f;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_ACTIVATIONS_H_
