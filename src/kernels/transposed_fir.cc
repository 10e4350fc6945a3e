#include "kernels/transposed_fir.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/transposed_fir.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/activations-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

// The rows run in ascending order, so that the floats that a vector writes beyond its row are
// overwritten by the next row; within a row, each float is read before it is overwritten.
template <Activation kActivation>
void AddRowsOf(const TransposedFirShape& shape, const float* HWY_RESTRICT added,
               float* HWY_RESTRICT pending, float* HWY_RESTRICT output) {
  const hn::CappedTag<float, kTransposedFirLanes> d;
  const size_t outputs = shape.outputs;
  const size_t kept = shape.frames * outputs;
  for (size_t r = 0; r < shape.rows; ++r) {
    for (size_t i = 0; i < outputs; i += hn::Lanes(d)) {
      auto sum = hn::LoadU(d, added + i);
      if (kept > 0) sum = hn::Add(hn::LoadU(d, pending + i), sum);
      hn::StoreU(ActivateV(d, sum, kActivation), d, output + i);
    }
    for (size_t i = 0; i < kept; i += hn::Lanes(d)) {
      hn::StoreU(hn::Add(hn::LoadU(d, pending + i + outputs), hn::LoadU(d, added + i + outputs)), d,
                 pending + i);
    }
    added += shape.stride;
    if (kept > 0) pending += shape.stride;
    output += outputs;
  }
}

void TransposedFirStepImpl(const TransposedFirShape& shape, const float* added, float* pending,
                           float* output, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return AddRowsOf<Activation::kNone>(shape, added, pending, output);
    case Activation::kRelu:
      return AddRowsOf<Activation::kRelu>(shape, added, pending, output);
    case Activation::kSigmoid:
      return AddRowsOf<Activation::kSigmoid>(shape, added, pending, output);
    case Activation::kTanh:
      return AddRowsOf<Activation::kTanh>(shape, added, pending, output);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(TransposedFirStepImpl);

void TransposedFirStep(const TransposedFirShape& shape, const float* added, float* pending,
                       float* output, Activation activation) noexcept {
  HWY_DYNAMIC_DISPATCH(TransposedFirStepImpl)(shape, added, pending, output, activation);
}

}  // namespace dfn
#endif  // HWY_ONCE
