// The passes of a Fourier transform, for use inside kernels.
#if defined(DEEPFILTER_KERNELS_FFT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPFILTER_KERNELS_FFT_INL_H_
#undef DEEPFILTER_KERNELS_FFT_INL_H_
#else
#define DEEPFILTER_KERNELS_FFT_INL_H_
#endif

#include <hwy/highway.h>

#include "kernels/packed_fft.h"

#ifndef DEEPFILTER_KERNELS_FFT_ONCE_
#define DEEPFILTER_KERNELS_FFT_ONCE_
namespace dfn {

// Complex values as two arrays, or as one array of pairs in `re`.
template <class T>
struct Complexes {
  T* re;
  T* im;
  bool interleaved = false;
  bool exchanged = false;  // pairs of imaginary and real part
};

struct PassCall {
  size_t half;  // M
  const FftPass& pass;
  const float* twiddles;  // null: all are 1
  Complexes<const float> x;
  Complexes<float> y;
};

}  // namespace dfn
#endif  // DEEPFILTER_KERNELS_FFT_ONCE_

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class V>
struct Complex {
  V re;
  V im;
  // GCC would compile implicit constructors for the base instruction set, and those of NEON's
  // vectors cannot be inlined there.
  HWY_INLINE Complex() {}
  HWY_INLINE Complex(V real, V imaginary) : re(real), im(imaginary) {}
};

template <class V>
HWY_INLINE Complex<V> Add(Complex<V> a, Complex<V> b) {
  return {hn::Add(a.re, b.re), hn::Add(a.im, b.im)};
}
template <class V>
HWY_INLINE Complex<V> Sub(Complex<V> a, Complex<V> b) {
  return {hn::Sub(a.re, b.re), hn::Sub(a.im, b.im)};
}
// a + i b and a - i b.
template <class V>
HWY_INLINE Complex<V> AddI(Complex<V> a, Complex<V> b) {
  return {hn::Sub(a.re, b.im), hn::Add(a.im, b.re)};
}
template <class V>
HWY_INLINE Complex<V> SubI(Complex<V> a, Complex<V> b) {
  return {hn::Add(a.re, b.im), hn::Sub(a.im, b.re)};
}
template <class V>
HWY_INLINE Complex<V> Multiply(Complex<V> a, Complex<V> b) {
  return {hn::MulSub(a.re, b.re, hn::Mul(a.im, b.im)), hn::MulAdd(a.re, b.im, hn::Mul(a.im, b.re))};
}
// a + factor b, factor real.
template <class V>
HWY_INLINE Complex<V> AddScaled(Complex<V> a, V factor, Complex<V> b) {
  return {hn::MulAdd(factor, b.re, a.re), hn::MulAdd(factor, b.im, a.im)};
}
template <class V>
HWY_INLINE Complex<V> Scale(V factor, Complex<V> a) {
  return {hn::Mul(factor, a.re), hn::Mul(factor, a.im)};
}

template <class D, class V>
HWY_INLINE void Transform3(D d, Complex<V> a, Complex<V> b, Complex<V> c, Complex<V>* y) {
  const Complex<V> sum = Add(b, c);
  const Complex<V> turned = Scale(hn::Set(d, 0.866025404f), Sub(b, c));  // sin(2 pi / 3)
  const Complex<V> middle = AddScaled(a, hn::Set(d, -0.5f), sum);
  y[0] = Add(a, sum);
  y[1] = SubI(middle, turned);
  y[2] = AddI(middle, turned);
}

