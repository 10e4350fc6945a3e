#include "engine/native/df_decoder.h"

#include <algorithm>

#include "kernels/elementwise.h"

namespace dfn {

DfDecoder::DfDecoder(const LayerPacker& pack)
    : df_gru_(pack, "df_dec",
              {.inner_identity = pack.config().gru_skip_from_linear_in(),
               .skip = pack.config().df_skip,
               .skip_layer = "df_dec.df_skip"}),
      df_out_(pack.Linear("df_dec.df_out")),
      df_convp_(pack.TransposedFir("df_dec.df_convp")) {
  const std::span<const double> block = df_gru_.piece_macs();
  piece_macs_.assign(block.begin(), block.end());
  piece_macs_.back() += Macs(df_out_.matrix);
  piece_macs_.push_back(df_convp_.macs());
}

void DfDecoder::Fit(size_t rows, Workspace& w) const {
  df_gru_.Fit(rows, w.df.gru);
  FitRows(df_out_.matrix, rows, w.df.gru.quantized);
  w.df.conv.Fit(df_convp_.scratch_floats(), 0);
  w.df.map.Fit(1, std::max(w.df.map.floats.size(), df_convp_.frame_out()), false);
  FitBlock(rows, w.emb.stride, df_gru_.stride(), w.df);
}

void DfDecoder::RunPiece(size_t piece, std::span<const StreamRows> streams,
                         const RowSelection& selection, float* coefs, Workspace& w) const noexcept {
  const size_t block_pieces = df_gru_.piece_macs().size();
  if (piece == block_pieces) {
    AddConv(streams, selection, coefs, w);
    return;
  }
  if (piece == 0) SelectEmb(selection, w.emb, w.df);
  df_gru_.RunPiece(piece, streams, selection, SelectedEmb(selection, w.emb, w.df), w.emb.stride,
                   w.df.block_out.data(), w.df.gru);
  if (piece + 1 == block_pieces) {
    RunLinear(df_out_, selection.count, w.df.block_out.data(), df_gru_.stride(), coefs,
              df_convp_.frame_out(), w.df.gru.quantized);
  }
}

// Both parts are [D, 2 O]: df_out gives a bin's taps together, and the map is channels last.
void DfDecoder::AddConv(std::span<const StreamRows> streams, const RowSelection& selection,
                        float* coefs, Workspace& w) const noexcept {
  const size_t size = df_convp_.frame_out();
  ForEachStream(streams, selection, [&](float* state, size_t begin, size_t rows) {
    for (size_t i = begin; i < begin + rows; ++i) {
      df_convp_.Run(state, w.c0.row(selection.rows[i]), w.df.map.row(0), w.df.conv);
      AddRows(1, size, w.df.map.row(0), size, coefs + i * size, size);
    }
  });
}

}  // namespace dfn
