#include "engine/native/recurrent_block.h"

#include <algorithm>

#include "base/checked.h"
#include "kernels/elementwise.h"
#include "kernels/gru.h"

namespace dfn {

RecurrentBlock::RecurrentBlock(const LayerPacker& pack, const std::string& part,
                               const BlockSkips& skips)
    : linear_in_(pack.Linear(part + ".linear_in")),
      inner_identity_(skips.inner_identity),
      skip_(skips.skip) {
  for (const LayerSpec* spec : pack.layers().Grus(part)) layers_.push_back(pack.Gru(spec->name));
  const std::string linear_out = part + ".linear_out";
  if (pack.layers().Has(linear_out)) linear_out_ = pack.Linear(linear_out);
  if (skip_ == Skip::kGroupedLinear) skip_linear_ = pack.Linear(skips.skip_layer);

  piece_macs_.push_back(Macs(linear_in_.matrix));
  for (const PackedGruLayer& layer : layers_) {
    piece_macs_.push_back(Macs(layer.gru.projection));
    piece_macs_.push_back(static_cast<double>(layer.gru.hidden * layer.gru.projected()));
  }
  piece_macs_.push_back((linear_out_ ? Macs(linear_out_->matrix) : 0.0) +
                        (skip_linear_ ? Macs(skip_linear_->matrix) : 0.0));
}

size_t RecurrentBlock::width() const {
  return linear_out_ ? linear_out_->matrix.groups * linear_out_->matrix.outputs
                     : layers_.back().gru.hidden;
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
  // A call has at least one row of each stream.
  if (scratch.streams.size() < rows) scratch.streams.resize(rows);
  for (const PackedGruLayer& layer : layers_) {
    scratch.steps.Fit(layer.gru, rows);
    FitRows(layer.gru.projection, rows, scratch.quantized);
  }
  FitRows(linear_in_.matrix, rows, scratch.quantized);
  if (linear_out_) FitRows(linear_out_->matrix, rows, scratch.quantized);
  if (skip_linear_) FitRows(skip_linear_->matrix, rows, scratch.quantized);
}

float* RecurrentBlock::LayerInput(size_t layer, float* y, GruScratch& scratch) const noexcept {
  if (layer == 0) return scratch.linear.data();
  if (!linear_out_ && layer == layers_.size()) return y;
  return (layer % 2 == 1 ? scratch.even : scratch.odd).data();
}

void RecurrentBlock::RunPiece(size_t piece, std::span<const StreamRows> streams,
                              const RowSelection& selection, const float* x, size_t x_stride,
                              float* y, GruScratch& scratch) const noexcept {
  const size_t rows = selection.count;
  if (piece == 0) {
    RunLinear(linear_in_, rows, x, x_stride, scratch.linear.data(), padded(), scratch.quantized);
    return;
  }
  const size_t layer = (piece - 1) / 2;
  if (layer == layers_.size()) {
    Finish(rows, x, x_stride, y, scratch);
  } else if (piece % 2 == 1) {
    const PackedGru& gru = layers_[layer].gru;
    RunLinear(gru.projection, rows, LayerInput(layer, y, scratch), padded(), scratch.wide.data(),
              gru.projected(), Activation::kNone, scratch.quantized);
  } else {
    RunSteps(layer, streams, selection, y, scratch);
  }
}

void RecurrentBlock::RunSteps(size_t layer, std::span<const StreamRows> streams,
                              const RowSelection& selection, float* y,
                              GruScratch& scratch) const noexcept {
  const PackedGru& gru = layers_[layer].gru;
  float* output = LayerInput(layer + 1, y, scratch);
  size_t count = 0;
  ForEachStream(streams, selection, [&](float* state, size_t begin, size_t frames) {
    scratch.streams[count++] = {state + layers_[layer].state, frames,
                                scratch.wide.data() + begin * gru.projected(),
                                output + begin * padded()};
  });
  GruSteps(gru, {scratch.streams.data(), count}, padded(), scratch.steps);
}

void RecurrentBlock::Finish(size_t rows, const float* x, size_t x_stride, float* y,
                            GruScratch& scratch) const noexcept {
  float* g = LayerInput(layers_.size(), y, scratch);
  if (inner_identity_) {
    AddRows(rows, layers_.back().gru.hidden, scratch.linear.data(), padded(), g, padded());
  }
  if (linear_out_) {
    RunLinear(*linear_out_, rows, g, padded(), y, stride(), scratch.quantized);
  }
  AddSkip(rows, x, x_stride, y, scratch);
}

void RecurrentBlock::AddSkip(size_t rows, const float* x, size_t x_stride, float* y,
                             GruScratch& scratch) const noexcept {
  if (skip_ == Skip::kIdentity) {
    AddRows(rows, width(), x, x_stride, y, stride());
  } else if (skip_ == Skip::kGroupedLinear) {
    float* skip = scratch.wide.data();
    RunLinear(*skip_linear_, rows, x, x_stride, skip, stride(), scratch.quantized);
    AddRows(rows, width(), skip, stride(), y, stride());
  }
}

}  // namespace dfn
