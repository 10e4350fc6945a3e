// For tests: parts of ONNX graphs that are written by hand.
#ifndef DEEPFILTER_CONVERT_TESTING_NODES_H_
#define DEEPFILTER_CONVERT_TESTING_NODES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "formats/onnx/graph.h"

namespace dfn::test {

inline onnx::Attribute IntsAttribute(std::string name, std::vector<int64_t> values) {
  return {.name = std::move(name), .value = std::move(values)};
}

// A node of a standard operator, without a name.
inline onnx::Node MakeNode(std::string op_type, std::vector<std::string> inputs, std::string output,
                           std::vector<onnx::Attribute> attributes = {}) {
  return {.name = "",
          .op_type = std::move(op_type),
          .domain = "",
          .inputs = std::move(inputs),
          .outputs = {std::move(output)},
          .attributes = std::move(attributes)};
}

// An input or output of floats; -1 is an open dimension.
inline onnx::ValueInfo FloatValue(std::string name, std::vector<int64_t> dims) {
  return {.name = std::move(name),
          .type = onnx::DataType::kFloat,
          .dims = std::move(dims),
          .dim_names = {}};
}

// An initializer with one axis.
inline onnx::Tensor FloatVector(std::string name, std::vector<float> values) {
  onnx::Tensor tensor;
  tensor.name = std::move(name);
  tensor.type = onnx::DataType::kFloat;
  tensor.dims = {static_cast<int64_t>(values.size())};
  tensor.elements = values.size();
  tensor.floats = std::move(values);
  return tensor;
}

}  // namespace dfn::test

#endif  // DEEPFILTER_CONVERT_TESTING_NODES_H_
