#include "kernels/packed_matrix.h"

#include <algorithm>
#include <cassert>

#include "kernels/stored_precision.h"

namespace dfn {

void StoreAs(Precision precision, PackedMatrix& matrix) {
  matrix.precision = precision;
  if (kWidensHalves && precision == Precision::kF16) {
    RoundToHalf(matrix.weights.span());
    matrix.precision = Precision::kF32;
  } else if (precision != Precision::kF32) {
    matrix.reduced = ReduceWeights(matrix.weights.span(), matrix.depth(), kPanel, precision);
    matrix.weights = {};
  }
}

PackedMatrix PackMatrix(size_t groups, size_t segments, size_t inputs, size_t outputs,
                        std::span<const float> weights, std::span<const float> bias,
                        Precision precision) {
  PackedMatrix packed{.groups = groups, .segments = segments, .inputs = inputs, .outputs = outputs};
  const size_t depth = packed.depth();
  const size_t panels = packed.panels();
  assert(weights.size() == groups * depth * outputs);
  assert(precision != Precision::kI8 || segments == 1);
  assert(bias.empty() || bias.size() == groups * outputs);
  packed.weights = AlignedBuffer<float>(groups * panels * depth * kPanel);
  packed.bias = AlignedBuffer<float>(groups * panels * kPanel);
  for (size_t g = 0; g < groups; ++g) {
    for (size_t column = 0; column < outputs; column += kPanel) {
      const size_t panel = g * panels + column / kPanel;
      const size_t columns = std::min(kPanel, outputs - column);
      const float* from = weights.data() + g * depth * outputs + column;
      float* to = packed.weights.data() + panel * depth * kPanel;
      for (size_t k = 0; k < depth; ++k) {
        std::copy_n(from + k * outputs, columns, to + k * kPanel);
      }
      if (bias.empty()) continue;
      std::copy_n(bias.data() + g * outputs + column, columns, packed.bias.data() + panel * kPanel);
    }
  }
  StoreAs(precision, packed);
  return packed;
}

}  // namespace dfn
