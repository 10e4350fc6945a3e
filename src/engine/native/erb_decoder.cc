#include "engine/native/erb_decoder.h"

#include <algorithm>

#include "kernels/elementwise.h"

namespace dfn {

ErbDecoder::ErbDecoder(const LayerPacker& pack)
    : emb_gru_(pack, "erb_dec",
               {.inner_identity = pack.config().gru_skip_from_linear_in(),
                .skip = pack.config().erb_skip,
                .skip_layer = "erb_dec.gru_skip"}),
      pathway_{pack.Conv(kErbPathways[0]), pack.Conv(kErbPathways[1]), pack.Conv(kErbPathways[2]),
               pack.Conv(kErbPathways[3])},
      up_{pack.Causal(kErbUpward[0]), pack.Causal(kErbUpward[1]), pack.Causal(kErbUpward[2]),
          pack.Causal(kErbUpward[3])} {
  const std::span<const double> block = emb_gru_.piece_macs();
  piece_macs_.assign(block.begin(), block.end());
  piece_macs_.push_back(0.0);
  for (const PackedConv& conv : pathway_) piece_macs_.back() += conv.macs();
  for (const CausalConv& conv : up_) piece_macs_.back() += conv.packed().macs();
}

void ErbDecoder::Fit(size_t rows, Workspace& w) const {
  emb_gru_.Fit(rows, w.erb.gru);
  size_t largest_map = w.erb.map.floats.size();
  for (size_t level = 0; level < kLevels; ++level) {
    const PackedConv& up = up_[level].packed();
    w.sums[level].Fit(rows, up.frame_in(), up_[level].has_history());
    largest_map = std::max(largest_map, up.frame_out());
    w.erb.conv.Fit(up.scratch_floats(), up.kernel_t());
    w.erb.conv.Fit(pathway_[level].scratch_floats(), pathway_[level].kernel_t());
  }
  w.erb.map.Fit(1, largest_map, false);
  FitBlock(rows, w.emb.stride, emb_gru_.stride(), w.erb);
}

void ErbDecoder::RunPiece(size_t piece, std::span<const StreamRows> streams,
                          const RowSelection& selection, float* gains,
                          Workspace& w) const noexcept {
  if (piece == 0) SelectEmb(selection, w.emb, w.erb);
  if (piece + 1 < piece_macs_.size()) {
    emb_gru_.RunPiece(piece, streams, selection, SelectedEmb(selection, w.emb, w.erb), w.emb.stride,
                      w.erb.block_out.data(), w.erb.gru);
    return;
  }
  ForEachStream(streams, selection, [&](float* state, size_t begin, size_t rows) {
    RunConvs(state, selection, begin, rows, gains, w);
  });
}

void ErbDecoder::RunConvs(float* state, const RowSelection& selection, size_t begin, size_t rows,
                          float* gains, Workspace& w) const noexcept {
  const auto sums = [&](size_t level) {
    return RowView{w.sums[level].row(begin), w.sums[level].stride};
  };
  const size_t bands = up_[0].packed().frame_out();
  for (size_t i = 0; i < rows; ++i) {
    const float* coarser = w.erb.block_out.data() + (begin + i) * emb_gru_.stride();
    for (size_t level = kLevels; level-- > 0;) {
      const float* map = w.e[level].row(selection.rows[begin + i]);
      float* sum = w.sums[level].row(begin + i);
      const size_t size = up_[level].packed().frame_in();
      pathway_[level].Run(&map, sum, w.erb.conv);
      AddRows(1, size, coarser, size, sum, size);
      float* out = level == 0 ? gains + (begin + i) * bands : w.erb.map.row(0);
      up_[level].Run(state, sums(level), i, out, w.erb.conv);
      coarser = out;
    }
  }
  for (size_t level = 0; level < kLevels; ++level) up_[level].Advance(state, sums(level), rows);
}

}  // namespace dfn
