// The encoder: from features to encoder maps, embedding and local SNR.
#ifndef DEEPFILTER_ENGINE_NATIVE_ENCODER_H_
#define DEEPFILTER_ENGINE_NATIVE_ENCODER_H_

#include <array>
#include <span>
#include <vector>

#include "base/realtime.h"
#include "engine/native/causal_conv.h"
#include "engine/native/layer_packer.h"
#include "engine/native/linear.h"
#include "engine/native/recurrent_block.h"
#include "engine/native/workspace.h"
#include "engine/network.h"

namespace dfn {

class Encoder {
 public:
  // Packs the weights. Allocates.
  explicit Encoder(const LayerPacker& pack);

  // Makes room for the maps and the scratch of calls of up to `rows` rows. Allocates.
  void Fit(size_t rows, Workspace& workspace) const;
  // As Network::piece_macs and Network::EncodePiece. The pieces are the ERB convolutions, the DF
  // convolutions, then those of the recurrent block. Its first one includes df_fc_emb and the
  // combination of both branches, its last one the local SNR.
  std::span<const double> piece_macs() const { return piece_macs_; }
  void RunPiece(size_t piece, std::span<const StreamRows> streams, const float* feat_erb,
                const float* feat_spec, float* lsnr_db,
                Workspace& workspace) const noexcept DFN_REALTIME;

  // Visits the buffers of the weights, in the order of use.
  template <class Visit>
  void VisitWeights(Visit& visit) {
    for (CausalConv& conv : erb_conv_) conv.VisitWeights(visit);
    for (CausalConv& conv : df_conv_) conv.VisitWeights(visit);
    VisitBuffers(df_fc_emb_.matrix, visit);
    emb_gru_.VisitWeights(visit);
    VisitBuffers(lsnr_, visit);
  }

 private:
  // Run the convolutions of one stream, whose rows are [begin, begin + rows) of the call.
  void RunErbConvs(float* state, const float* feat_erb, size_t begin, size_t rows,
                   Workspace& workspace) const noexcept DFN_REALTIME;
  void RunDfConvs(float* state, const float* feat_spec, size_t begin, size_t rows,
                  Workspace& workspace) const noexcept DFN_REALTIME;
  // Makes the recurrent block's input from e3 and c1.
  void Combine(size_t rows, Workspace& workspace) const noexcept DFN_REALTIME;
  void LocalSnr(size_t rows, float* lsnr_db, Workspace& workspace) const noexcept DFN_REALTIME;

  std::array<CausalConv, 4> erb_conv_;
  std::array<CausalConv, 2> df_conv_;
  PackedLinear df_fc_emb_;
  RecurrentBlock emb_gru_;
  PackedDots lsnr_;
  bool concat_;
  float lsnr_min_db_;
  float lsnr_max_db_;
  std::vector<double> piece_macs_;
};

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_ENCODER_H_
