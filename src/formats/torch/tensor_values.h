// The values of a checkpoint's tensors.
#ifndef DEEPFILTER_FORMATS_TORCH_TENSOR_VALUES_H_
#define DEEPFILTER_FORMATS_TORCH_TENSOR_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "formats/torch/tensor_view.h"

namespace dfn {

struct CheckpointTensor {
  torch::ElementType type = torch::ElementType::kFloat32;  // in the file
  std::vector<size_t> shape;                               // empty: a scalar
  // The values in C order: of float32, float64 (rounded), float16 and bfloat16 in `floats`, of
  // integers and truth values in `ints`.
  std::vector<float> floats = {};
  std::vector<int64_t> ints = {};
};

using StateDict = std::map<std::string, CheckpointTensor, std::less<>>;

// Reads a view's elements, which must lie inside `storage`.
CheckpointTensor ReadValues(const torch::TensorView& view, Bytes storage);

// The memory that the view's values take in a CheckpointTensor.
size_t ValueBytes(const torch::TensorView& view);

}  // namespace dfn

#endif  // DEEPFILTER_FORMATS_TORCH_TENSOR_VALUES_H_
