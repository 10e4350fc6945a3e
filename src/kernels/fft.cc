#include "kernels/fft.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/fft.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/fft-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

// Returns the lanes of a pass: the largest of 8, 4 and 1 that divides its stride or, if its stores
// can split vectors, its number of groups.
size_t PassLanes(size_t half, const FftPass& pass) {
  const size_t groups = half / pass.radix;
  // The stores of these two kinds of passes split a vector of groups.
  const bool parts = (pass.stride == 1 && pass.radix == 4) || pass.stride == 4;
  const size_t step = parts ? groups : pass.stride;
  return step % 8 == 0 ? 8 : step % 4 == 0 ? 4 : 1;
}

template <size_t kRadix>
void PassOfRadix(const PassCall& call) {
  switch (PassLanes(call.half, call.pass)) {
    case 8:
      return RunPass<kRadix>(hn::CappedTag<float, 8>(), call);
    case 4:
      return RunPass<kRadix>(hn::CappedTag<float, 4>(), call);
    default:
      return RunPass<kRadix>(hn::CappedTag<float, 1>(), call);
  }
}

void Pass(const PassCall& call) {
  switch (call.pass.radix) {
    case 2:
      return PassOfRadix<2>(call);
    case 3:
      return PassOfRadix<3>(call);
    case 4:
      return PassOfRadix<4>(call);
    case 5:
      return PassOfRadix<5>(call);
    default:
      return PassOfRadix<6>(call);
  }
}

// Runs all passes from `from` to `to`, alternating between two buffers; `from` may be the second.
void RunPasses(const PackedFft& fft, Complexes<const float> from, Complexes<float> first,
               Complexes<float> second, Complexes<float> to) {
  for (size_t i = 0; i < fft.passes.size(); ++i) {
    const bool last = i + 1 == fft.passes.size();
    const Complexes<float> out = last ? to : i % 2 == 0 ? first : second;
    Pass({.half = fft.half(),
          .pass = fft.passes[i],
          .twiddles = last ? nullptr : fft.twiddles.data() + fft.passes[i].twiddles,
          .x = from,
          .y = out});
    from = {out.re, out.im, out.interleaved};
  }
}

void ForwardImpl(const PackedFft& fft, const float* HWY_RESTRICT time, float* HWY_RESTRICT spectrum,
                 float* HWY_RESTRICT scratch) {
  const size_t half = fft.half();
  const Complexes<float> first = {scratch, scratch + half, false};
  const Complexes<float> second = {scratch + 2 * half, scratch + 3 * half, false};
  const Complexes<float> last = fft.passes.size() % 2 == 1 ? first : second;
  RunPasses(fft, {time, nullptr, true}, first, second, last);
  spectrum[0] = last.re[0] + last.im[0];
  spectrum[1] = 0.0f;
  spectrum[2 * half] = last.re[0] - last.im[0];
  spectrum[2 * half + 1] = 0.0f;
  const hn::CappedTag<float, kFftLanes> d;
  if (half / 2 >= hn::Lanes(d)) {
    SplitForward(d, fft, last, spectrum);
  } else {
    SplitForward(hn::CappedTag<float, 1>(), fft, last, spectrum);
  }
}

// The inverse transform is the forward one with real and imaginary parts exchanged on both sides.
void InverseImpl(const PackedFft& fft, const float* HWY_RESTRICT spectrum, float* HWY_RESTRICT time,
                 float* HWY_RESTRICT scratch) {
  const size_t half = fft.half();
  const Complexes<float> first = {scratch, scratch + half, false};
  const Complexes<float> second = {scratch + 2 * half, scratch + 3 * half, false};
  const Complexes<float> exchanged = {second.im, second.re, false};
  exchanged.re[0] = spectrum[0] + spectrum[2 * half];
  exchanged.im[0] = spectrum[0] - spectrum[2 * half];
  const hn::CappedTag<float, kFftLanes> d;
  if (half / 2 >= hn::Lanes(d)) {
    SplitInverse(d, fft, spectrum, exchanged);
  } else {
    SplitInverse(hn::CappedTag<float, 1>(), fft, spectrum, exchanged);
  }
  RunPasses(fft, {second.re, second.im, false}, first, second, {time, nullptr, true, true});
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(ForwardImpl);
HWY_EXPORT(InverseImpl);

void RealFftForward(const PackedFft& fft, const float* time, float* spectrum,
                    float* scratch) noexcept {
  HWY_DYNAMIC_DISPATCH(ForwardImpl)(fft, time, spectrum, scratch);
}

void RealFftInverse(const PackedFft& fft, const float* spectrum, float* time,
                    float* scratch) noexcept {
  HWY_DYNAMIC_DISPATCH(InverseImpl)(fft, spectrum, time, scratch);
}

}  // namespace dfn
#endif  // HWY_ONCE
