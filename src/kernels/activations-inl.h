// Vector sigmoid and tanh, for use inside kernels.
//
// Both are built from steps that cannot decrease, so they are monotone in floating point whatever
// the rounding, with or without fused multiply-add:
//  - exp splits x = n ln 2 + r by floor, so r >= 0. Its polynomial has positive coefficients, and
//    Horner's steps of non-negative, non-decreasing operands round to non-decreasing results. At
//    the seams p(r) is capped at 2, where the next n begins.
//  - sigmoid is 1 / (1 + exp(-x)); tanh of |x| is 1 - 2 / (exp(2 |x|) + 1), then takes x's sign.
//    Sums and quotients of monotone operands round to monotone results.
#if defined(DEEPFILTER_KERNELS_ACTIVATIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPFILTER_KERNELS_ACTIVATIONS_INL_H_
#undef DEEPFILTER_KERNELS_ACTIVATIONS_INL_H_
#else
#define DEEPFILTER_KERNELS_ACTIVATIONS_INL_H_
#endif

#include <hwy/highway.h>

#include "kernels/activations.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// exp(x) for -87 <= x <= 87 (no overflow, no denormals), relative error below 2e-7.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ExpV(D d, V x) {
  const hn::RebindToSigned<D> di;
  const V n = hn::Floor(hn::Mul(x, hn::Set(d, 1.44269504f)));
  // ln 2 in two parts; the first has 10 bits, so its product with n is exact.
  V r = hn::NegMulAdd(n, hn::Set(d, 0x1.63p-1f), x);
  r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), r);
  // Rounding may have chosen n one too high; then r is a hair below zero.
  r = hn::Max(r, hn::Zero(d));
  // 1 + r q(r), minimax in relative error (1.3e-8) over [0, ln 2].
  V p = hn::Set(d, 0x1.fedbccp-10f);
  p = hn::MulAdd(p, r, hn::Set(d, 0x1.feac9ep-8f));
  p = hn::MulAdd(p, r, hn::Set(d, 0x1.575e1ep-5f));
  p = hn::MulAdd(p, r, hn::Set(d, 0x1.5537b2p-3f));
  p = hn::MulAdd(p, r, hn::Set(d, 0x1.0000c4p-1f));
  p = hn::MulAdd(p, r, hn::Set(d, 0x1.fffffap-1f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f));
  p = hn::Min(p, hn::Set(d, 2.0f));
  const auto exponent = hn::ShiftLeft<23>(hn::ConvertTo(di, n));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
}

// x clamped to [-limit, limit]; NaN gives -limit, as no comparison with it holds.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ClampV(D d, V x, float limit) {
  const V high = hn::Set(d, limit);
  const V low = hn::Set(d, -limit);
  x = hn::IfThenElse(hn::Gt(x, low), x, low);
  return hn::IfThenElse(hn::Lt(x, high), x, high);
}

// a / b, rounded to nearest. The vectors of 32-bit ARM have no division, and Highway's approximation
// is not monotone.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V DivV(D d, V a, V b) {
#if HWY_ARCH_ARM_V7
  HWY_ALIGN float dividends[hn::MaxLanes(D())];
  HWY_ALIGN float divisors[hn::MaxLanes(D())];
  hn::Store(a, d, dividends);
  hn::Store(b, d, divisors);
  for (size_t i = 0; i < hn::Lanes(d); ++i) dividends[i] /= divisors[i];
  return hn::Load(d, dividends);
#else
  (void)d;
  return hn::Div(a, b);
#endif
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V SigmoidV(D d, V x) {
  const V one = hn::Set(d, 1.0f);
  return DivV(d, one, hn::Add(one, ExpV(d, hn::Neg(ClampV(d, x, 87.0f)))));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V TanhV(D d, V x) {
  const V one = hn::Set(d, 1.0f);
  const V two = hn::Set(d, 2.0f);
  // From 9.02 on, tanh is 1 in float.
  x = ClampV(d, x, 10.0f);
  const V e = ExpV(d, hn::Mul(two, hn::Abs(x)));
  return hn::CopySignToAbs(hn::Sub(one, DivV(d, two, hn::Add(e, one))), x);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V ActivateV(D d, V x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), x);
    case Activation::kSigmoid:
      return SigmoidV(d, x);
    case Activation::kTanh:
      return TanhV(d, x);
  }
  return x;
}

}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#endif  // DEEPFILTER_KERNELS_ACTIVATIONS_INL_H_
