// A convolution over a stream's frames: its history lives in the stream's state.
#ifndef DEEPFILTER_ENGINE_NATIVE_CAUSAL_CONV_H_
#define DEEPFILTER_ENGINE_NATIVE_CAUSAL_CONV_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/native/packed_conv.h"
#include "model/state_layout.h"

namespace dfn {

// Rows of equal size: every one in turn, or those that `index` lists.
struct RowView {
  const float* base = nullptr;
  size_t stride = 0;  // 0 where only the newest row is ever looked at and all share one place
  const uint32_t* index = nullptr;

  const float* row(size_t i) const { return base + (index == nullptr ? i : index[i]) * stride; }
};

// Frames before the first row come from the history in the state. Nothing is moved from frame to
// frame: each takes pointers to the frames it needs, and the history is rewritten once, at the end
// of a stream's rows.
class CausalConv {
 public:
  // `name` is the history's entry in `layout`; there is none where kernel_t = 1. Allocates.
  CausalConv(PackedConv conv, const StateLayout& layout, std::string_view name);

  const PackedConv& packed() const { return conv_; }
  // Whether frames before a row are needed for it.
  bool has_history() const { return conv_.kernel_t() > 1; }

  // Row i of one stream: output [bins_out, channels_out]. `inputs` are that stream's rows of this
  // call, up to i at least. Real-time safe.
  void Run(const float* state, const RowView& inputs, size_t i, float* output,
           ConvScratch& scratch) const noexcept;
  // Takes the last of `rows` inputs into the history. Real-time safe.
  void Advance(float* state, const RowView& inputs, size_t rows) const noexcept;

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
