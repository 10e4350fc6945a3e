#include "kernels/elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

void AddRowsImpl(size_t rows, size_t n, const float* HWY_RESTRICT x, size_t x_stride,
                 float* HWY_RESTRICT y, size_t y_stride) {
  const hn::ScalableTag<float> d;
  for (size_t r = 0; r < rows; ++r, x += x_stride, y += y_stride) {
    size_t i = 0;
    for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d)) {
      hn::StoreU(hn::Add(hn::LoadU(d, y + i), hn::LoadU(d, x + i)), d, y + i);
    }
    for (; i < n; ++i) y[i] += x[i];
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(AddRowsImpl);

void AddRows(size_t rows, size_t n, const float* x, size_t x_stride, float* y,
             size_t y_stride) noexcept {
  HWY_DYNAMIC_DISPATCH(AddRowsImpl)(rows, n, x, x_stride, y, y_stride);
}

}  // namespace dfn
#endif  // HWY_ONCE
