#include "kernels/packed_gru.h"

#include <algorithm>
#include <cassert>

#include "kernels/stored_precision.h"

namespace dfn {

namespace {

constexpr size_t kGates = PackedGru::kGates;

// Packs an ONNX matrix [3H, depth] as panels of units: rows of the gates' columns, `step` floats
// apart. The first gate's panel of the first units is at `to`, the next gate's at to + gate_step.
void PackUnits(const float* weights, size_t hidden, size_t depth, size_t step, size_t gate_step,
               float* to) {
  for (size_t unit = 0; unit < hidden; unit += kPanel, to += kGates * depth * kPanel) {
    const size_t columns = std::min(kPanel, hidden - unit);
    for (size_t gate = 0; gate < kGates; ++gate) {
      const float* from = weights + (gate * hidden + unit) * depth;
      float* panel = to + gate * gate_step;
      for (size_t k = 0; k < depth; ++k) {
        for (size_t n = 0; n < columns; ++n) panel[k * step + n] = from[n * depth + k];
      }
    }
  }
}

}  // namespace

PackedGru PackGru(size_t inputs, size_t hidden, std::span<const float> weight_input,
                  std::span<const float> weight_hidden, std::span<const float> bias_input,
                  std::span<const float> bias_hidden, Precision precision) {
  assert(weight_input.size() == kGates * hidden * inputs);
  assert(weight_hidden.size() == kGates * hidden * hidden);
  PackedGru packed{.hidden = hidden, .precision = precision};
  const size_t width = packed.projected();
  PackedMatrix& projection = packed.projection;
  projection.inputs = inputs;
  projection.outputs = width;
  projection.weights = AlignedBuffer<float>(inputs * width);
  projection.bias = AlignedBuffer<float>(width);
  packed.recurrent = AlignedBuffer<float>(hidden * width);
  packed.bias_n = AlignedBuffer<float>(packed.padded());
  PackUnits(weight_input.data(), hidden, inputs, kPanel, inputs * kPanel,
            projection.weights.data());
  PackUnits(weight_hidden.data(), hidden, hidden, kGates * kPanel, kPanel, packed.recurrent.data());
  for (size_t unit = 0; unit < hidden; ++unit) {
    for (size_t gate = 0; gate < kGates; ++gate) {
      const size_t row = gate * hidden + unit;  // of the ONNX matrices
      const bool is_n = gate == kGates - 1;
      projection.bias[(unit / kPanel * kGates + gate) * kPanel + unit % kPanel] =
          bias_input[row] + (is_n ? 0.0f : bias_hidden[row]);
      if (is_n) packed.bias_n[unit] = bias_hidden[row];
    }
  }
  StoreAs(precision, projection);
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
