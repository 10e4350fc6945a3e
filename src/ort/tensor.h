// Tensors that graphs take and give by name.
#ifndef DEEPFILTER_ORT_TENSOR_H_
#define DEEPFILTER_ORT_TENSOR_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace dfn::ort {

// Dimensions of a tensor; -1 stands for one that a graph leaves free.
using Dims = std::vector<int64_t>;

// "[1, 64, any, 32]".
std::string DimsText(std::span<const int64_t> dims);
// Product of the dimensions; a free one counts as 1.
size_t FloatsOf(std::span<const int64_t> dims);
// The same dimensions with 1 for every free one.
Dims Closed(Dims dims);

// A graph's input or output as the graph declares it.
struct TensorInfo {
  std::string name;
  Dims shape;
};

// A float tensor with its values.
struct Tensor {
  Dims shape;
  std::vector<float> values;
};

using Tensors = std::map<std::string, Tensor>;

// A tensor of zeros; free dimensions become 1.
Tensor Zeros(Dims dims);

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_TENSOR_H_
