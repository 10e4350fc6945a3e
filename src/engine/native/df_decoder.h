// Embedding and encoder map c0 to the deep filter's coefficients.
#ifndef DEEPFILTER_ENGINE_NATIVE_DF_DECODER_H_
#define DEEPFILTER_ENGINE_NATIVE_DF_DECODER_H_

#include <span>
#include <vector>

#include "engine/native/layer_packer.h"
#include "engine/native/linear.h"
#include "engine/native/recurrent_block.h"
#include "engine/native/transposed_fir_conv.h"
#include "engine/native/workspace.h"
#include "engine/network.h"

namespace dfn {

class DfDecoder {
 public:
  // Packs the weights. Allocates.
  explicit DfDecoder(const LayerPacker& pack);

  // Makes room for its maps and scratch. Allocates.
  void Fit(size_t rows, Workspace& workspace) const;
  // As Network::piece_macs and Network::DecodeDfPiece, of some rows at least:
  //   coefs = tanh(df_out(g)) + df_convp(c0)
  // in the pieces of the recurrent block, df_out with the last of them, and the convolution.
  std::span<const double> piece_macs() const { return piece_macs_; }
  void RunPiece(size_t piece, std::span<const StreamRows> streams, const RowSelection& selection,
                float* coefs, Workspace& workspace) const noexcept;

  // The buffers of the weights, in the order of use.
  template <class Visit>
  void VisitWeights(Visit& visit) {
    df_gru_.VisitWeights(visit);
    VisitBuffers(df_out_.matrix, visit);
    df_convp_.VisitWeights(visit);
  }

 private:
  void AddConv(std::span<const StreamRows> streams, const RowSelection& selection, float* coefs,
               Workspace& workspace) const noexcept;

  RecurrentBlock df_gru_;
  PackedLinear df_out_;
  TransposedFirConv df_convp_;
  std::vector<double> piece_macs_;
};

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_DF_DECODER_H_
