#include "kernels/packed_gru.h"

#include <algorithm>
#include <cassert>

#include "kernels/panel_packing.h"

namespace dfn {
namespace {

constexpr size_t kGates = PackedGru::kGates;

// Packs rows of an ONNX matrix [3H, depth] as the panels of units and gates.
void PackUnits(const float* weights, size_t hidden, size_t depth, Precision precision,
               size_t side_by_side, const PanelWeights& packed) {
  for (size_t unit = 0; unit < hidden; unit += kPanel) {
    const size_t columns = std::min(kPanel, hidden - unit);
    for (size_t gate = 0; gate < kGates; ++gate) {
      PackPanel({weights + (gate * hidden + unit) * depth, columns, depth, 1}, depth, precision,
                unit / kPanel * kGates + gate, side_by_side, packed);
    }
  }
}

}  // namespace

PackedGru PackGru(size_t inputs, size_t hidden, std::span<const float> weight_input,
                  std::span<const float> weight_hidden, std::span<const float> bias_input,
                  std::span<const float> bias_hidden, Precision precision, MemoryRoom* room) {
  assert(weight_input.size() == kGates * hidden * inputs);
  assert(weight_hidden.size() == kGates * hidden * hidden);
  PackedGru packed{.hidden = hidden};
  packed.projection = NewMatrix(1, 1, inputs, packed.projected(), precision, room);
  packed.precision = packed.projection.precision;
  NewPanels(kGates * packed.panels(), hidden, precision, room, {packed.recurrent, packed.reduced});
  packed.bias_n = NewBuffer<float>(packed.padded(), room);
  std::fill(packed.bias_n.span().begin(), packed.bias_n.span().end(), 0.0f);

  PackUnits(weight_input.data(), hidden, inputs, precision, 1,
            {packed.projection.weights, packed.projection.reduced});
  PackUnits(weight_hidden.data(), hidden, hidden, precision, kGates,
            {packed.recurrent, packed.reduced});
  for (size_t unit = 0; unit < hidden; ++unit) {
    for (size_t gate = 0; gate < kGates; ++gate) {
      const size_t row = gate * hidden + unit;  // of the ONNX matrices
      const bool is_n = gate == kGates - 1;
      packed.projection.bias[(unit / kPanel * kGates + gate) * kPanel + unit % kPanel] =
          bias_input[row] + (is_n ? 0.0f : bias_hidden[row]);
      if (is_n) packed.bias_n[unit] = bias_hidden[row];
    }
  }
  return packed;
}

size_t GruBytes(size_t inputs, size_t hidden, Precision precision) {
  const PackedGru gru{.hidden = hidden};
  return MatrixBytes(1, inputs, gru.projected(), precision) +
         PanelBytes(kGates * gru.panels(), hidden, precision) +
         MemoryRoom::BytesOf<float>(gru.padded());
}

}  // namespace dfn
