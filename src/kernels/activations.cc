#include "kernels/activations.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/activations.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/activations-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

template <class D>
size_t ActivateFrom(D d, size_t i, size_t n, const float* x, float* y, Activation activation) {
  for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d)) {
    hn::StoreU(ActivateV(d, hn::LoadU(d, x + i), activation), d, y + i);
  }
  return i;
}

void ActivateArray(size_t n, const float* x, float* y, Activation activation) {
  const size_t done = ActivateFrom(hn::ScalableTag<float>(), 0, n, x, y, activation);
  ActivateFrom(hn::CappedTag<float, 1>(), done, n, x, y, activation);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(ActivateArray);

void Sigmoid(size_t n, const float* x, float* y) noexcept {
  HWY_DYNAMIC_DISPATCH(ActivateArray)(n, x, y, Activation::kSigmoid);
}

void Tanh(size_t n, const float* x, float* y) noexcept {
  HWY_DYNAMIC_DISPATCH(ActivateArray)(n, x, y, Activation::kTanh);
}

}  // namespace dfn
#endif  // HWY_ONCE
