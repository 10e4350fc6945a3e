// Packs the weights of a panel, of any precision, from where a model has them.
#ifndef DEEPFILTER_KERNELS_PANEL_PACKING_H_
#define DEEPFILTER_KERNELS_PANEL_PACKING_H_

#include <cstddef>

#include "base/aligned_buffer.h"
#include "base/memory_room.h"
#include "base/precision.h"
#include "kernels/reduced_weights.h"

namespace dfn {

// Weights of up to kPanel columns: that of column n at depth k is
// at[n * column_step + k * depth_step]. Packed columns beyond `columns` are zero.
struct PanelSource {
  const float* at;
  size_t columns;
  size_t column_step;
  size_t depth_step;
};

// The packed weights of panels.
struct PanelWeights {
  AlignedBuffer<float>& floats;  // kF32
  ReducedWeights& reduced;       // kF16, kI8
};

// The bytes that NewPanels takes for `panels` panels of that depth.
size_t PanelBytes(size_t panels, size_t depth, Precision precision);

// Makes the buffers, in `room` as far as it goes. Allocates.
void NewPanels(size_t panels, size_t depth, Precision precision, MemoryRoom* room,
               const PanelWeights& weights);

// Packs panel `panel`, all of it. Its rows of floats or halves are `side_by_side` panels apart: that
// many panels share the rows of a block.
void PackPanel(const PanelSource& source, size_t depth, Precision precision, size_t panel,
               size_t side_by_side, const PanelWeights& weights);

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_PANEL_PACKING_H_
