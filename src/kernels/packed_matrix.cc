#include "kernels/packed_matrix.h"

#include <algorithm>
#include <cassert>

#include "kernels/panel_packing.h"

namespace dfn {

PackedMatrix NewMatrix(size_t groups, size_t segments, size_t inputs, size_t outputs,
                       Precision precision, MemoryRoom* room) {
  assert(precision != Precision::kI8 || segments == 1);
  const bool widens = kWidensHalves && precision == Precision::kF16;
  PackedMatrix packed{.groups = groups,
                      .segments = segments,
                      .inputs = inputs,
                      .outputs = outputs,
                      .precision = widens ? Precision::kF32 : precision};
  const size_t panels = groups * packed.panels();
  NewPanels(panels, packed.depth(), precision, room, {packed.weights, packed.reduced});
  packed.bias = NewBuffer<float>(panels * kPanel, room);
  std::fill(packed.bias.span().begin(), packed.bias.span().end(), 0.0f);
  return packed;
}

size_t MatrixBytes(size_t groups, size_t depth, size_t outputs, Precision precision) {
  const size_t panels = groups * RoundUp(outputs, kPanel) / kPanel;
  return PanelBytes(panels, depth, precision) + MemoryRoom::BytesOf<float>(panels * kPanel);
}

PackedMatrix PackMatrix(size_t groups, size_t segments, size_t inputs, size_t outputs,
                        std::span<const float> weights, std::span<const float> bias,
                        Precision precision, MemoryRoom* room) {
  PackedMatrix packed = NewMatrix(groups, segments, inputs, outputs, precision, room);
  const size_t depth = packed.depth();
  const size_t panels = packed.panels();
  assert(weights.size() == groups * depth * outputs);
  assert(bias.empty() || bias.size() == groups * outputs);
  for (size_t g = 0; g < groups; ++g) {
    for (size_t p = 0; p < panels; ++p) {
      const size_t column = p * kPanel;
      const size_t columns = std::min(kPanel, outputs - column);
      const size_t panel = g * panels + p;
      PackPanel({weights.data() + g * depth * outputs + column, columns, 1, outputs}, depth,
                precision, panel, 1, {packed.weights, packed.reduced});
      if (bias.empty()) continue;
      std::copy_n(bias.data() + g * outputs + column, columns, packed.bias.data() + panel * kPanel);
    }
  }
  return packed;
}

}  // namespace dfn
