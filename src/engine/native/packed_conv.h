// One convolution of the network, packed for the kernels. It turns the inputs of a frame into the
// frame's output.
#ifndef DEEPFILTER_ENGINE_NATIVE_PACKED_CONV_H_
#define DEEPFILTER_ENGINE_NATIVE_PACKED_CONV_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "kernels/activations.h"
#include "kernels/depthwise.h"
#include "kernels/dot_products.h"
#include "kernels/packed_matrix.h"
#include "model/weights.h"

namespace dfn {

// Scratch memory of convolutions, which may share one in turn.
struct ConvScratch {
  AlignedBuffer<float> floats;
  std::vector<const float*> frames;  // inputs of a convolution, for its caller
  std::vector<const float*> padded;  // the same with zeros around them

  // Makes room for a convolution. Allocates.
  void Fit(size_t scratch_floats, size_t kernel_t);
};

// Packs a 1x1 convolution as a matrix from a bin's inputs to its outputs. Allocates.
PackedMatrix PackPointwise(const Conv& pointwise);

// A ConvLayer with its activation, in one of three forms:
//   - A depthwise convolution (groups = inputs = outputs), then its 1x1 convolution as a matrix
//     product.
//   - A convolution of few outputs as dot products over its inputs, then its 1x1 convolution.
//   - Any other convolution is folded with its 1x1 convolution into one dense convolution, computed
//     in double, and runs as a matrix product. There is no activation between the two.
// The rows of either product overlap in the input. Transposed convolutions double the bins
// (kernel_f = 3, stride_f = 2).
class PackedConv {
 public:
  // Allocates.
  PackedConv(const ConvLayer& layer, size_t bins_in, Activation activation);

  size_t kernel_t() const { return kernel_t_; }
  size_t bins_out() const { return bins_out_; }
  size_t channels_out() const { return channels_out_; }
  size_t frame_in() const { return bins_in_ * channels_in_; }  // floats of [F, C]
  size_t frame_out() const { return bins_out_ * channels_out_; }
  size_t scratch_floats() const;
  double macs() const;  // multiply-adds of one frame

  // frames: kernel_t pointers to [F, C], oldest first; output: [bins_out, channels_out].
  // Input, output and scratch do not overlap.
  void Run(const float* const* frames, float* output,
           ConvScratch& scratch) const noexcept DFN_REALTIME;

  // Visits the buffers of its weights.
  template <class Visit>
  void VisitWeights(Visit& visit) {
    if (depthwise_) VisitBuffers(*depthwise_, visit);
    if (dots_) VisitBuffers(*dots_, visit);
    if (matrix_) VisitBuffers(*matrix_, visit);
  }

 private:
  void PackDense(const ConvLayer& layer);
  void PackFewOutputs(const Conv& conv);
  size_t padded_frame() const { return (pad_before_ + bins_in_ + pad_after_) * channels_in_; }
  const float* const* Pad(const float* const* frames,
                          ConvScratch& scratch) const noexcept DFN_REALTIME;

  size_t kernel_t_;
  size_t bins_in_;
  size_t bins_out_;
  size_t channels_in_;
  size_t channels_out_;
  Activation activation_;
  std::optional<PackedDepthwise> depthwise_;
  std::optional<PackedDots> dots_;
  std::optional<PackedMatrix> matrix_;
  // For either product: zero bins around a frame, rows of the product, input bins from row to row.
  size_t pad_before_ = 0;
  size_t pad_after_ = 0;
  size_t rows_ = 0;
  size_t row_step_ = 1;
};

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_PACKED_CONV_H_
