// The recurrent block of encoder and decoders: grouped linear layer, GRU layers, grouped linear
// layer (Python SqueezedGRU, SqueezedGRU_S).
#ifndef DEEPFILTER_ENGINE_NATIVE_RECURRENT_BLOCK_H_
#define DEEPFILTER_ENGINE_NATIVE_RECURRENT_BLOCK_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "engine/native/layer_packer.h"
#include "engine/native/linear.h"
#include "engine/native/stream_ranges.h"
#include "kernels/gru.h"
#include "kernels/packed_gru.h"
#include "kernels/packed_matrix.h"
#include "kernels/quantized_matmul.h"
#include "model/config.h"

namespace dfn {

// Scratch memory of blocks for a number of rows. Blocks may share one in turn.
struct GruScratch {
  AlignedBuffer<float> linear;  // linear_in's output, [rows, Hp]
  AlignedBuffer<float> even;    // outputs of GRU layers 0, 2, ..
  AlignedBuffer<float> odd;     // outputs of GRU layers 1, 3, ..
  AlignedBuffer<float> wide;    // projections, [rows, 3 Hp], and the skip
  std::vector<GruStream> streams;
  GruStepScratch steps;
  QuantizedRows quantized;  // inputs of the product that runs
};

struct BlockSkips {
  bool inner_identity = false;  // Config::gru_skip_from_linear_in, in the decoders
  Skip skip = Skip::kNone;      // 0, x or skip_layer(x) below
  const char* skip_layer;       // used with Skip::kGroupedLinear
};

//   a = ReLU(linear_in(x))    g = GRU layers(a), plus a if skips.inner_identity
//   y = g, or ReLU(linear_out(g)) where there is a linear_out    y += 0, x or skip_layer(x)
class RecurrentBlock {
 public:
  // part: "enc", "erb_dec" or "df_dec", of the layers' names. Allocates.
  RecurrentBlock(const LayerPacker& pack, const std::string& part, const BlockSkips& skips);

  size_t width() const;  // of y
  // Floats between rows of y: at least width(), and room for the GRU's padding.
  size_t stride() const;
  // Makes room for `rows` rows of this block. Allocates.
  void Fit(size_t rows, GruScratch& scratch) const;

  // A run of the block is RunPiece of 0 .. piece_macs().size() - 1: the first linear layer, then
  // the input product and the steps of each GRU layer, then the remaining layers. Between the
  // pieces nothing else may use `scratch`.
  //   x: selection.count rows, x_stride floats apart; y: as many rows, stride() floats apart
  // x and y do not overlap.
  void RunPiece(size_t piece, std::span<const StreamRows> streams, const RowSelection& selection,
                const float* x, size_t x_stride, float* y,
                GruScratch& scratch) const noexcept DFN_REALTIME;
  // Multiply-adds of a row in each piece.
  std::span<const double> piece_macs() const { return piece_macs_; }

  // Visits the buffers of its weights, in the order of use.
  template <class Visit>
  void VisitWeights(Visit& visit) {
    VisitBuffers(linear_in_.matrix, visit);
    for (PackedGruLayer& layer : layers_) VisitBuffers(layer.gru, visit);
    if (linear_out_) VisitBuffers(linear_out_->matrix, visit);
    if (skip_linear_) VisitBuffers(skip_linear_->matrix, visit);
  }

 private:
  void RunSteps(size_t layer, std::span<const StreamRows> streams, const RowSelection& selection,
                float* y, GruScratch& scratch) const noexcept DFN_REALTIME;
  void Finish(size_t rows, const float* x, size_t x_stride, float* y,
              GruScratch& scratch) const noexcept DFN_REALTIME;
  // The output of the layers before `layer`.
  float* LayerInput(size_t layer, float* y, GruScratch& scratch) const noexcept DFN_REALTIME;
  void AddSkip(size_t rows, const float* x, size_t x_stride, float* y,
               GruScratch& scratch) const noexcept DFN_REALTIME;
  size_t padded() const { return layers_.front().gru.padded(); }  // Hp

  PackedLinear linear_in_;
  std::vector<PackedGruLayer> layers_;
  std::optional<PackedLinear> linear_out_;
  std::optional<PackedLinear> skip_linear_;
  bool inner_identity_;
  Skip skip_;
  std::vector<double> piece_macs_;
};

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_RECURRENT_BLOCK_H_
