// Embedding and encoder maps to the ERB bands' gains.
#ifndef DEEPFILTER_ENGINE_NATIVE_ERB_DECODER_H_
#define DEEPFILTER_ENGINE_NATIVE_ERB_DECODER_H_

#include <array>
#include <span>
#include <vector>

#include "engine/native/causal_conv.h"
#include "engine/native/recurrent_block.h"
#include "engine/native/workspace.h"
#include "engine/network.h"
#include "model/config.h"
#include "model/weights.h"

namespace dfn {

class ErbDecoder {
 public:
  // Packs the weights. Allocates.
  ErbDecoder(const ErbDecoderWeights& weights, const Config& config, const StateLayout& layout,
             Precision precision);

  // Makes room for its maps and scratch. Allocates.
  void Fit(size_t rows, Workspace& workspace) const;
  // As Network::piece_macs and Network::DecodeErbPiece, of some rows at least: the recurrent block
  // in its pieces, then the convolutions.
  std::span<const double> piece_macs() const { return piece_macs_; }
  void RunPiece(size_t piece, std::span<const StreamRows> streams, const RowSelection& selection,
                float* gains, Workspace& workspace) const noexcept;

  // The buffers of the weights, in the order of use.
  template <class Visit>
  void VisitWeights(Visit& visit) {
    emb_gru_.VisitWeights(visit);
    for (size_t level = kLevels; level-- > 0;) {
      pathway_[level].VisitWeights(visit);
      up_[level].VisitWeights(visit);
    }
  }

 private:
  // From the coarsest level to the finest: x = convt[l](pathway[l](e[l]) + x). Both arrays go by
  // level, 0 the finest: conv0p .. conv3p; conv0_out, convt1, convt2, convt3.
  static constexpr size_t kLevels = 4;

  void RunConvs(float* state, const RowSelection& selection, size_t begin, size_t rows,
                float* gains, Workspace& workspace) const noexcept;

  RecurrentBlock emb_gru_;
  std::array<PackedConv, kLevels> pathway_;
  std::array<CausalConv, kLevels> up_;
  std::vector<double> piece_macs_;
};

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_ERB_DECODER_H_
