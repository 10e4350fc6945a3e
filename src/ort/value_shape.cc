#include "ort/value_shape.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace dfn::ort {
namespace {

// The axis of time in graphs of this family: [1, T, x], [1, C, T, F], [1, T, D, O, 2], [1, O, T, D,
// 2].
std::vector<size_t> UsualAxes(size_t rank) {
  switch (rank) {
    case 2:
      return {0};
    case 3:
      return {1};
    case 4:
      return {2, 1};
    case 5:
      return {1, 2};
    default:
      return {};
  }
}

std::optional<size_t> UsualAxis(const Dims& dims, int64_t length) {
  for (size_t axis : UsualAxes(dims.size())) {
    if (dims[axis] == length) return axis;
  }
  return std::nullopt;
}

OutputShape NewestFrame(const Dims& dims) {
  return {.value = ValueShape::Make(dims, UsualAxis(dims, 1)), .frames = 1, .grows = false};
}

}  // namespace

ValueShape ValueShape::Make(Dims dims, std::optional<size_t> axis) {
  ValueShape shape{.dims = std::move(dims), .axis = axis};
  if (axis) shape.dims[*axis] = 1;
  const size_t split = axis.value_or(0);
  shape.before = FloatsOf(std::span(shape.dims).first(split));
  shape.after = FloatsOf(std::span(shape.dims).subspan(split));
  return shape;
}

void ValueShape::DimsOf(size_t frames, int64_t* to) const noexcept {
  std::copy(dims.begin(), dims.end(), to);
  if (axis) to[*axis] = static_cast<int64_t>(frames);
}

Result<OutputShape> FindFrames(const std::string& output, size_t frames, const Dims& dims,
                               const Dims* other_dims) {
  if (other_dims == nullptr) {
    const auto axis = UsualAxis(dims, static_cast<int64_t>(frames));
    if (!axis) return NewestFrame(dims);
    return OutputShape{.value = ValueShape::Make(dims, axis), .frames = frames, .grows = true};
  }
  std::optional<size_t> axis;
  bool several = other_dims->size() != dims.size();
  for (size_t i = 0; i < dims.size() && !several; ++i) {
    if (dims[i] == (*other_dims)[i]) continue;
    several = axis.has_value();
    axis = i;
  }
  if (several) {
    return Error{ErrorCode::kUnsupported,
                 output + " is " + DimsText(dims) + " for one number of frames and " +
                     DimsText(*other_dims) + " for another, expected one axis of time"};
  }
  if (!axis) return NewestFrame(dims);
  return OutputShape{.value = ValueShape::Make(dims, axis),
                     .frames = static_cast<size_t>(std::max<int64_t>(dims[*axis], 0)),
                     .grows = true};
}

}  // namespace dfn::ort
