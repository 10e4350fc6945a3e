#include "engine/workspace.h"

#include <algorithm>

namespace dfn {

void FitBlock(size_t rows, size_t emb_stride, size_t out_stride, PartScratch& scratch) {
  scratch.emb_selected.Fit(rows, emb_stride, true);
  scratch.block_out = AlignedBuffer<float>(rows * out_stride);
}

const float* SelectEmb(const RowSelection& selection, const MapRows& emb,
                       PartScratch& scratch) noexcept {
  if (selection.count == 0) return emb.row(0);
  const size_t first = selection.rows[0];
  const size_t last = selection.rows[selection.count - 1];
  if (last - first + 1 == selection.count) return emb.row(first);
  for (size_t i = 0; i < selection.count; ++i) {
    std::copy_n(emb.row(selection.rows[i]), emb.stride, scratch.emb_selected.row(i));
  }
  return scratch.emb_selected.row(0);
}

}  // namespace dfn
