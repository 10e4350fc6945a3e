// The network's activation functions.
#ifndef DEEPFILTER_KERNELS_ACTIVATIONS_H_
#define DEEPFILTER_KERNELS_ACTIVATIONS_H_

#include <cstddef>

namespace dfn {

// NaN counts as minus infinity in all but kNone, on every target, so that it does not live on in a
// recurrent state: ReLU gives 0, sigmoid about 0, tanh -1.
enum class Activation { kNone, kRelu, kSigmoid, kTanh };

// y[i] = sigmoid(x[i]), y[i] = tanh(x[i]) for i < n. x and y are the same array or do not overlap.
// Absolute error <= kActivationError, inside [0, 1] and [-1, 1], monotone non-decreasing over all
// floats (`activations-inl.h` says why), tanh odd. Real-time safe.
void Sigmoid(size_t n, const float* x, float* y) noexcept;
void Tanh(size_t n, const float* x, float* y) noexcept;

// Holds for the activations fused into other kernels too; measured 1.2e-7 (SSE4, AVX2).
inline constexpr float kActivationError = 5e-7f;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_ACTIVATIONS_H_
