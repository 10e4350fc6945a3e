#include "kernels/depthwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/depthwise.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/activations-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

// Computes channels [channel, channel + kVecs lanes) of one output bin. The activation is a
// template argument, because a choice at each vector would cost more than the convolution.
template <Activation kActivation, size_t kVecs, class D>
HWY_INLINE void ChannelBlock(D d, const PackedDepthwise& conv, const float* const* frames,
                             const DepthwiseTaps& taps, size_t channel, float* HWY_RESTRICT out) {
  const size_t lanes = hn::Lanes(d);
  const size_t channels = conv.channels;
  hn::Vec<D> acc[kVecs];
  for (size_t v = 0; v < kVecs; ++v) {
    acc[v] = hn::LoadU(d, conv.bias.data() + channel + v * lanes);
  }
  const ptrdiff_t x_step = static_cast<ptrdiff_t>(channels) * (conv.transposed ? -1 : 1);
  const size_t w_step = conv.kernel_step() * channels;
  for (size_t t = 0; t < conv.kernel_t; ++t) {
    const float* HWY_RESTRICT x = frames[t] + channel;
    const float* HWY_RESTRICT w =
        conv.weights.data() + (t * conv.kernel_f + taps.kernel) * channels + channel;
    auto x_at = static_cast<ptrdiff_t>(taps.bin * channels);
    for (size_t i = 0; i < taps.count; ++i, x_at += x_step, w += w_step) {
      for (size_t v = 0; v < kVecs; ++v) {
        acc[v] =
            hn::MulAdd(hn::LoadU(d, x + x_at + v * lanes), hn::LoadU(d, w + v * lanes), acc[v]);
      }
    }
  }
  for (size_t v = 0; v < kVecs; ++v) {
    hn::StoreU(ActivateV(d, acc[v], kActivation), d, out + channel + v * lanes);
  }
}

template <Activation kActivation>
void RunBins(const PackedDepthwise& conv, const float* const* frames, float* HWY_RESTRICT output) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> d1;
  const size_t lanes = hn::Lanes(d);
  // On AVX2 a block is 64 channels: half of the registers, and the loop over taps runs once a bin.
  constexpr size_t kBlock = 8;
  constexpr size_t kHalfBlock = kBlock / 2;
  for (size_t f = 0; f < conv.bins_out; ++f) {
    const DepthwiseTaps& taps = conv.taps[f];
    float* HWY_RESTRICT out = output + f * conv.channels;
    size_t c = 0;
    for (; c + kBlock * lanes <= conv.channels; c += kBlock * lanes) {
      ChannelBlock<kActivation, kBlock>(d, conv, frames, taps, c, out);
    }
    for (; c + kHalfBlock * lanes <= conv.channels; c += kHalfBlock * lanes) {
      ChannelBlock<kActivation, kHalfBlock>(d, conv, frames, taps, c, out);
    }
    for (; c + lanes <= conv.channels; c += lanes) {
      ChannelBlock<kActivation, 1>(d, conv, frames, taps, c, out);
    }
    for (; c < conv.channels; ++c) {
      ChannelBlock<kActivation, 1>(d1, conv, frames, taps, c, out);
    }
  }
}

void DepthwiseConvImpl(const PackedDepthwise& conv, const float* const* frames,
                       Activation activation, float* HWY_RESTRICT output) {
  switch (activation) {
    case Activation::kNone:
      return RunBins<Activation::kNone>(conv, frames, output);
    case Activation::kRelu:
      return RunBins<Activation::kRelu>(conv, frames, output);
    case Activation::kSigmoid:
      return RunBins<Activation::kSigmoid>(conv, frames, output);
    case Activation::kTanh:
      return RunBins<Activation::kTanh>(conv, frames, output);
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
