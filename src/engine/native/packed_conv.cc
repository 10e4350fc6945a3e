#include "engine/native/packed_conv.h"

#include <algorithm>
#include <cassert>

#include "base/checked.h"
#include "engine/native/linear.h"
#include "kernels/matmul.h"

namespace dfn {
namespace {

bool IsDepthwise(const Conv& conv) {
  return conv.groups == conv.in_channels && conv.groups == conv.out_channels;
}

// Returns whether dot products are the faster form: the inputs are whole vectors of neighbours, and
// there are less than half as many multiply-adds as in the dense form, whose outputs are padded to
// a panel.
bool HasFewOutputs(const ConvLayer& layer) {
  const Conv& conv = layer.conv;
  const size_t group_in = conv.in_channels / conv.groups;
  if (conv.transposed || group_in % kDotLanes != 0) return false;
  if (conv.groups > 1 && conv.kernel_f > 1) return false;
  const size_t dense_out = layer.pointwise ? layer.pointwise->out_channels : conv.out_channels;
  return 2 * conv.out_channels * group_in < RoundUp(dense_out, kPanel) * conv.in_channels;
}

size_t OutputChannels(const ConvLayer& layer) {
  return layer.pointwise ? layer.pointwise->out_channels : layer.conv.out_channels;
}

// A convolution without groups, in double, newest frame last.
struct DenseConv {
  size_t in = 0;
  size_t out = 0;
  size_t kernel_t = 1;
  size_t kernel_f = 1;
  std::vector<double> weight;  // [out, in, kernel_t, kernel_f]
  std::vector<double> bias;    // [out]

