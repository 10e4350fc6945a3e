#include "convert/graph/fold_ops.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "base/checked.h"

namespace dfn {
namespace {

// The product of an empty tensor's other dimensions, at most: it costs its file nothing.
constexpr size_t kMostInEmpty = 64;

using Dims = std::vector<int64_t>;
using Folded = std::optional<FoldedTensor>;

// Counts a negative axis from the end; false where there is no such axis among `rank`.
bool Resolve(int64_t& axis, size_t rank) {
  if (axis < 0) axis += static_cast<int64_t>(rank);
  return axis >= 0 && axis < static_cast<int64_t>(rank);
}

// The elements from one index of an axis to the next.
size_t Stride(const Dims& dims, size_t axis) {
  size_t stride = 1;
  for (size_t i = axis + 1; i < dims.size(); ++i) stride *= static_cast<size_t>(dims[i]);
  return stride;
}

// A tensor of shape `dims` whose element at an index is the source's at the sum of index[i] *
// steps[i]. The caller has checked the size and that all sums lie in the source.
FoldedTensor Picked(const FoldedTensor& source, Dims dims, const std::vector<size_t>& steps) {
  FoldedTensor out{.dims = std::move(dims)};
  const size_t elements = Elements(out.dims).value_or(0);
  const auto pick = [&]<class T>(const std::vector<T>& from) {
    std::vector<T> to;
    to.reserve(elements);
    Dims index(out.dims.size(), 0);
    size_t at = 0;
    for (size_t n = 0; n < elements; ++n) {
      to.push_back(from[at]);
      for (size_t i = index.size(); i-- > 0;) {
        at += steps[i];
        if (++index[i] < out.dims[i]) break;
        at -= steps[i] * static_cast<size_t>(out.dims[i]);
        index[i] = 0;
      }
    }
    out.values = std::move(to);
  };
  std::visit(pick, source.values);
  return out;
}

// The shape that two shapes are broadcast to; nothing where they do not fit.
std::optional<Dims> Broadcast(const Dims& a, const Dims& b) {
  Dims out(std::max(a.size(), b.size()), 1);
  for (size_t i = 0; i < out.size(); ++i) {
    const int64_t from_a = i < a.size() ? a[a.size() - 1 - i] : 1;
    const int64_t from_b = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (from_a != from_b && from_a != 1 && from_b != 1) return std::nullopt;
    out[out.size() - 1 - i] = from_a == 1 ? from_b : from_a;
  }
  return out;
}

std::optional<float> Combine(std::string_view op_type, float a, float b) {
  if (op_type == "Add") return a + b;
  if (op_type == "Sub") return a - b;
  if (op_type == "Mul") return a * b;
  return a / b;
}

bool SumOverflows(int64_t a, int64_t b) { return b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b; }

bool ProductOverflows(int64_t a, int64_t b) {
  if (a > 0 && b > 0) return a > INT64_MAX / b;
  if (a < 0 && b < 0) return a < INT64_MAX / b;
  if (a > 0) return b < INT64_MIN / a;
  return b > 0 && a < INT64_MIN / b;
}

std::optional<int64_t> Combine(std::string_view op_type, int64_t a, int64_t b) {
  if (op_type == "Add") return SumOverflows(a, b) ? std::nullopt : std::optional(a + b);
  if (op_type == "Sub") {
    // The lowest number has no negative.
    const bool overflows = b == INT64_MIN ? a >= 0 : SumOverflows(a, -b);
    return overflows ? std::nullopt : std::optional(a - b);
  }
  if (op_type == "Mul") return ProductOverflows(a, b) ? std::nullopt : std::optional(a * b);
  return b == 0 || (b == -1 && a == INT64_MIN) ? std::nullopt : std::optional(a / b);
}

template <class T>
std::optional<T> Map(std::string_view op_type, T value) {
  if constexpr (std::is_same_v<T, int64_t>) {
    if (op_type == "Neg") return Combine("Sub", T{0}, value);
    if (op_type == "Abs") return value < 0 ? Combine("Sub", T{0}, value) : value;
  } else {
    if (op_type == "Neg") return -value;
    if (op_type == "Abs") return std::abs(value);
    if (op_type == "Sqrt") return std::sqrt(value);
    if (op_type == "Reciprocal") return 1.0f / value;
  }
  return std::nullopt;
}

}  // namespace

size_t FoldedTensor::size() const {
  return std::visit([](const auto& v) { return v.size(); }, values);
}

std::optional<size_t> Elements(const Dims& dims) {
  const bool empty = std::find(dims.begin(), dims.end(), 0) != dims.end();
  const size_t most = empty ? kMostInEmpty : kMostFoldedElements;
  size_t product = 1;  // of all but zeros, so that no part of the shape is large either
  for (const int64_t dim : dims) {
    const auto size = CheckedSize(dim);
    if (!size) return std::nullopt;
    const auto next = CheckedMul(product, std::max<size_t>(*size, 1));
    if (!next || *next > most) return std::nullopt;
    product = *next;
  }
  return empty ? 0 : product;
}

Folded Reshaped(FoldedTensor tensor, const Dims& shape, bool allowzero) {
  Dims dims = shape;
  auto open = dims.end();
  for (auto dim = dims.begin(); dim != dims.end(); ++dim) {
    const auto i = static_cast<size_t>(dim - dims.begin());
    if (*dim == 0 && !allowzero && i < tensor.dims.size()) *dim = tensor.dims[i];
    if (*dim != -1) continue;
    if (open != dims.end()) return std::nullopt;
    open = dim;
    *dim = 1;
  }
  const auto known = Elements(dims);
  if (!known) return std::nullopt;
  if (open != dims.end()) {
    if (*known == 0 || tensor.size() % *known != 0) return std::nullopt;
    *open = static_cast<int64_t>(tensor.size() / *known);
  } else if (*known != tensor.size()) {
    return std::nullopt;
  }
  tensor.dims = std::move(dims);
  return tensor;
}

Folded Squeezed(FoldedTensor tensor, Dims axes) {
  if (axes.empty()) {
    std::erase(tensor.dims, 1);
    return tensor;
  }
  for (int64_t& axis : axes) {
    if (!Resolve(axis, tensor.dims.size())) return std::nullopt;
  }
  std::sort(axes.rbegin(), axes.rend());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end()) return std::nullopt;
  for (int64_t axis : axes) {
    if (tensor.dims[static_cast<size_t>(axis)] != 1) return std::nullopt;
    tensor.dims.erase(tensor.dims.begin() + axis);
  }
  return tensor;
}

