#include "engine/native/encoder.h"

#include <algorithm>

#include "kernels/elementwise.h"

namespace dfn {
namespace {

// The encoder's pieces; kBlock is the first piece of the recurrent block.
enum : size_t { kErbConvs, kDfConvs, kBlock };

}  // namespace

Encoder::Encoder(const LayerPacker& pack)
    : erb_conv_{pack.Causal("enc.erb_conv0"), pack.Causal("enc.erb_conv1"),
                pack.Causal("enc.erb_conv2"), pack.Causal("enc.erb_conv3")},
      df_conv_{pack.Causal("enc.df_conv0"), pack.Causal("enc.df_conv1")},
      df_fc_emb_(pack.Linear("enc.df_fc_emb")),
      emb_gru_(pack, "enc", {.skip = pack.config().enc_skip, .skip_layer = "enc.gru_skip"}),
      lsnr_(pack.Head("enc.lsnr_fc", emb_gru_.stride())),
      concat_(pack.config().enc_concat),
      lsnr_min_db_(pack.config().lsnr_min_db),
      lsnr_max_db_(pack.config().lsnr_max_db),
      piece_macs_(kBlock) {
  for (const CausalConv& conv : erb_conv_) piece_macs_[kErbConvs] += conv.packed().macs();
  for (const CausalConv& conv : df_conv_) piece_macs_[kDfConvs] += conv.packed().macs();
  const std::span<const double> block = emb_gru_.piece_macs();
  piece_macs_.insert(piece_macs_.end(), block.begin(), block.end());
  piece_macs_[kBlock] += Macs(df_fc_emb_.matrix);
  piece_macs_.back() += static_cast<double>(pack.config().emb_width());
}

void Encoder::Fit(size_t rows, Workspace& w) const {
  for (size_t i = 0; i < erb_conv_.size(); ++i) {
    w.e[i].Fit(rows, erb_conv_[i].packed().frame_out(), true);
    w.erb.conv.Fit(erb_conv_[i].packed().scratch_floats(), erb_conv_[i].packed().kernel_t());
  }
  for (const CausalConv& conv : df_conv_) {
    w.erb.conv.Fit(conv.packed().scratch_floats(), conv.packed().kernel_t());
  }
  w.c0.Fit(rows, df_conv_[0].packed().frame_out(), true);
  w.c1.Fit(rows, df_conv_[1].packed().frame_out(), true);
  const size_t emb_in = w.e[3].stride;
  w.combined.Fit(rows, concat_ ? 2 * emb_in : emb_in, true);
  w.emb.Fit(rows, emb_gru_.stride(), true);
  emb_gru_.Fit(rows, w.erb.gru);
  FitRows(df_fc_emb_.matrix, rows, w.erb.gru.quantized);
}

void Encoder::RunPiece(size_t piece, std::span<const StreamRows> streams, const float* feat_erb,
                       const float* feat_spec, float* lsnr_db, Workspace& w) const noexcept {
  size_t rows = 0;
  for (const StreamRows& stream : streams) {
    if (piece == kErbConvs) RunErbConvs(stream.state, feat_erb, rows, stream.frames, w);
    if (piece == kDfConvs) RunDfConvs(stream.state, feat_spec, rows, stream.frames, w);
    rows += stream.frames;
  }
  if (piece < kBlock) return;
  if (piece == kBlock) Combine(rows, w);
  emb_gru_.RunPiece(piece - kBlock, streams, {.count = rows}, w.combined.row(0), w.combined.stride,
                    w.emb.row(0), w.erb.gru);
  if (piece + 1 == piece_macs_.size()) LocalSnr(rows, lsnr_db, w);
}

// Runs frame by frame through all layers, so that a frame's maps stay in L1 and the layers' weights
// in L2.
void Encoder::RunErbConvs(float* state, const float* feat_erb, size_t begin, size_t rows,
                          Workspace& w) const noexcept {
  const size_t width = erb_conv_[0].packed().frame_in();
  const RowView inputs[] = {{feat_erb + begin * width, width},
                            {w.e[0].row(begin), w.e[0].stride},
                            {w.e[1].row(begin), w.e[1].stride},
                            {w.e[2].row(begin), w.e[2].stride}};
  for (size_t i = 0; i < rows; ++i) {
    for (size_t layer = 0; layer < erb_conv_.size(); ++layer) {
      erb_conv_[layer].Run(state, inputs[layer], i, w.e[layer].row(begin + i), w.erb.conv);
    }
  }
  for (size_t layer = 0; layer < erb_conv_.size(); ++layer) {
    erb_conv_[layer].Advance(state, inputs[layer], rows);
  }
}

void Encoder::RunDfConvs(float* state, const float* feat_spec, size_t begin, size_t rows,
                         Workspace& w) const noexcept {
  const size_t width = df_conv_[0].packed().frame_in();
  const RowView features{feat_spec + begin * width, width};
  const RowView c0{w.c0.row(begin), w.c0.stride};
  for (size_t i = 0; i < rows; ++i) {
    df_conv_[0].Run(state, features, i, w.c0.row(begin + i), w.erb.conv);
    df_conv_[1].Run(state, c0, i, w.c1.row(begin + i), w.erb.conv);
  }
  df_conv_[0].Advance(state, features, rows);
  df_conv_[1].Advance(state, c0, rows);
}

// Maps are channels last, which is the order in which they are flattened: f * C + c.
void Encoder::Combine(size_t rows, Workspace& w) const noexcept {
  const size_t emb_in = w.e[3].stride;
  float* combined = w.combined.row(0);
  const size_t stride = w.combined.stride;
  if (concat_) {
    for (size_t i = 0; i < rows; ++i) std::copy_n(w.e[3].row(i), emb_in, w.combined.row(i));
    RunLinear(df_fc_emb_, rows, w.c1.row(0), w.c1.stride, combined + emb_in, stride,
              w.erb.gru.quantized);
  } else {
    RunLinear(df_fc_emb_, rows, w.c1.row(0), w.c1.stride, combined, stride, w.erb.gru.quantized);
    AddRows(rows, emb_in, w.e[3].row(0), emb_in, combined, stride);
  }
}

void Encoder::LocalSnr(size_t rows, float* lsnr_db, Workspace& w) const noexcept {
  const float* emb = w.emb.row(0);
  DotProducts(lsnr_, rows, &emb, w.emb.stride, lsnr_db, Activation::kSigmoid);
  for (size_t i = 0; i < rows; ++i) {
    lsnr_db[i] = std::clamp(lsnr_db[i] * (lsnr_max_db_ - lsnr_min_db_) + lsnr_min_db_, lsnr_min_db_,
                            lsnr_max_db_);
  }
}

}  // namespace dfn
