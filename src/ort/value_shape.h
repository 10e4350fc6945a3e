// Tensors that graphs pass each other, with the axis that counts frames.
#ifndef DEEPFILTER_ORT_VALUE_SHAPE_H_
#define DEEPFILTER_ORT_VALUE_SHAPE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "ort/tensor.h"

namespace dfn::ort {

// [before, T, after]: one frame's floats lie in `before` runs of `after`.
struct ValueShape {
  Dims dims;                   // of one frame, so 1 at `axis`
  std::optional<size_t> axis;  // none: the tensor is one frame, always
  size_t before = 1;
  size_t after = 1;

  static ValueShape Make(Dims dims, std::optional<size_t> axis);
  size_t floats() const { return before * after; }  // of one frame
  // Writes the dimensions of so many frames. `to` has dims.size() elements.
  void DimsOf(size_t frames, int64_t* to) const noexcept;
};

// What a graph made of so many frames in.
struct OutputShape {
  ValueShape value;
  size_t frames = 1;   // that came out of the window
  bool grows = false;  // with the window; else the newest frame alone comes out
};

// Finds the axis of time in an output: the one that differs between a call on `frames` frames and
// one on another number. Where there is no second call (the graph is fixed to one length), the
// usual place by rank. `output` opens the message. Errors: kUnsupported (several axes differ).
Result<OutputShape> FindFrames(const std::string& output, size_t frames, const Dims& dims,
                               const Dims* other_dims);

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_VALUE_SHAPE_H_