Folded Unsqueezed(FoldedTensor tensor, Dims axes) {
  const size_t rank = tensor.dims.size() + axes.size();
  for (int64_t& axis : axes) {
    if (!Resolve(axis, rank)) return std::nullopt;
  }
  std::sort(axes.begin(), axes.end());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end()) return std::nullopt;
  // In ascending order, so that each lands in front of dimensions that keep their place.
  for (int64_t axis : axes) tensor.dims.insert(tensor.dims.begin() + axis, 1);
  return tensor;
}

Folded Flattened(FoldedTensor tensor, int64_t axis) {
  const size_t rank = tensor.dims.size();
  if (axis < 0) axis += static_cast<int64_t>(rank);
  if (axis < 0 || axis > static_cast<int64_t>(rank)) return std::nullopt;
  int64_t rows = 1;
  int64_t columns = 1;
  for (size_t i = 0; i < rank; ++i) {
    (static_cast<int64_t>(i) < axis ? rows : columns) *= tensor.dims[i];
  }
  tensor.dims = {rows, columns};
  return tensor;
}

Folded Transposed(const FoldedTensor& tensor, Dims perm) {
  const size_t rank = tensor.dims.size();
  if (perm.empty()) {
    for (size_t i = rank; i-- > 0;) perm.push_back(static_cast<int64_t>(i));
  }
  Dims sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] != static_cast<int64_t>(i)) return std::nullopt;
  }
  if (perm.size() != rank) return std::nullopt;
  Dims dims;
  std::vector<size_t> steps;
  for (int64_t axis : perm) {
    dims.push_back(tensor.dims[static_cast<size_t>(axis)]);
    steps.push_back(Stride(tensor.dims, static_cast<size_t>(axis)));
  }
  return Picked(tensor, std::move(dims), steps);
}

Folded Gathered(const FoldedTensor& tensor, int64_t axis, const FoldedTensor& indices,
                size_t most) {
  const Dims* wanted = indices.ints();
  if (wanted == nullptr || !Resolve(axis, tensor.dims.size())) return std::nullopt;
  const auto at = static_cast<size_t>(axis);
  Dims dims(tensor.dims.begin(), tensor.dims.begin() + axis);
  dims.insert(dims.end(), indices.dims.begin(), indices.dims.end());
  dims.insert(dims.end(), tensor.dims.begin() + axis + 1, tensor.dims.end());
  const auto elements = Elements(dims);
  if (!elements || *elements > most) return std::nullopt;
  std::vector<size_t> rows;
  for (int64_t index : *wanted) {
    if (index < 0) index += tensor.dims[at];
    if (index < 0 || index >= tensor.dims[at]) return std::nullopt;
    rows.push_back(static_cast<size_t>(index));
  }
  const size_t row = Stride(tensor.dims, at);
  const size_t block = row * static_cast<size_t>(tensor.dims[at]);
  FoldedTensor out{.dims = std::move(dims)};
  const auto gather = [&]<class T>(const std::vector<T>& from) {
    std::vector<T> to;
    to.reserve(*elements);
    for (size_t begin = 0; to.size() < *elements; begin += block) {
      for (const size_t index : rows) {
        const auto first = from.begin() + static_cast<ptrdiff_t>(begin + index * row);
        to.insert(to.end(), first, first + static_cast<ptrdiff_t>(row));
      }
    }
    out.values = std::move(to);
  };
  std::visit(gather, tensor.values);
  return out;
}

