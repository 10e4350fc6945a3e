#include "engine/native/causal_conv.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace dfn {

CausalConv::CausalConv(PackedConv conv, const StateLayout& layout, std::string_view name)
    : conv_(std::move(conv)) {
  if (!has_history()) return;
  const StateEntry* entry = layout.Find(name);
  assert(entry != nullptr && entry->size == (conv_.kernel_t() - 1) * conv_.frame_in());
  history_ = entry->offset;
}

void CausalConv::Run(const float* state, const RowView& inputs, size_t i, float* output,
                     ConvScratch& scratch) const noexcept {
  const size_t kept = conv_.kernel_t() - 1;
  for (size_t j = 0; j <= kept; ++j) {
    // Kernel frame j is row i + j - kept; rows before 0 are the history's last ones.
    scratch.frames[j] =
        i + j >= kept ? inputs.row(i + j - kept) : state + history_ + (i + j) * conv_.frame_in();
  }
  conv_.Run(scratch.frames.data(), output, scratch);
}

void CausalConv::Advance(float* state, const RowView& inputs, size_t rows) const noexcept {
  if (!has_history()) return;
  const size_t kept = conv_.kernel_t() - 1;
  const size_t size = conv_.frame_in();
  float* history = state + history_;
  const size_t added = std::min(rows, kept);
  std::copy(history + added * size, history + kept * size, history);
  for (size_t j = 0; j < added; ++j) {
    std::copy_n(inputs.row(rows - added + j), size, history + (kept - added + j) * size);
  }
}

}  // namespace dfn
