// A convolution over a stream's frames, not over bins, with few outputs for its inputs: in place of
// past inputs, the stream's state holds what they add to the frames to come.
#ifndef DEEPFILTER_ENGINE_NATIVE_TRANSPOSED_FIR_CONV_H_
#define DEEPFILTER_ENGINE_NATIVE_TRANSPOSED_FIR_CONV_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "engine/native/packed_conv.h"
#include "kernels/activations.h"
#include "kernels/packed_matrix.h"
#include "kernels/transposed_fir.h"
#include "model/state_layout.h"
#include "model/weights.h"

namespace dfn {

// A frame is read once, and multiplied with the weights of all its places in the kernel. The deep
// filter's pathway keeps a quarter of what its past inputs would take.
class TransposedFirConv {
 public:
  // kernel_f = 1; `name` is the entry of NetworkStateLayout for it, none where kernel_t = 1.
  // Allocates.
  TransposedFirConv(const ConvLayer& layer, size_t bins, Activation activation,
                    const StateLayout& layout, std::string_view name);

  size_t frame_in() const { return bins_ * matrix_.groups * matrix_.inputs; }  // [F, C]
  size_t frame_out() const { return bins_ * channels_out_; }                   // [F, channels]
  size_t scratch_floats() const;
  double macs() const;  // multiply-adds of one frame

  // A stream's next frame, [F, C] to [F, channels]. Input, output and scratch do not overlap.
  // Real-time safe.
  void Run(float* state, const float* input, float* output, ConvScratch& scratch) const noexcept;

  // The buffers of its weights.
  template <class Visit>
  void VisitWeights(Visit& visit) {
    VisitBuffers(matrix_, visit);
    if (pointwise_) VisitBuffers(*pointwise_, visit);
  }

 private:
  size_t between() const { return matrix_.groups * sums_.outputs; }  // channels before the 1x1

  size_t bins_;
  size_t channels_out_;
  Activation activation_;
  TransposedFirShape sums_;  // of one bin
  PackedMatrix matrix_;      // a bin's inputs to a row of sums a group
  std::optional<PackedMatrix> pointwise_;
  size_t pending_ = 0;  // offset in the state
};

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_TRANSPOSED_FIR_CONV_H_
