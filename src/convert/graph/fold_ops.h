// The operators that exporters leave between a constant and its use, on values. Standard ONNX
// semantics; names of parameters are those of the operators' attributes and inputs.
#ifndef DEEPFILTER_CONVERT_GRAPH_FOLD_OPS_H_
#define DEEPFILTER_CONVERT_GRAPH_FOLD_OPS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace dfn {

// A constant while it is computed: float32 for every floating-point type, int64 for every integer
// type and for truth values.
struct FoldedTensor {
  std::vector<int64_t> dims;                                           // none negative
  std::variant<std::vector<float>, std::vector<int64_t>> values = {};  // product(dims), row by row

  size_t size() const;
  // The values if they are whole numbers, else null.
  const std::vector<int64_t>* ints() const { return std::get_if<std::vector<int64_t>>(&values); }
};

// The most elements of a constant: max_tensor_elements of the default limits.
inline constexpr size_t kMostFoldedElements = size_t{64} << 20;

// The product of dimensions; nothing where one is negative, the product is above the limit, or the
// tensor is empty and would be large otherwise.
std::optional<size_t> Elements(const std::vector<int64_t>& dims);

// Each function below returns nothing where the operator does not fit the tensor, or where the
// result would have more than `most` elements.

std::optional<FoldedTensor> Reshaped(FoldedTensor tensor, const std::vector<int64_t>& shape,
                                     bool allowzero);
// Without axes: all dimensions of one element.
std::optional<FoldedTensor> Squeezed(FoldedTensor tensor, std::vector<int64_t> axes);
std::optional<FoldedTensor> Unsqueezed(FoldedTensor tensor, std::vector<int64_t> axes);
std::optional<FoldedTensor> Flattened(FoldedTensor tensor, int64_t axis);
// Without a permutation: the axes in reverse order.
std::optional<FoldedTensor> Transposed(const FoldedTensor& tensor, std::vector<int64_t> perm);

// Gather; Slice and Split are made of it. Negative axes and indices count from the end.
std::optional<FoldedTensor> Gathered(const FoldedTensor& tensor, int64_t axis,
                                     const FoldedTensor& indices, size_t most);
// The indices that Slice takes from an axis of `size` elements.
std::optional<std::vector<int64_t>> SlicedIndices(int64_t size, int64_t start, int64_t end,
                                                  int64_t step);
std::optional<FoldedTensor> Concatenated(const std::vector<FoldedTensor>& parts, int64_t axis,
                                         size_t most);
// Expand, which broadcasts in both directions.
std::optional<FoldedTensor> Expanded(const FoldedTensor& tensor, const std::vector<int64_t>& shape,
                                     size_t most);
// To float32 or to int64. Nothing where a number does not fit.
std::optional<FoldedTensor> Cast(FoldedTensor tensor, bool to_floats);

// Add, Sub, Mul or Div of two tensors of one type, broadcast to each other.
std::optional<FoldedTensor> Combined(std::string_view op_type, const FoldedTensor& a,
                                     const FoldedTensor& b, size_t most);
// Neg, Abs, Sqrt or Reciprocal.
std::optional<FoldedTensor> Mapped(std::string_view op_type, FoldedTensor tensor);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_GRAPH_FOLD_OPS_H_
