// Shapes of tensors that graphs pass each other, with the axis that counts frames.
#ifndef DEEPFILTER_ORT_VALUE_SHAPE_H_
#define DEEPFILTER_ORT_VALUE_SHAPE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/realtime.h"
#include "base/result.h"
#include "ort/tensor.h"

namespace dfn::ort {

// [before, T, after]: one frame has `before` runs of `after` floats.
struct ValueShape {
  Dims dims;                   // of one frame, so 1 at `axis`
  std::optional<size_t> axis;  // nothing: the tensor is always one frame
  size_t before = 1;
  size_t after = 1;

  static ValueShape Make(Dims dims, std::optional<size_t> axis);
  size_t floats() const { return before * after; }  // of one frame
  // Writes the dimensions of a tensor of `frames` frames. `to` has dims.size() elements.
  void DimsOf(size_t frames, int64_t* to) const noexcept DFN_REALTIME;
};

// The shape of an output for a given number of input frames.
struct OutputShape {
  ValueShape value;
  size_t frames = 1;   // of the output
  bool grows = false;  // with the number of input frames; else the output is the newest frame
};

// Finds the axis of time in an output: the one that differs between a call on `frames` frames and a
// call on another number. Without a second call (other_dims is null: the graph is fixed to one
// length), it is the usual axis for the rank. `output` opens the message. Errors: kUnsupported
// (several axes differ).
Result<OutputShape> FindFrames(const std::string& output, size_t frames, const Dims& dims,
                               const Dims* other_dims);

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_VALUE_SHAPE_H_
