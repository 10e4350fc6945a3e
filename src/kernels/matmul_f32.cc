#include "kernels/matmul_call.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/matmul_f32.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/matmul-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

void MatMulF32Impl(const MatMulCall& call) { MatMulOf<FloatWeights>(call); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(MatMulF32Impl);

void MatMulF32(const MatMulCall& call) noexcept { HWY_DYNAMIC_DISPATCH(MatMulF32Impl)(call); }

}  // namespace dfn
#endif  // HWY_ONCE