  double& at(size_t o, size_t i, size_t t, size_t k) {
    return weight[((o * in + i) * kernel_t + t) * kernel_f + k];
  }
};

DenseConv Expand(const Conv& conv) {
  DenseConv dense{.in = conv.in_channels,
                  .out = conv.out_channels,
                  .kernel_t = conv.kernel_t,
                  .kernel_f = conv.kernel_f,
                  .weight = std::vector<double>(conv.out_channels * conv.in_channels *
                                                conv.kernel_t * conv.kernel_f),
                  .bias = std::vector<double>(conv.out_channels)};
  std::copy(conv.bias.begin(), conv.bias.end(), dense.bias.begin());
  const size_t group_in = conv.in_channels / conv.groups;
  const size_t group_out = conv.out_channels / conv.groups;
  for (size_t o = 0; o < conv.out_channels; ++o) {
    const size_t group = o / group_out;
    for (size_t j = 0; j < group_in; ++j) {
      const size_t i = group * group_in + j;
      const size_t from = conv.transposed ? i * group_out + o % group_out : o * group_in + j;
      for (size_t t = 0; t < conv.kernel_t; ++t) {
        const size_t from_t = conv.transposed ? conv.kernel_t - 1 - t : t;
        for (size_t k = 0; k < conv.kernel_f; ++k) {
          dense.at(o, i, t, k) = conv.weight[(from * conv.kernel_t + from_t) * conv.kernel_f + k];
        }
      }
    }
  }
  return dense;
}

// Returns the single convolution that is equal to `first` followed by the 1x1 convolution `second`.
DenseConv Fold(DenseConv first, DenseConv second) {
  const size_t taps = first.in * first.kernel_t * first.kernel_f;
  DenseConv folded{.in = first.in,
                   .out = second.out,
                   .kernel_t = first.kernel_t,
                   .kernel_f = first.kernel_f,
                   .weight = std::vector<double>(second.out * taps),
                   .bias = second.bias};
  for (size_t o = 0; o < second.out; ++o) {
    for (size_t m = 0; m < first.out; ++m) {
      const double factor = second.at(o, m, 0, 0);
      folded.bias[o] += factor * first.bias[m];
      for (size_t i = 0; i < taps; ++i) {
        folded.weight[o * taps + i] += factor * first.weight[m * taps + i];
      }
    }
  }
  return folded;
}

}  // namespace

PackedMatrix PackPointwise(const Conv& pointwise) {
  DenseConv dense = Expand(pointwise);
  std::vector<float> weights(dense.in * dense.out);  // [in][out]
  for (size_t i = 0; i < dense.in; ++i) {
    for (size_t o = 0; o < dense.out; ++o) {
      weights[i * dense.out + o] = static_cast<float>(dense.at(o, i, 0, 0));
    }
  }
  return PackMatrix(1, 1, dense.in, dense.out, weights, pointwise.bias);
}

void ConvScratch::Fit(size_t scratch_floats, size_t kernel_t) {
  if (floats.size() < scratch_floats) floats = AlignedBuffer<float>(scratch_floats);
  if (frames.size() < kernel_t) frames.resize(kernel_t);
  if (padded.size() < kernel_t) padded.resize(kernel_t);
}

PackedConv::PackedConv(const ConvLayer& layer, size_t bins_in, Activation activation)
    : kernel_t_(layer.conv.kernel_t),
      bins_in_(bins_in),
      bins_out_(layer.conv.transposed ? bins_in * layer.conv.stride_f
                                      : (bins_in - 1) / layer.conv.stride_f + 1),
      channels_in_(layer.conv.in_channels),
      channels_out_(OutputChannels(layer)),
      activation_(activation) {
  const Conv& conv = layer.conv;
  assert(!conv.transposed || (conv.kernel_f == 3 && conv.stride_f == 2));
  if (IsDepthwise(conv)) {
    depthwise_ = PackDepthwise(conv.in_channels, bins_in, conv.kernel_t, conv.kernel_f,
                               conv.stride_f, conv.transposed, conv.weight, conv.bias);
  } else if (HasFewOutputs(layer)) {
    PackFewOutputs(conv);
  } else {
    PackDense(layer);
    return;
  }
  if (layer.pointwise) matrix_ = PackPointwise(*layer.pointwise);
}

// Packs the weights for dot products whose segments are frames, each of kernel_f neighbouring bins
// of the group's channels.
void PackedConv::PackFewOutputs(const Conv& conv) {
  const size_t group_in = conv.in_channels / conv.groups;
  std::vector<float> weights(conv.weight.size());  // [out][kernel_t][kernel_f][group_in]
  size_t to = 0;
  for (size_t o = 0; o < conv.out_channels; ++o) {
    for (size_t t = 0; t < conv.kernel_t; ++t) {
      for (size_t k = 0; k < conv.kernel_f; ++k) {
        for (size_t i = 0; i < group_in; ++i) {
          weights[to++] = conv.weight[((o * group_in + i) * conv.kernel_t + t) * conv.kernel_f + k];
        }
      }
    }
  }
  dots_ = PackDots(conv.groups, conv.kernel_t, conv.kernel_f * group_in,
                   conv.out_channels / conv.groups, weights, conv.bias);
  pad_before_ = conv.kernel_f / 2;
  pad_after_ = conv.kernel_f / 2;
  rows_ = bins_out_;
  row_step_ = conv.stride_f;
}

// Packs a matrix of kernel_t segments (frames). In an ordinary convolution a row reads kernel_f
// neighbouring bins and computes one. In a transposed one a row computes, from bins f and f + 1,
// the two bins 2 f and 2 f + 1, which are neighbours in the output:
//   out[2 f] = in[f] w[1]    out[2 f + 1] = in[f] w[2] + in[f + 1] w[0]
void PackedConv::PackDense(const ConvLayer& layer) {
  DenseConv dense = Expand(layer.conv);
  if (layer.pointwise) dense = Fold(std::move(dense), Expand(*layer.pointwise));
  const bool transposed = layer.conv.transposed;
  const size_t row_bins = transposed ? 2 : dense.kernel_f;
  const size_t phases = transposed ? 2 : 1;
  const size_t outputs = phases * dense.out;
  std::vector<float> weights(kernel_t_ * row_bins * dense.in * outputs);
  std::vector<float> bias(outputs);
  for (size_t k = 0; k < dense.kernel_f; ++k) {
    const size_t bin = transposed ? (k == 0 ? 1 : 0) : k;
    const size_t phase = transposed ? (k == 1 ? 0 : 1) : 0;
    for (size_t t = 0; t < kernel_t_; ++t) {
      for (size_t i = 0; i < dense.in; ++i) {
        const size_t row = (t * row_bins + bin) * dense.in + i;
        for (size_t o = 0; o < dense.out; ++o) {
          weights[row * outputs + phase * dense.out + o] = static_cast<float>(dense.at(o, i, t, k));
        }
      }
    }
  }
  for (size_t n = 0; n < outputs; ++n) bias[n] = static_cast<float>(dense.bias[n % dense.out]);
  matrix_ = PackMatrix(1, kernel_t_, row_bins * dense.in, outputs, weights, bias);
  pad_before_ = transposed ? 0 : dense.kernel_f / 2;
  pad_after_ = transposed ? 1 : dense.kernel_f / 2;
  rows_ = transposed ? bins_in_ : bins_out_;
  row_step_ = transposed ? 1 : layer.conv.stride_f;
}

size_t PackedConv::scratch_floats() const {
  if (depthwise_) return matrix_ ? bins_out_ * channels_in_ : 0;
  const size_t padding = pad_before_ + pad_after_ == 0 ? 0 : kernel_t_ * padded_frame();
  return dots_ && matrix_ ? padding + bins_out_ * matrix_->inputs : padding;
}

double PackedConv::macs() const {
  double macs = 0.0;
  if (depthwise_) {
    size_t taps = 0;
    for (const DepthwiseTaps& of_bin : depthwise_->taps) taps += of_bin.count;
    macs += static_cast<double>(taps * kernel_t_ * channels_in_);
  }
  if (dots_) macs += static_cast<double>(rows_ * dots_->weights.size());
  const size_t matrix_rows = depthwise_ ? bins_out_ : rows_;
  if (matrix_) macs += static_cast<double>(matrix_rows) * Macs(*matrix_);
  return macs;
}

const float* const* PackedConv::Pad(const float* const* frames,
                                    ConvScratch& scratch) const noexcept {
  if (pad_before_ + pad_after_ == 0) return frames;
  float* to = scratch.floats.data();
  for (size_t t = 0; t < kernel_t_; ++t) {
    scratch.padded[t] = to;
    to = std::fill_n(to, pad_before_ * channels_in_, 0.0f);
    to = std::copy_n(frames[t], frame_in(), to);
    to = std::fill_n(to, pad_after_ * channels_in_, 0.0f);
  }
  return scratch.padded.data();
}

void PackedConv::Run(const float* const* frames, float* output,
                     ConvScratch& scratch) const noexcept {
  if (depthwise_ && !matrix_) {
    DepthwiseConv(*depthwise_, frames, activation_, output);
  } else if (depthwise_) {
    float* between = scratch.floats.data();
    DepthwiseConv(*depthwise_, frames, Activation::kNone, between);
    MatMul(*matrix_, bins_out_, between, channels_in_, output, channels_out_, activation_);
  } else if (dots_ && !matrix_) {
    DotProducts(*dots_, rows_, Pad(frames, scratch), row_step_ * channels_in_, output, activation_);
  } else if (dots_) {
    // The memory after the padded frames.
    float* between =
        scratch.floats.data() + (pad_before_ + pad_after_ == 0 ? 0 : kernel_t_ * padded_frame());
    DotProducts(*dots_, rows_, Pad(frames, scratch), row_step_ * channels_in_, between,
                Activation::kNone);
    MatMul(*matrix_, rows_, between, matrix_->inputs, output, channels_out_, activation_);
  } else {
    MatMul(*matrix_, rows_, Pad(frames, scratch), row_step_ * channels_in_, output,
           matrix_->outputs, activation_);
  }
}

}  // namespace dfn
