#include "ort/tensor.h"

#include <algorithm>
#include <utility>

namespace dfn::ort {

std::string DimsText(std::span<const int64_t> dims) {
  std::string text;
  for (int64_t dimension : dims) {
    text += (text.empty() ? "" : ", ") + (dimension < 0 ? "any" : std::to_string(dimension));
  }
  return "[" + text + "]";
}

size_t FloatsOf(std::span<const int64_t> dims) {
  size_t floats = 1;
  for (int64_t dimension : dims) floats *= static_cast<size_t>(std::max<int64_t>(dimension, 1));
  return floats;
}

Dims Closed(Dims dims) {
  for (int64_t& dimension : dims) dimension = std::max<int64_t>(dimension, 1);
  return dims;
}

Tensor Zeros(Dims dims) {
  Tensor tensor{.shape = Closed(std::move(dims)), .values = {}};
  tensor.values.resize(FloatsOf(tensor.shape));
  return tensor;
}

}  // namespace dfn::ort
