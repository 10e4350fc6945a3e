// The ERB decoder: from embedding and encoder maps to the gains of the ERB bands.
#ifndef DEEPFILTER_ENGINE_NATIVE_ERB_DECODER_H_
#define DEEPFILTER_ENGINE_NATIVE_ERB_DECODER_H_

#include <array>
#include <span>
#include <vector>

#include "base/realtime.h"
#include "engine/native/causal_conv.h"
#include "engine/native/layer_packer.h"
#include "engine/native/recurrent_block.h"
#include "engine/native/workspace.h"
#include "engine/network.h"
#include "model/layers.h"

namespace dfn {

class ErbDecoder {
 public:
  // Packs the weights. Allocates.
  explicit ErbDecoder(const LayerPacker& pack);

  // Makes room for the maps and the scratch of calls of up to `rows` rows. Allocates.
  void Fit(size_t rows, Workspace& workspace) const;
  // As Network::piece_macs and Network::DecodeErbPiece, for one row or more. The pieces are those
  // of the recurrent block, then the convolutions.
  std::span<const double> piece_macs() const { return piece_macs_; }
  void RunPiece(size_t piece, std::span<const StreamRows> streams, const RowSelection& selection,
                float* gains, Workspace& workspace) const noexcept DFN_REALTIME;

  // Visits the buffers of the weights, in the order of use.
  template <class Visit>
  void VisitWeights(Visit& visit) {
    emb_gru_.VisitWeights(visit);
    for (size_t level = kLevels; level-- > 0;) {
      pathway_[level].VisitWeights(visit);
      up_[level].VisitWeights(visit);
    }
  }

 private:
  static constexpr size_t kLevels = kErbUpward.size();

  // From the coarsest level to the finest: x = up[l](pathway[l](e[l]) + x).
  void RunConvs(float* state, const RowSelection& selection, size_t begin, size_t rows,
                float* gains, Workspace& workspace) const noexcept DFN_REALTIME;

  RecurrentBlock emb_gru_;
  std::array<PackedConv, kLevels> pathway_;  // kErbPathways
  std::array<CausalConv, kLevels> up_;       // kErbUpward
  std::vector<double> piece_macs_;
};

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_ERB_DECODER_H_
