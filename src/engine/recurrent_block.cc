#include "engine/recurrent_block.h"

#include <algorithm>
#include <cassert>

#include "base/checked.h"
#include "engine/linear.h"
#include "kernels/elementwise.h"
#include "kernels/gru.h"

namespace dfn {

RecurrentBlock::RecurrentBlock(const GruBlock& weights, const std::string& part,
                               bool inner_identity, Skip skip, const StateLayout& layout,
                               Precision precision)
    : linear_in_(PackLinear(weights.linear_in, precision)),
      inner_identity_(inner_identity),
      skip_(skip) {
  for (const Gru& gru : weights.layers) {
    const StateEntry* entry = layout.Find(part + ".gru" + std::to_string(layers_.size()));
    assert(entry != nullptr && entry->size == gru.hidden);
    // The kernel reads and writes the state up to a multiple of kPanel: the layout's padding.
    static_assert(kAlignmentFloats % kPanel == 0);
    layers_.push_back({PackGru(gru.in, gru.hidden, gru.weight_input, gru.weight_hidden,
                               gru.bias_input, gru.bias_hidden, precision),
                       entry->offset});
  }
  if (weights.linear_out) linear_out_ = PackLinear(*weights.linear_out, precision);
  if (skip == Skip::kGroupedLinear) skip_linear_ = PackLinear(*weights.skip, precision);
}

size_t RecurrentBlock::width() const {
  return linear_out_ ? linear_out_->groups * linear_out_->outputs : layers_.back().gru.hidden;
}

size_t RecurrentBlock::stride() const { return RoundUp(width(), kPanel); }

void RecurrentBlock::Fit(size_t rows, GruScratch& scratch) const {
  const auto fit = [](AlignedBuffer<float>& buffer, size_t size) {
    if (buffer.size() < size) buffer = AlignedBuffer<float>(size);
  };
  fit(scratch.linear, rows * padded());
  fit(scratch.even, rows * padded());
  fit(scratch.odd, rows * padded());
  fit(scratch.wide, rows * std::max(PackedGru::kGates * padded(), stride()));
  // No more streams than rows take part in a call.
  if (scratch.streams.size() < rows) scratch.streams.resize(rows);
  for (const Layer& layer : layers_) {
    scratch.steps.Fit(layer.gru, rows);
    scratch.quantized.Fit(layer.gru.projection, rows);
  }
  scratch.quantized.Fit(linear_in_, rows);
  if (linear_out_) scratch.quantized.Fit(*linear_out_, rows);
  if (skip_linear_) scratch.quantized.Fit(*skip_linear_, rows);
}

void RecurrentBlock::Run(std::span<const StreamRows> streams, const RowSelection& selection,
                         const float* x, size_t x_stride, float* y,
                         GruScratch& scratch) const noexcept {
  const size_t rows = selection.count;
  const size_t hp = padded();
  float* projected = scratch.wide.data();
  RunLinear(linear_in_, rows, x, x_stride, scratch.linear.data(), hp, Activation::kRelu,
            scratch.quantized);

  float* from = scratch.linear.data();
  for (size_t i = 0; i < layers_.size(); ++i) {
    const PackedGru& gru = layers_[i].gru;
    const bool is_output = !linear_out_ && i + 1 == layers_.size();
    float* to = is_output ? y : (i % 2 == 0 ? scratch.even : scratch.odd).data();
    RunLinear(gru.projection, rows, from, hp, projected, gru.projected(), Activation::kNone,
              scratch.quantized);
    size_t count = 0;
    ForEachStream(streams, selection, [&](float* state, size_t begin, size_t frames) {
      scratch.streams[count++] = {state + layers_[i].state, frames,
                                  projected + begin * gru.projected(), to + begin * hp};
    });
    GruSteps(gru, {scratch.streams.data(), count}, hp, scratch.steps);
    from = to;
  }
  if (inner_identity_) {
    AddRows(rows, layers_.back().gru.hidden, scratch.linear.data(), hp, from, hp);
  }
  if (linear_out_) {
    RunLinear(*linear_out_, rows, from, hp, y, stride(), Activation::kRelu, scratch.quantized);
  }
  AddSkip(rows, x, x_stride, y, scratch);
}

void RecurrentBlock::AddSkip(size_t rows, const float* x, size_t x_stride, float* y,
                             GruScratch& scratch) const noexcept {
  if (skip_ == Skip::kIdentity) {
    AddRows(rows, width(), x, x_stride, y, stride());
  } else if (skip_ == Skip::kGroupedLinear) {
    float* skip = scratch.wide.data();
    RunLinear(*skip_linear_, rows, x, x_stride, skip, stride(), Activation::kNone,
              scratch.quantized);
    AddRows(rows, width(), skip, stride(), y, stride());
  }
}

}  // namespace dfn
