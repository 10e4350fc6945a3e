#include <optional>
#include <utility>

#include "convert/graph/constants.h"
#include "convert/lift/lift_networks.h"

namespace dfn {
namespace {

std::optional<double> Scalar(const DataFlow& flow, ValueId value) {
  if (!IsConstant(flow, value)) return std::nullopt;
  const auto constant = ReadFloats(flow, value);
  if (!constant.ok() || constant->values.size() != 1) return std::nullopt;
  return constant->values[0];
}

// Takes one scalar factor or term off; false if the node is neither.
bool TakeOff(const DataFlow& flow, const FlowNode& node, ScaledSigmoid& found, ValueId& value) {
  const bool add = node.Is("Add");
  const bool subtract = node.Is("Sub");
  const bool multiply = node.Is("Mul");
  if (!add && !subtract && !multiply && !node.Is("Div")) return false;
  const auto first = Scalar(flow, node.input(0));
  const auto second = Scalar(flow, node.input(1));
  if (first.has_value() == second.has_value()) return false;
  if (first && !add && !multiply) return false;
  const double number = first ? *first : *second;
  if (add) found.offset += found.scale * number;
  if (subtract) found.offset -= found.scale * number;
  if (multiply) found.scale *= number;
  if (!add && !subtract && !multiply) found.scale /= number;
  value = node.input(first ? 1 : 0);
  return true;
}

}  // namespace

ValueId LinearUnitInput(const DataFlow& flow, ValueId value) {
  const FlowNode* node = flow.Maker(value);
  if (Is(node, "Gemm")) return node->input(0);
  if (!Is(node, "Add")) return kNoValue;
  const bool first = IsConstant(flow, node->input(0));
  if (first == IsConstant(flow, node->input(1))) return kNoValue;
  const FlowNode* product = flow.Maker(node->input(first ? 1 : 0));
  return Is(product, "MatMul") ? product->input(0) : kNoValue;
}

ScaledSigmoid FindScaledSigmoid(const DataFlow& flow, ValueId output) {
  ScaledSigmoid found;
  ValueId value = output;
  const FlowNode* node = flow.Maker(value);
  while (node != nullptr && TakeOff(flow, *node, found, value)) node = flow.Maker(value);
  if (Is(node, "Sigmoid") && LinearUnitInput(flow, node->input(0)) != kNoValue) {
    found.sigmoid = value;
  }
  return found;
}

Role RoleOf(const DataFlow& flow, ValueId output) {
  const FlowNode* node = flow.Maker(output);
  if (Is(node, "Sigmoid") && Is(flow.Maker(node->input(0)), "Conv")) return Role::kGains;
  if (Is(node, "Sigmoid")) {
    return LinearUnitInput(flow, node->input(0)) != kNoValue ? Role::kAlpha : Role::kOther;
  }
  if (Is(node, "Add") && node->inputs.size() == 2) {
    const FlowNode* first = flow.Maker(node->inputs[0]);
    const FlowNode* second = flow.Maker(node->inputs[1]);
    if ((Is(first, "Tanh") && Is(second, "Relu")) || (Is(first, "Relu") && Is(second, "Tanh"))) {
      return Role::kCoefs;
    }
  }
  return FindScaledSigmoid(flow, output).sigmoid == kNoValue ? Role::kOther : Role::kLocalSnr;
}

}  // namespace dfn
