#include "engine/native/workspace.h"

#include <algorithm>

namespace dfn {
namespace {

bool AreNeighbours(const RowSelection& selection) {
  return selection.rows[selection.count - 1] - selection.rows[0] + 1 == selection.count;
}

}  // namespace

void FitBlock(size_t rows, size_t emb_stride, size_t out_stride, PartScratch& scratch) {
  scratch.emb_selected.Fit(rows, emb_stride, true);
  scratch.block_out = AlignedBuffer<float>(rows * out_stride);
}

void SelectEmb(const RowSelection& selection, const MapRows& emb, PartScratch& scratch) noexcept {
  if (AreNeighbours(selection)) return;
  for (size_t i = 0; i < selection.count; ++i) {
    std::copy_n(emb.row(selection.rows[i]), emb.stride, scratch.emb_selected.row(i));
  }
}

const float* SelectedEmb(const RowSelection& selection, const MapRows& emb,
                         const PartScratch& scratch) noexcept {
  return AreNeighbours(selection) ? emb.row(selection.rows[0]) : scratch.emb_selected.row(0);
}

}  // namespace dfn
