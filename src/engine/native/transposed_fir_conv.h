// A convolution over a stream's frames, not over bins, that has few outputs for its inputs. The
// stream's state keeps what past inputs add to later frames, not the inputs themselves.
#ifndef DEEPFILTER_ENGINE_NATIVE_TRANSPOSED_FIR_CONV_H_
#define DEEPFILTER_ENGINE_NATIVE_TRANSPOSED_FIR_CONV_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/realtime.h"
#include "engine/native/packed_conv.h"
#include "kernels/activations.h"
#include "kernels/packed_matrix.h"
#include "kernels/transposed_fir.h"
#include "model/state_layout.h"
#include "model/weights.h"

namespace dfn {

// A finite impulse response filter in transposed form: a frame is read once and multiplied with the
// weights of all its places in the kernel. For the deep filter's pathway this state takes a quarter
// of what past inputs would take.
class TransposedFirConv {
 public:
  // kernel_f = 1. `name` is the entry in `layout`, which has one where kernel_t > 1. Allocates.
  TransposedFirConv(const ConvLayer& layer, size_t bins, Activation activation,
                    const StateLayout& layout, std::string_view name);

  size_t frame_in() const { return bins_ * matrix_.groups * matrix_.inputs; }  // [F, C]
  size_t frame_out() const { return bins_ * channels_out_; }                   // [F, channels]
  size_t scratch_floats() const;
  double macs() const;  // multiply-adds of one frame

  // Computes a stream's next frame, [F, C] to [F, channels], and advances the state. Input, output
  // and scratch do not overlap.
  void Run(float* state, const float* input, float* output,
           ConvScratch& scratch) const noexcept DFN_REALTIME;

  // Visits the buffers of its weights.
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
  size_t sums_state_ = 0;  // offset in the state
};

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_TRANSPOSED_FIR_CONV_H_
