#include "model/fold_norm.h"

#include <cmath>
#include <cstddef>

namespace dfn {
namespace {

// The output channel of a row of taps: rows are [out, in / groups], transposed [in, out / groups].
size_t OutChannel(const Conv& conv, size_t row) {
  const size_t ins = conv.in_channels / conv.groups;
  const size_t outs = conv.out_channels / conv.groups;
  if (!conv.transposed) return row / ins;
  const size_t in = row / outs;
  return in / ins * outs + row % outs;
}

}  // namespace

void FoldNorm(const BatchNorm& norm, Conv& conv) {
  std::vector<double> scale;
  std::vector<double> shift;
  for (size_t c = 0; c < conv.out_channels; ++c) {
    scale.push_back(norm.weight[c] / std::sqrt(norm.variance[c] + norm.epsilon));
    shift.push_back(norm.bias[c] - norm.mean[c] * scale[c]);
    if (!conv.bias.empty()) shift[c] += conv.bias[c] * scale[c];
  }
  const size_t taps = conv.kernel_t * conv.kernel_f;
  for (size_t i = 0; i < conv.weight.size(); ++i) {
    conv.weight[i] = static_cast<float>(conv.weight[i] * scale[OutChannel(conv, i / taps)]);
  }
  conv.bias.assign(shift.begin(), shift.end());
}

}  // namespace dfn
