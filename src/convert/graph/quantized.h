// The operators by which graphs compute with integers, as quantisers write them.
#ifndef DEEPFILTER_CONVERT_GRAPH_QUANTIZED_H_
#define DEEPFILTER_CONVERT_GRAPH_QUANTIZED_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "convert/graph/data_flow.h"
#include "formats/onnx/graph.h"

namespace dfn {

// Whether a node only changes the numbers that its first input is written in: QuantizeLinear,
// DequantizeLinear, DynamicQuantizeLinear, Cast.
inline bool ChangesNumbersOnly(const onnx::Node& node) {
  constexpr std::array<std::string_view, 4> kOps = {"QuantizeLinear", "DequantizeLinear",
                                                    "DynamicQuantizeLinear", "Cast"};
  return std::find(kOps.begin(), kOps.end(), node.op_type) != kOps.end();
}

// Whether a node chooses the scale of its integers by all numbers that a call gives it, so that
// another number of frames a call gives other results.
inline bool IsScaledByCall(const onnx::Node& node) {
  return node.op_type.starts_with("DynamicQuantize");
}

// The input that is the weight of a convolution, with floats or integers; nothing for other nodes.
inline std::optional<size_t> ConvolutionWeight(const onnx::Node& node) {
  if (node.op_type == "QLinearConv") return 3;
  constexpr std::array<std::string_view, 4> kOps = {"Conv", "ConvTranspose", "FusedConv",
                                                    "ConvInteger"};
  const bool is = std::find(kOps.begin(), kOps.end(), node.op_type) != kOps.end();
  return is ? std::optional<size_t>(1) : std::nullopt;
}

// The node that makes the value, apart from nodes that change its numbers or its shape only; null
// for an input or an initializer.
inline const FlowNode* MakerOfNumbers(const DataFlow& flow, ValueId value) {
  const FlowNode* node = flow.Maker(value);
  while (node != nullptr && ChangesNumbersOnly(*node->node)) node = flow.Maker(node->input(0));
  return node;
}

// What passes from node to node.
enum class NumberKind {
  kFloats,    // frames of floats
  kIntegers,  // frames of integers
  kScale,     // scale or zero point of frames: one number for all of them
};

// The kind of an output from the kinds of the inputs that are computed from frames.
//   integers: whether some of them are integers; only_scales: whether all of them are scales
inline NumberKind KindOfOutput(const onnx::Node& node, size_t output, bool integers,
                               bool only_scales) {
  const std::string_view op = node.op_type;
  if (op == "DynamicQuantizeLinear") {
    return output == 0 ? NumberKind::kIntegers : NumberKind::kScale;
  }
  if (op == "DequantizeLinear" || op == "MatMulIntegerToFloat") return NumberKind::kFloats;
  if (op == "QuantizeLinear" || op == "ConvInteger" || op == "MatMulInteger" ||
      op.starts_with("QLinear")) {
    return NumberKind::kIntegers;
  }
  if (only_scales) return NumberKind::kScale;
  constexpr int64_t kFloat = static_cast<int64_t>(onnx::DataType::kFloat);
  if (op == "Cast") {
    return node.Int("to", kFloat) == kFloat ? NumberKind::kFloats : NumberKind::kIntegers;
  }
  return integers ? NumberKind::kIntegers : NumberKind::kFloats;
}

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_GRAPH_QUANTIZED_H_
