#include "engine/native/transposed_fir_conv.h"

#include <algorithm>
#include <cassert>
#include <vector>

#include "engine/native/linear.h"
#include "kernels/matmul.h"

namespace dfn {
namespace {

// The number of bins whose products stay in L1 until they are added; it is a multiple of the tiles'
// rows.
constexpr size_t kBlockBins = 24;

TransposedFirShape SumsOf(const Conv& conv) {
  const size_t outputs = conv.out_channels / conv.groups;
  return {.rows = conv.groups,
          .outputs = outputs,
          .frames = conv.kernel_t - 1,
          .stride = TransposedFirStride(conv.kernel_t - 1, outputs)};
}

// For each group, [inputs][stride]: the weights from an input to the outputs of the newest frame,
// of the next one, and so on. The bias is added to the newest frame.
PackedMatrix PackSums(const Conv& conv, const TransposedFirShape& sums) {
  const size_t inputs = conv.in_channels / conv.groups;
  std::vector<float> weights(conv.groups * inputs * sums.stride);
  std::vector<float> bias(conv.groups * sums.stride);
  for (size_t o = 0; o < conv.out_channels; ++o) {
    const size_t group = o / sums.outputs;
    const size_t n = o % sums.outputs;
    for (size_t i = 0; i < inputs; ++i) {
      for (size_t t = 0; t < conv.kernel_t; ++t) {
        const size_t later = conv.kernel_t - 1 - t;
        weights[(group * inputs + i) * sums.stride + later * sums.outputs + n] =
            conv.weight[(o * inputs + i) * conv.kernel_t + t];
      }
    }
    if (!conv.bias.empty()) bias[group * sums.stride + n] = conv.bias[o];
  }
  return PackMatrix(conv.groups, 1, inputs, sums.stride, weights, bias);
}

}  // namespace

TransposedFirConv::TransposedFirConv(const ConvLayer& layer, size_t bins, Activation activation,
                                     const StateLayout& layout, std::string_view name)
    : bins_(bins),
      channels_out_(layer.pointwise ? layer.pointwise->out_channels : layer.conv.out_channels),
      activation_(activation),
      sums_(SumsOf(layer.conv)),
      matrix_(PackSums(layer.conv, sums_)) {
  assert(!layer.conv.transposed && layer.conv.kernel_f == 1 && layer.conv.stride_f == 1);
  if (layer.pointwise) pointwise_ = PackPointwise(*layer.pointwise);
  if (sums_.frames == 0) return;
  const StateEntry* entry = layout.Find(name);
  assert(entry != nullptr && entry->size == bins * sums_.rows * sums_.stride);
  sums_state_ = entry->offset;
}

size_t TransposedFirConv::scratch_floats() const {
  return kBlockBins * sums_.rows * sums_.stride + bins_ * between() + kTransposedFirLanes;
}

double TransposedFirConv::macs() const {
  const size_t weights = matrix_.groups * matrix_.inputs * (sums_.frames + 1) * sums_.outputs;
  return static_cast<double>(bins_) *
         (static_cast<double>(weights) + (pointwise_ ? Macs(*pointwise_) : 0.0));
}

void TransposedFirConv::Run(float* state, const float* input, float* output,
                            ConvScratch& scratch) const noexcept {
  const size_t channels_in = matrix_.groups * matrix_.inputs;
  const size_t row = sums_.rows * sums_.stride;
  float* added = scratch.floats.data();
  float* sums = added + kBlockBins * row;
  for (size_t bin = 0; bin < bins_; bin += kBlockBins) {
    const size_t count = std::min(kBlockBins, bins_ - bin);
    MatMul(matrix_, count, input + bin * channels_in, channels_in, added, row, Activation::kNone);
    TransposedFirShape block = sums_;
    block.rows *= count;
    TransposedFirStep(block, added, state + sums_state_ + bin * row, sums + bin * between(),
                      pointwise_ ? Activation::kNone : activation_);
  }
  if (pointwise_) {
    MatMul(*pointwise_, bins_, sums, between(), output, channels_out_, activation_);
  } else {
    std::copy_n(sums, frame_out(), output);
  }
}

}  // namespace dfn
