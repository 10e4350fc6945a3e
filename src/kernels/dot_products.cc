#include "kernels/dot_products.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dot_products.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/activations-inl.h"

#ifndef DEEPFILTER_KERNELS_DOT_PRODUCTS_ONCE_
#define DEEPFILTER_KERNELS_DOT_PRODUCTS_ONCE_
namespace dfn {

struct DotCall {
  const PackedDots& dots;
  const float* const* x;
  size_t x_stride;
  float* y;
};

}  // namespace dfn
#endif  // DEEPFILTER_KERNELS_DOT_PRODUCTS_ONCE_

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

using D = hn::CappedTag<float, kDotLanes>;
using V = hn::Vec<D>;

// A tile of five outputs by two rows has ten sums in flight and seven operands: enough to hide a
// multiply-add's latency of four at two a cycle, with more multiply-adds than loads. Five is a deep
// filter's usual order, and one of the groups of its convolution has as many outputs.
constexpr size_t kTileOutputs = 5;
constexpr size_t kTileRows = 2;
// With fewer outputs a tile has more rows.
constexpr size_t kNarrowRows = 8;

// Computes rows [row, row + kRows) and outputs [output, output + kOutputs) of a group.
template <size_t kRows, size_t kOutputs>
HWY_INLINE void Tile(const DotCall& call, size_t row, size_t group, size_t output) {
  const D d;
  const PackedDots& m = call.dots;
  const size_t depth = m.segments * m.inputs;
  const size_t first = group * m.outputs + output;
  const float* HWY_RESTRICT w = m.weights.data() + first * depth;
  V acc[kRows][kOutputs];
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t n = 0; n < kOutputs; ++n) acc[r][n] = hn::Zero(d);
  }
  for (size_t s = 0; s < m.segments; ++s) {
    const float* HWY_RESTRICT x = call.x[s] + row * call.x_stride + group * m.inputs;
    for (size_t k = 0; k < m.inputs; k += hn::Lanes(d)) {
      V input[kRows];
      for (size_t r = 0; r < kRows; ++r) input[r] = hn::LoadU(d, x + r * call.x_stride + k);
      for (size_t n = 0; n < kOutputs; ++n) {
        const V weight = hn::Load(d, w + n * depth + s * m.inputs + k);
        for (size_t r = 0; r < kRows; ++r) acc[r][n] = hn::MulAdd(input[r], weight, acc[r][n]);
      }
    }
  }
  for (size_t r = 0; r < kRows; ++r) {
    float* y = call.y + (row + r) * m.groups * m.outputs + first;
    for (size_t n = 0; n < kOutputs; ++n) {
      y[n] = hn::GetLane(hn::SumOfLanes(d, acc[r][n])) + m.bias[first + n];
    }
  }
}

template <size_t kRows>
HWY_INLINE void RowTiles(const DotCall& call, size_t row) {
  const PackedDots& m = call.dots;
  for (size_t g = 0; g < m.groups; ++g) {
    size_t n = 0;
    if constexpr (kRows <= kTileRows) {
      for (; n + kTileOutputs <= m.outputs; n += kTileOutputs) {
        Tile<kRows, kTileOutputs>(call, row, g, n);
      }
    }
    for (; n < m.outputs; ++n) Tile<kRows, 1>(call, row, g, n);
  }
}

void DotProductsImpl(const DotCall& call, size_t rows, Activation activation) {
  const PackedDots& m = call.dots;
  size_t row = 0;
  if (m.outputs < kTileOutputs) {
    for (; row + kNarrowRows <= rows; row += kNarrowRows) RowTiles<kNarrowRows>(call, row);
  }
  for (; row + kTileRows <= rows; row += kTileRows) RowTiles<kTileRows>(call, row);
  for (; row < rows; ++row) RowTiles<1>(call, row);
  if (activation == Activation::kNone) return;

  const D d;
  const hn::CappedTag<float, 1> d1;
  float* HWY_RESTRICT y = call.y;
  const size_t size = rows * m.groups * m.outputs;
  size_t i = 0;
  for (; i + hn::Lanes(d) <= size; i += hn::Lanes(d)) {
    hn::StoreU(ActivateV(d, hn::LoadU(d, y + i), activation), d, y + i);
  }
  for (; i < size; ++i) hn::StoreU(ActivateV(d1, hn::LoadU(d1, y + i), activation), d1, y + i);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cassert>

#include "kernels/activations_scalar.h"

namespace dfn {

HWY_EXPORT(DotProductsImpl);

PackedDots PackDots(size_t groups, size_t segments, size_t inputs, size_t outputs,
                    std::span<const float> weights, std::span<const float> bias) {
  assert(inputs % kDotLanes == 0);
  assert(weights.size() == groups * outputs * segments * inputs);
  assert(bias.empty() || bias.size() == groups * outputs);
  PackedDots dots{.groups = groups, .segments = segments, .inputs = inputs, .outputs = outputs};
  dots.weights = AlignedBuffer<float>(weights.size());
  dots.bias = AlignedBuffer<float>(groups * outputs);
  std::copy(weights.begin(), weights.end(), dots.weights.data());
  std::copy(bias.begin(), bias.end(), dots.bias.data());
  return dots;
}

void DotProducts(const PackedDots& dots, size_t rows, const float* const* x, size_t x_stride,
                 float* y, Activation activation) noexcept {
  HWY_DYNAMIC_DISPATCH(DotProductsImpl)({dots, x, x_stride, y}, rows, activation);
}

void scalar::DotProducts(const PackedDots& dots, size_t rows, const float* const* x,
                         size_t x_stride, float* y, Activation activation) noexcept {
  const size_t outputs = dots.groups * dots.outputs;
  const float* w = dots.weights.data();
  for (size_t n = 0; n < outputs; ++n, w += dots.segments * dots.inputs) {
    for (size_t r = 0; r < rows; ++r) {
      double sum = dots.bias[n];
      for (size_t s = 0; s < dots.segments; ++s) {
        const float* from = x[s] + r * x_stride + n / dots.outputs * dots.inputs;
        for (size_t k = 0; k < dots.inputs; ++k) sum += double{from[k]} * w[s * dots.inputs + k];
      }
      y[r * outputs + n] = Activate(static_cast<float>(sum), activation);
    }
  }
}

}  // namespace dfn
#endif  // HWY_ONCE
