#include "kernels/packed_gru.h"

#include <cassert>
#include <vector>

namespace dfn {

PackedGru PackGru(size_t inputs, size_t hidden, std::span<const float> weight_input,
                  std::span<const float> weight_hidden, std::span<const float> bias_input,
                  std::span<const float> bias_hidden, Precision precision) {
  assert(weight_input.size() == PackedGru::kGates * hidden * inputs);
  assert(weight_hidden.size() == PackedGru::kGates * hidden * hidden);
  PackedGru packed{.hidden = hidden, .precision = precision};
  const size_t width = packed.projected();
  std::vector<float> projection(inputs * width);
  std::vector<float> bias(width);
  packed.recurrent = AlignedBuffer<float>(hidden * width);
  packed.bias_n = AlignedBuffer<float>(packed.padded());

  for (size_t unit = 0; unit < hidden; ++unit) {
    const size_t panel = unit / kPanel;
    for (size_t gate = 0; gate < PackedGru::kGates; ++gate) {
      const size_t row = gate * hidden + unit;  // of the ONNX matrices
      const size_t lane = gate * kPanel + unit % kPanel;
      const size_t column = panel * PackedGru::kGates * kPanel + lane;
      for (size_t k = 0; k < inputs; ++k) {
        projection[k * width + column] = weight_input[row * inputs + k];
      }
      for (size_t k = 0; k < hidden; ++k) {
        packed.recurrent[(panel * hidden + k) * PackedGru::kGates * kPanel + lane] =
            weight_hidden[row * hidden + k];
      }
      const bool is_n = gate == PackedGru::kGates - 1;
      bias[column] = bias_input[row] + (is_n ? 0.0f : bias_hidden[row]);
      if (is_n) packed.bias_n[unit] = bias_hidden[row];
    }
  }
  packed.projection = PackMatrix(1, 1, inputs, width, projection, bias, precision);
  if (kWidensHalves && precision == Precision::kF16) {
    RoundToHalf(packed.recurrent.span());
    packed.precision = Precision::kF32;
  } else if (precision != Precision::kF32) {
    packed.reduced =
        ReduceWeights(packed.recurrent.span(), hidden, PackedGru::kGates * kPanel, precision);
    packed.recurrent = {};
    const auto one = static_cast<float>(InputLimit(hidden));
    for (float& scale : packed.reduced.scales.span()) scale /= one;
  }
  return packed;
}

}  // namespace dfn
