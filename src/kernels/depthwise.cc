#include "kernels/depthwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/depthwise.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "kernels/activations-inl.h"

#ifndef DEEPFILTER_KERNELS_DEPTHWISE_ONCE_
#define DEEPFILTER_KERNELS_DEPTHWISE_ONCE_
namespace dfn {

// The kernel bins that meet an existing input bin: kernel index and input bin of the first, and
// how both go on.
struct Taps {
  size_t count = 0;
  size_t kernel = 0;
  size_t kernel_step = 1;
  size_t bin = 0;
  ptrdiff_t bin_step = 1;
};

inline Taps TapsOf(const PackedDepthwise& conv, size_t out) {
  Taps taps;
  const size_t pad = conv.kernel_f / 2;
  if (!conv.transposed) {
    const size_t first = out * conv.stride_f;  // input bin + pad of kernel bin 0
    taps.kernel = first < pad ? pad - first : 0;
    taps.bin = first + taps.kernel - pad;
    const size_t end = conv.bins_in + pad - first;
    const size_t kernel_end = end < conv.kernel_f ? end : conv.kernel_f;
    taps.count = kernel_end > taps.kernel ? kernel_end - taps.kernel : 0;
    return taps;
  }
  // out = bin * stride + kernel - pad
  taps.kernel_step = conv.stride_f;
  taps.bin_step = -1;
  taps.kernel = (out + pad) % conv.stride_f;
  taps.bin = (out + pad) / conv.stride_f;
  while (taps.bin >= conv.bins_in) {
    --taps.bin;
    taps.kernel += conv.stride_f;
  }
  if (taps.kernel >= conv.kernel_f) return taps;
  taps.count = (conv.kernel_f - 1 - taps.kernel) / conv.stride_f + 1;
  if (taps.count > taps.bin + 1) taps.count = taps.bin + 1;
  return taps;
}

}  // namespace dfn
#endif  // DEEPFILTER_KERNELS_DEPTHWISE_ONCE_

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

// kVecs vectors of channels from `channel` on, of one output bin.
template <size_t kVecs, class D>
HWY_INLINE void ChannelBlock(D d, const PackedDepthwise& conv, const float* const* frames,
                             const Taps& taps, size_t channel, Activation activation,
                             float* HWY_RESTRICT out) {
  const size_t lanes = hn::Lanes(d);
  const size_t channels = conv.channels;
  hn::Vec<D> acc[kVecs];
  for (size_t v = 0; v < kVecs; ++v) {
    acc[v] = hn::LoadU(d, conv.bias.data() + channel + v * lanes);
  }
  const ptrdiff_t x_step = taps.bin_step * static_cast<ptrdiff_t>(channels);
  const size_t w_step = taps.kernel_step * channels;
  for (size_t t = 0; t < conv.kernel_t; ++t) {
    const float* HWY_RESTRICT x = frames[t] + channel;
    const float* HWY_RESTRICT w = conv.weights.data() + channel;
    ptrdiff_t x_at = static_cast<ptrdiff_t>(taps.bin * channels);
    size_t w_at = (t * conv.kernel_f + taps.kernel) * channels;
    for (size_t i = 0; i < taps.count; ++i, x_at += x_step, w_at += w_step) {
      for (size_t v = 0; v < kVecs; ++v) {
        acc[v] = hn::MulAdd(hn::LoadU(d, x + x_at + v * lanes), hn::LoadU(d, w + w_at + v * lanes),
                            acc[v]);
      }
    }
  }
  for (size_t v = 0; v < kVecs; ++v) {
    hn::StoreU(ActivateV(d, acc[v], activation), d, out + channel + v * lanes);
  }
}

void DepthwiseConvImpl(const PackedDepthwise& conv, const float* const* frames,
                       Activation activation, float* HWY_RESTRICT output) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> d1;
  const size_t lanes = hn::Lanes(d);
  // Enough to hide the latency of a multiply-add.
  constexpr size_t kBlock = 4;
  for (size_t f = 0; f < conv.bins_out; ++f) {
    const Taps taps = TapsOf(conv, f);
    float* HWY_RESTRICT out = output + f * conv.channels;
    size_t c = 0;
    for (; c + kBlock * lanes <= conv.channels; c += kBlock * lanes) {
      ChannelBlock<kBlock>(d, conv, frames, taps, c, activation, out);
    }
    for (; c + lanes <= conv.channels; c += lanes) {
      ChannelBlock<1>(d, conv, frames, taps, c, activation, out);
    }
    for (; c < conv.channels; ++c) {
      ChannelBlock<1>(d1, conv, frames, taps, c, activation, out);
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(DepthwiseConvImpl);

void DepthwiseConv(const PackedDepthwise& conv, const float* const* frames, Activation activation,
                   float* output) noexcept {
  HWY_DYNAMIC_DISPATCH(DepthwiseConvImpl)(conv, frames, activation, output);
}

}  // namespace dfn
#endif  // HWY_ONCE