// y[k] = sum_j x[j] exp(-2 pi i j k / kRadix).
template <size_t kRadix, class D, class V>
HWY_INLINE void Butterfly(D d, const Complex<V>* x, Complex<V>* y) {
  if constexpr (kRadix == 2) {
    y[0] = Add(x[0], x[1]);
    y[1] = Sub(x[0], x[1]);
  } else if constexpr (kRadix == 3) {
    Transform3(d, x[0], x[1], x[2], y);
  } else if constexpr (kRadix == 4) {
    const Complex<V> sum02 = Add(x[0], x[2]), diff02 = Sub(x[0], x[2]);
    const Complex<V> sum13 = Add(x[1], x[3]), diff13 = Sub(x[1], x[3]);
    y[0] = Add(sum02, sum13);
    y[1] = SubI(diff02, diff13);
    y[2] = Sub(sum02, sum13);
    y[3] = AddI(diff02, diff13);
  } else if constexpr (kRadix == 5) {
    const V cos1 = hn::Set(d, 0.309016994f), cos2 = hn::Set(d, -0.809016994f);
    const V sin1 = hn::Set(d, 0.951056516f), sin2 = hn::Set(d, 0.587785252f);
    const Complex<V> sum14 = Add(x[1], x[4]), diff14 = Sub(x[1], x[4]);
    const Complex<V> sum23 = Add(x[2], x[3]), diff23 = Sub(x[2], x[3]);
    const Complex<V> even1 = AddScaled(AddScaled(x[0], cos1, sum14), cos2, sum23);
    const Complex<V> even2 = AddScaled(AddScaled(x[0], cos2, sum14), cos1, sum23);
    const Complex<V> odd1 = AddScaled(Scale(sin1, diff14), sin2, diff23);
    const Complex<V> odd2 = AddScaled(Scale(sin2, diff14), hn::Neg(sin1), diff23);
    y[0] = Add(x[0], Add(sum14, sum23));
    y[1] = SubI(even1, odd1);
    y[2] = SubI(even2, odd2);
    y[3] = AddI(even2, odd2);
    y[4] = AddI(even1, odd1);
  } else {
    static_assert(kRadix == 6);
    // Good's mapping, j = 3 j1 + 2 j2 and k = 3 k1 + 4 k2 modulo 6, needs no twiddle factors
    // between the stages of two and three.
    Complex<V> a[3], b[3];
    Transform3(d, x[0], x[2], x[4], a);
    Transform3(d, x[3], x[5], x[1], b);
    y[0] = Add(a[0], b[0]);
    y[3] = Sub(a[0], b[0]);
    y[4] = Add(a[1], b[1]);
    y[1] = Sub(a[1], b[1]);
    y[2] = Add(a[2], b[2]);
    y[5] = Sub(a[2], b[2]);
  }
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE Complex<V> LoadPairs(D d, const float* HWY_RESTRICT from) {
  if constexpr (hn::MaxLanes(D()) == 1) {
    return {hn::Set(d, from[0]), hn::Set(d, from[1])};
  } else {
    Complex<V> value;
    hn::LoadInterleaved2(d, from, value.re, value.im);
    return value;
  }
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE void StorePairs(D d, V re, V im, float* HWY_RESTRICT to) {
  if constexpr (hn::MaxLanes(D()) == 1) {
    to[0] = hn::GetLane(re);
    to[1] = hn::GetLane(im);
  } else {
    hn::StoreInterleaved2(re, im, d, to);
  }
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE Complex<V> LoadComplex(D d, const Complexes<const float>& x, size_t at) {
  if (x.interleaved) return LoadPairs(d, x.re + 2 * at);
  return {hn::LoadU(d, x.re + at), hn::LoadU(d, x.im + at)};
}

// Loads the values of consecutive q.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void StoreComplex(D d, Complex<V> value, const Complexes<float>& y, size_t at) {
  if (!y.interleaved) {
    hn::StoreU(value.re, d, y.re + at);
    hn::StoreU(value.im, d, y.im + at);
  } else if (y.exchanged) {
    StorePairs(d, value.im, value.re, y.re + 2 * at);
  } else {
    StorePairs(d, value.re, value.im, y.re + 2 * at);
  }
}

// Loads and combines the inputs of groups i = q + s p, one group in each lane.
template <size_t kRadix, class D, class V>
HWY_INLINE void CombineGroups(D d, const PassCall& call, size_t i, Complex<V>* y) {
  const size_t step = call.half / kRadix;
  Complex<V> x[kRadix];
  for (size_t j = 0; j < kRadix; ++j) x[j] = LoadComplex(d, call.x, i + j * step);
  Butterfly<kRadix>(d, x, y);
}

// Runs a pass of whole vectors within each p, or of one lane. kTurned: the pass has twiddle
// factors.
template <size_t kRadix, bool kTurned, class D>
HWY_INLINE void RunLongStrides(D d, const PassCall& call) {
  using V = hn::Vec<D>;
  const size_t stride = call.pass.stride;
  const size_t blocks = call.half / (kRadix * stride);
  for (size_t p = 0; p < blocks; ++p) {
    Complex<V> w[kRadix];
    const float* HWY_RESTRICT from = kTurned ? call.twiddles + 2 * (kRadix - 1) * p : nullptr;
    for (size_t k = 1; k < kRadix; ++k) {
      w[k] = {hn::Set(d, kTurned ? from[2 * k - 2] : 1.0f),
              hn::Set(d, kTurned ? from[2 * k - 1] : 0.0f)};
    }
    for (size_t q = 0; q < stride; q += hn::Lanes(d)) {
      Complex<V> y[kRadix];
      CombineGroups<kRadix>(d, call, q + stride * p, y);
      for (size_t k = 0; k < kRadix; ++k) {
        if (kTurned && k > 0) y[k] = Multiply(y[k], w[k]);
        StoreComplex(d, y[k], call.y, q + stride * (kRadix * p + k));
      }
    }
  }
}

// Stores groups i = q + s p, one group in each lane. Whole vectors occur with a stride of 4, and
// with a stride of 1 and radix 4 before other passes; all other passes use single lanes.
template <size_t kRadix, class D, class V>
HWY_INLINE void StoreGroups(D d, const Complex<V>* y, const PassCall& call, size_t i) {
  constexpr size_t kLanes = hn::MaxLanes(D());
  if constexpr (kLanes == 1) {
    const size_t stride = call.pass.stride;
    const size_t to = i % stride + i / stride * stride * kRadix;
    for (size_t k = 0; k < kRadix; ++k) StoreComplex(d, y[k], call.y, to + stride * k);
    return;
  }
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kLanes > 1) {
    if constexpr (kRadix == 4) {
      if (call.pass.stride == 1) {
        hn::StoreInterleaved4(y[0].re, y[1].re, y[2].re, y[3].re, d, call.y.re + 4 * i);
        hn::StoreInterleaved4(y[0].im, y[1].im, y[2].im, y[3].im, d, call.y.im + 4 * i);
        return;
      }
    }
    for (size_t k = 0; k < kRadix; ++k) {
      const size_t to = i * kRadix + 4 * k;
      if constexpr (kLanes == 4) {
        StoreComplex(d, y[k], call.y, to);
      } else {
        using Half = hn::Half<D>;
        const Half half;
        const Complex<hn::Vec<Half>> low = {hn::LowerHalf(half, y[k].re),
                                            hn::LowerHalf(half, y[k].im)};
        const Complex<hn::Vec<Half>> high = {hn::UpperHalf(half, y[k].re),
                                             hn::UpperHalf(half, y[k].im)};
        StoreComplex(half, low, call.y, to);
        StoreComplex(half, high, call.y, to + 4 * kRadix);
      }
    }
  }
#endif
}

template <size_t kRadix, class D>
HWY_INLINE void RunShortStrides(D d, const PassCall& call) {
  using V = hn::Vec<D>;
  const size_t groups = call.half / kRadix;
  for (size_t i = 0; i < groups; i += hn::Lanes(d)) {
    Complex<V> y[kRadix];
    CombineGroups<kRadix>(d, call, i, y);
    if (call.twiddles != nullptr) {
      const float* HWY_RESTRICT w = call.twiddles + i;
      for (size_t k = 1; k < kRadix; ++k, w += 2 * groups) {
        y[k] = Multiply(y[k], {hn::LoadU(d, w), hn::LoadU(d, w + groups)});
      }
    }
    StoreGroups<kRadix>(d, y, call, i);
  }
}

template <size_t kRadix, class D>
HWY_NOINLINE void RunPass(D d, const PassCall& call) {
  if (call.pass.stride >= kFftLanes) {
    if (call.twiddles != nullptr) {
      RunLongStrides<kRadix, true>(d, call);
    } else {
      RunLongStrides<kRadix, false>(d, call);
    }
  } else {
    RunShortStrides<kRadix>(d, call);
  }
}

// Calls body(k) for whole vectors of k that cover 1 .. M / 2; the last two may overlap.
template <class D, class Body>
HWY_INLINE void ForEachPair(D d, size_t half, Body body) {
  const size_t lanes = hn::Lanes(d);
  const size_t end = half / 2 + 1;
  size_t k = 1;
  for (; k + lanes <= end; k += lanes) body(k);
  if (k < end) body(end - lanes);
}

// Computes bins k and M - k of X together from Z, the transform of the pairs of samples:
//   E = Z[k] + conj Z[M - k]   O = Z[k] - conj Z[M - k]   T = split[k] O
//   X[k] = E / 2 + T           X[M - k] = conj(E / 2 - T)
template <class D>
HWY_NOINLINE void SplitForward(D d, const PackedFft& fft, const Complexes<float>& z,
                               float* HWY_RESTRICT spectrum) {
  using V = hn::Vec<D>;
  const size_t half = fft.half();
  const size_t lanes = hn::Lanes(d);
  const float* HWY_RESTRICT w_re = fft.split.data();
  const float* HWY_RESTRICT w_im = w_re + half / 2 + 1;
  const V point_five = hn::Set(d, 0.5f);
  ForEachPair(d, half, [&](size_t k) HWY_ATTR {
    const size_t mirror = half + 1 - k - lanes;
    const Complex<V> a = {hn::LoadU(d, z.re + k), hn::LoadU(d, z.im + k)};
    const Complex<V> b = {hn::Reverse(d, hn::LoadU(d, z.re + mirror)),
                          hn::Reverse(d, hn::LoadU(d, z.im + mirror))};
    const Complex<V> even = {hn::Mul(point_five, hn::Add(a.re, b.re)),
                             hn::Mul(point_five, hn::Sub(a.im, b.im))};
    const Complex<V> odd = {hn::Sub(a.re, b.re), hn::Add(a.im, b.im)};
    const Complex<V> turned = Multiply(odd, {hn::LoadU(d, w_re + k), hn::LoadU(d, w_im + k)});
    StorePairs(d, hn::Add(even.re, turned.re), hn::Add(even.im, turned.im), spectrum + 2 * k);
    StorePairs(d, hn::Reverse(d, hn::Sub(even.re, turned.re)),
               hn::Reverse(d, hn::Sub(turned.im, even.im)), spectrum + 2 * mirror);
  });
}

// The inverse computes twice Z:
//   E = X[k] + conj X[M - k]   O = X[k] - conj X[M - k]   T = 2 conj(split[k]) O
//   2 Z[k] = E + T             2 Z[M - k] = conj(E - T)
template <class D>
HWY_NOINLINE void SplitInverse(D d, const PackedFft& fft, const float* HWY_RESTRICT spectrum,
                               const Complexes<float>& z) {
  using V = hn::Vec<D>;
  const size_t half = fft.half();
  const size_t lanes = hn::Lanes(d);
  const float* HWY_RESTRICT w_re = fft.split.data();
  const float* HWY_RESTRICT w_im = w_re + half / 2 + 1;
  ForEachPair(d, half, [&](size_t k) HWY_ATTR {
    const size_t mirror = half + 1 - k - lanes;
    const Complex<V> a = LoadPairs(d, spectrum + 2 * k);
    const Complex<V> mirrored = LoadPairs(d, spectrum + 2 * mirror);
    const Complex<V> b = {hn::Reverse(d, mirrored.re), hn::Reverse(d, mirrored.im)};
    const Complex<V> even = {hn::Add(a.re, b.re), hn::Sub(a.im, b.im)};
    const Complex<V> odd = {hn::Sub(a.re, b.re), hn::Add(a.im, b.im)};
    const Complex<V> twice = Add(odd, odd);
    const Complex<V> turned =
        Multiply(twice, {hn::LoadU(d, w_re + k), hn::Neg(hn::LoadU(d, w_im + k))});
    hn::StoreU(hn::Add(even.re, turned.re), d, z.re + k);
    hn::StoreU(hn::Add(even.im, turned.im), d, z.im + k);
    hn::StoreU(hn::Reverse(d, hn::Sub(even.re, turned.re)), d, z.re + mirror);
    hn::StoreU(hn::Reverse(d, hn::Sub(turned.im, even.im)), d, z.im + mirror);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#endif  // DEEPFILTER_KERNELS_FFT_INL_H_
