// The DF decoder: from embedding and encoder map c0 to the deep filter's coefficients.
#ifndef DEEPFILTER_ENGINE_NATIVE_DF_DECODER_H_
#define DEEPFILTER_ENGINE_NATIVE_DF_DECODER_H_

#include <span>
#include <vector>

#include "base/realtime.h"
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

  // Makes room for the maps and the scratch of calls of up to `rows` rows. Allocates.
  void Fit(size_t rows, Workspace& workspace) const;
  // As Network::piece_macs and Network::DecodeDfPiece, for one row or more. With g the recurrent
  // block's output,
  //   coefs = tanh(df_out(g)) + df_convp(c0)
  // The pieces are those of the recurrent block, df_out with the last of them, then the
  // convolution.
  std::span<const double> piece_macs() const { return piece_macs_; }
  void RunPiece(size_t piece, std::span<const StreamRows> streams, const RowSelection& selection,
                float* coefs, Workspace& workspace) const noexcept DFN_REALTIME;

  // Visits the buffers of the weights, in the order of use.
  template <class Visit>
  void VisitWeights(Visit& visit) {
    df_gru_.VisitWeights(visit);
    VisitBuffers(df_out_.matrix, visit);
    df_convp_.VisitWeights(visit);
  }

 private:
  void AddConv(std::span<const StreamRows> streams, const RowSelection& selection, float* coefs,
               Workspace& workspace) const noexcept DFN_REALTIME;

  RecurrentBlock df_gru_;
  PackedLinear df_out_;
  TransposedFirConv df_convp_;
  std::vector<double> piece_macs_;
};

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_DF_DECODER_H_
