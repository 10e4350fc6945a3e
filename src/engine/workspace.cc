#include "engine/workspace.h"

#include <algorithm>

namespace dfn {

void FitBlock(size_t rows, size_t out_stride, Workspace& workspace) {
  workspace.emb_selected.Fit(rows, workspace.emb.stride, true);
  if (workspace.block_out.size() < rows * out_stride) {
    workspace.block_out = AlignedBuffer<float>(rows * out_stride);
  }
}

const float* SelectEmb(const RowSelection& selection, Workspace& workspace) noexcept {
  if (selection.count == 0) return workspace.emb.row(0);
  const size_t first = selection.rows[0];
  const size_t last = selection.rows[selection.count - 1];
  if (last - first + 1 == selection.count) return workspace.emb.row(first);
  for (size_t i = 0; i < selection.count; ++i) {
    std::copy_n(workspace.emb.row(selection.rows[i]), workspace.emb.stride,
                workspace.emb_selected.row(i));
  }
  return workspace.emb_selected.row(0);
}

}  // namespace dfn
