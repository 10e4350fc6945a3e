#include "kernels/packed_matrix.h"

#include <cassert>

namespace dfn {

PackedMatrix PackMatrix(size_t groups, size_t segments, size_t inputs, size_t outputs,
                        std::span<const float> weights, std::span<const float> bias,
                        Precision precision) {
  PackedMatrix packed{.groups = groups,
                      .segments = segments,
                      .inputs = inputs,
                      .outputs = outputs,
                      .precision = precision};
  const size_t depth = packed.depth();
  const size_t panels = packed.panels();
  assert(weights.size() == groups * depth * outputs);
  assert(precision != Precision::kI8 || segments == 1);
  assert(bias.empty() || bias.size() == groups * outputs);
  packed.weights = AlignedBuffer<float>(groups * panels * depth * kPanel);
  packed.bias = AlignedBuffer<float>(groups * panels * kPanel);
  for (size_t g = 0; g < groups; ++g) {
    for (size_t n = 0; n < outputs; ++n) {
      const size_t panel = g * panels + n / kPanel;
      const size_t lane = n % kPanel;
      for (size_t k = 0; k < depth; ++k) {
        packed.weights[(panel * depth + k) * kPanel + lane] =
            weights[(g * depth + k) * outputs + n];
      }
      if (!bias.empty()) packed.bias[panel * kPanel + lane] = bias[g * outputs + n];
    }
  }
  if (kWidensHalves && precision == Precision::kF16) {
    RoundToHalf(packed.weights.span());
    packed.precision = Precision::kF32;
  } else if (precision != Precision::kF32) {
    packed.reduced = ReduceWeights(packed.weights.span(), depth, kPanel, precision);
    packed.weights = {};
  }
  return packed;
}

}  // namespace dfn