std::optional<Dims> SlicedIndices(int64_t size, int64_t start, int64_t end, int64_t step) {
  if (step == 0 || step == INT64_MIN) return std::nullopt;
  const int64_t lowest = step > 0 ? 0 : -1;  // of an end: nothing comes before the first element
  if (start < 0) start = start < -size ? lowest : start + size;
  if (end < 0) end = end < -size ? lowest : end + size;
  start = std::clamp<int64_t>(start, lowest, step > 0 ? size : size - 1);
  end = std::clamp<int64_t>(end, lowest, size);
  Dims indices;
  while (step > 0 ? start < end : start > end) {
    indices.push_back(start);
    if (step > 0 ? end - start <= step : start - end <= -step) break;
    start += step;
  }
  return indices;
}

Folded Concatenated(const std::vector<FoldedTensor>& parts, int64_t axis, size_t most) {
  if (parts.empty() || !Resolve(axis, parts[0].dims.size())) return std::nullopt;
  const auto at = static_cast<size_t>(axis);
  FoldedTensor out{.dims = parts[0].dims, .values = parts[0].values};
  size_t elements = 0;
  int64_t length = 0;
  for (const FoldedTensor& part : parts) {
    Dims dims = part.dims;
    if (dims.size() != out.dims.size() || part.values.index() != out.values.index()) return {};
    dims[at] = out.dims[at];
    if (dims != out.dims || part.size() > most - elements) return std::nullopt;
    elements += part.size();
    length += part.dims[at];
  }
  const auto join = [&]<class T>(std::vector<T>& to) {
    to.clear();
    to.reserve(elements);
    for (size_t block = 0; to.size() < elements; ++block) {
      for (const FoldedTensor& part : parts) {
        const auto& from = std::get<std::vector<T>>(part.values);
        const size_t size = Stride(part.dims, at) * static_cast<size_t>(part.dims[at]);
        const auto first = from.begin() + static_cast<ptrdiff_t>(block * size);
        to.insert(to.end(), first, first + static_cast<ptrdiff_t>(size));
      }
    }
  };
  std::visit(join, out.values);
  out.dims[at] = length;
  if (!Elements(out.dims)) return std::nullopt;
  return out;
}

Folded Expanded(const FoldedTensor& tensor, const Dims& shape, size_t most) {
  auto dims = Broadcast(tensor.dims, shape);
  if (!dims) return std::nullopt;
  const auto elements = Elements(*dims);
  if (!elements || *elements > most) return std::nullopt;
  const size_t added = dims->size() - tensor.dims.size();
  std::vector<size_t> steps(dims->size(), 0);
  for (size_t i = 0; i < tensor.dims.size(); ++i) {
    if (tensor.dims[i] != 1) steps[added + i] = Stride(tensor.dims, i);
  }
  return Picked(tensor, std::move(*dims), steps);
}

Folded Cast(FoldedTensor tensor, bool to_floats) {
  if (const auto* ints = tensor.ints(); ints != nullptr && to_floats) {
    tensor.values = std::vector<float>(ints->begin(), ints->end());
  } else if (const auto* floats = std::get_if<std::vector<float>>(&tensor.values);
             floats != nullptr && !to_floats) {
    Dims whole;
    for (const float value : *floats) {
      constexpr float kEnd = 9223372036854775808.0f;  // 2^63
      if (!(value >= -kEnd && value < kEnd)) return std::nullopt;
      whole.push_back(static_cast<int64_t>(value));
    }
    tensor.values = std::move(whole);
  }
  return tensor;
}

Folded Combined(std::string_view op_type, const FoldedTensor& a, const FoldedTensor& b,
                size_t most) {
  auto left = Expanded(a, b.dims, most);
  const auto right = Expanded(b, a.dims, most);
  if (!left || !right || a.values.index() != b.values.index()) return std::nullopt;
  const auto combine = [&]<class T>(std::vector<T>& to) {
    const auto& from = std::get<std::vector<T>>(right->values);
    for (size_t i = 0; i < to.size(); ++i) {
      const auto result = Combine(op_type, to[i], from[i]);
      if (!result) return false;
      to[i] = *result;
    }
    return true;
  };
  if (!std::visit(combine, left->values)) return std::nullopt;
  return left;
}

Folded Mapped(std::string_view op_type, FoldedTensor tensor) {
  const auto map = [&](auto& values) {
    for (auto& value : values) {
      const auto result = Map(op_type, value);
      if (!result) return false;
      value = *result;
    }
    return true;
  };
  if (!std::visit(map, tensor.values)) return std::nullopt;
  return tensor;
}

}  // namespace dfn
