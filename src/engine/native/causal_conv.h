// A convolution over a stream's frames, whose past inputs are kept in the stream's state.
#ifndef DEEPFILTER_ENGINE_NATIVE_CAUSAL_CONV_H_
#define DEEPFILTER_ENGINE_NATIVE_CAUSAL_CONV_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/realtime.h"
#include "engine/native/packed_conv.h"
#include "model/state_layout.h"

namespace dfn {

// Rows of equal size: all of them in turn, or those that `index` lists.
struct RowView {
  const float* base = nullptr;
  size_t stride = 0;  // 0 where all rows share one place, as only the newest is read
  const uint32_t* index = nullptr;

  const float* row(size_t i) const { return base + (index == nullptr ? i : index[i]) * stride; }
};

// Frames before the first row are read from the history in the state. A frame takes pointers to the
// frames that it needs, so nothing is copied from frame to frame; the history is rewritten once, at
// the end of a stream's rows.
class CausalConv {
 public:
  // `name` is the history's entry in `layout`, which has one where kernel_t > 1. Allocates.
  CausalConv(PackedConv conv, const StateLayout& layout, std::string_view name);

  const PackedConv& packed() const { return conv_; }
  // Whether a row depends on frames before it.
  bool has_history() const { return conv_.kernel_t() > 1; }

  // Computes row i of one stream: output [bins_out, channels_out]. `inputs` are that stream's rows
  // of this call, up to i at least.
  void Run(const float* state, const RowView& inputs, size_t i, float* output,
           ConvScratch& scratch) const noexcept DFN_REALTIME;
  // Puts the last of `rows` inputs into the history.
  void Advance(float* state, const RowView& inputs, size_t rows) const noexcept DFN_REALTIME;

  template <class Visit>
  void VisitWeights(Visit& visit) {
    conv_.VisitWeights(visit);
  }

 private:
  PackedConv conv_;
  size_t history_ = 0;  // offset in the state
};

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_CAUSAL_CONV_H_
