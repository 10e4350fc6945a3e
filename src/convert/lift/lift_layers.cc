#include "convert/lift/lift_layers.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/printable.h"

namespace dfn {
namespace {

using Dims = std::vector<int64_t>;

int64_t Dim(size_t size) { return static_cast<int64_t>(size); }

std::string MadeBy(const DataFlow& flow, ValueId value) {
  if (value == kNoValue) return "an input is left out, expected one made by ";
  const FlowNode* node = flow.producer(value);
  const std::string maker = node != nullptr        ? "made by " + Printable(node->node->op_type)
                            : flow.is_input(value) ? "an input of the graph"
                                                   : "a constant";
  return "value " + Quoted(flow.name(value)) + " is " + maker + ", expected one made by ";
}

bool KeepsInnermost(const Dims& perm) {
  return !perm.empty() && perm.back() == static_cast<int64_t>(perm.size()) - 1;
}

// Whether the transposes between two layers are those that `axes` allows.
bool AllowsTransposes(Axes axes, const std::vector<Dims>& transposes) {
  const Dims to_vector = {0, 2, 3, 1};
  const Dims to_map = {0, 3, 1, 2};
  size_t turns = 0;
  for (const Dims& perm : transposes) {
    const bool identity = std::is_sorted(perm.begin(), perm.end()) && KeepsInnermost(perm);
    if (identity || (axes != Axes::kMap && KeepsInnermost(perm))) continue;
    const bool turn = (axes == Axes::kMapToVector && perm == to_vector) ||
                      (axes == Axes::kVectorToMap && perm == to_map);
    if (!turn) return false;
    ++turns;
  }
  return turns == (axes == Axes::kMapToVector || axes == Axes::kVectorToMap ? 1 : 0);
}

// Einsum of [b, t, g, i] with a constant [g, i, h] to [b, t, g, h], whatever the letters.
bool IsGroupedProduct(std::string equation, bool constant_first) {
  equation.erase(std::remove(equation.begin(), equation.end(), ' '), equation.end());
  const size_t comma = equation.find(',');
  const size_t arrow = equation.find("->");
  if (comma == std::string::npos || arrow == std::string::npos || comma > arrow) return false;
  std::string data = equation.substr(0, comma);
  std::string weight = equation.substr(comma + 1, arrow - comma - 1);
  if (constant_first) std::swap(data, weight);
  const std::string out = equation.substr(arrow + 2);
  if (data.size() != 4 || weight.size() != 3 || out.size() != 4) return false;
  std::string letters = data + weight[2];
  std::sort(letters.begin(), letters.end());
  const bool distinct = std::adjacent_find(letters.begin(), letters.end()) == letters.end();
  return distinct && weight[0] == data[2] && weight[1] == data[3] &&
         out == data.substr(0, 3) + weight[2];
}

// Dimensions without leading ones.
Dims Innermost(const Dims& dims, size_t rank) {
  Dims out = dims;
  while (out.size() > rank && out.front() == 1) out.erase(out.begin());
  return out;
}

}  // namespace

Error LayerLifter::Fail(ErrorCode code, const LayerName& name, const std::string& sentence) const {
  const std::string keys = name.keys.empty() ? "" : " (" + name.keys + ")";
  return {code, flow_.file() + ": " + name.layer + ": " + sentence + keys};
}

Result<const FlowNode*> LayerLifter::Expect(ValueId value, std::string_view op_type, Axes axes,
                                            const LayerName& name) const {
  std::vector<Dims> transposes;
  const ValueId root = flow_.Root(value, &transposes);
  const FlowNode* node = flow_.producer(root);
  if (node == nullptr || !node->Is(op_type) || node->outputs[0] != root) {
    return Fail(ErrorCode::kMismatch, name, MadeBy(flow_, root) + std::string(op_type));
  }
  if (!AllowsTransposes(axes, transposes)) {
    return Fail(ErrorCode::kUnsupported, name,
                "the axes of value " + Quoted(flow_.name(root)) +
                    " are put into an order that no DeepFilterNet has");
  }
  return node;
}

Result<std::vector<float>> LayerLifter::ReadTensor(ValueId value, const Dims& dims,
                                                   const LayerName& name) const {
  DFN_TRY(FloatConstant constant, ReadFloats(flow_, value));
  return Checked(std::move(constant), dims, name);
}

Result<std::vector<float>> LayerLifter::Checked(FloatConstant constant, const Dims& dims,
                                                const LayerName& name) const {
  if (constant.dims != dims) {
    return Error{ErrorCode::kMismatch, flow_.file() + ": tensor " + Quoted(constant.name) +
                                           " has shape " + onnx::ShapeText(constant.dims) +
                                           ", but config.ini asks for " + onnx::ShapeText(dims) +
                                           " (" + name.layer +
                                           (name.keys.empty() ? "" : ", " + name.keys) + ")"};
  }
  return std::move(constant.values);
}

ValueId LayerLifter::LinearInput(const FlowNode* node) const {
  if (node == nullptr || node->inputs.size() != 2) return kNoValue;
  const bool first = IsConstant(flow_, node->inputs[0]);
  const bool second = IsConstant(flow_, node->inputs[1]);
  if (first == second) return kNoValue;
  if (node->Is("Einsum")) return node->inputs[first ? 1 : 0];
  return node->Is("MatMul") && second ? node->inputs[0] : kNoValue;
}

Result<ValueId> LayerLifter::Lift(std::string_view layer, ValueId value, Axes axes) {
  const LayerSpec& spec = layers_[layer];
  const auto lift = [&]<class Layer>(const Layer& sizes) {
    return LiftLayer(spec, value, axes, spec.Make<Layer>(model_) = sizes);
  };
  return std::visit(lift, spec.sizes);
}

Result<ValueId> LayerLifter::LiftLayer(const LayerSpec& spec, ValueId value, Axes axes,
                                       GroupedLinear& layer) {
  const LayerName name = Name(spec.name);
  if (!spec.activation.empty()) {
    DFN_TRY(const FlowNode* node, Expect(value, spec.activation, axes, name));
    value = node->input(0);
    axes = Axes::kVector;
  }
  const bool matmul = flow_.Maker(value) != nullptr && flow_.Maker(value)->Is("MatMul");
  DFN_TRY(const FlowNode* node, Expect(value, matmul ? "MatMul" : "Einsum", axes, name));
  const ValueId input = LinearInput(node);
  if (input == kNoValue) {
    return Fail(ErrorCode::kUnsupported, name, node->node->op_type + " has no constant weight");
  }
  const bool constant_first = node->inputs[1] == input;
  const std::string equation = node->node->String("equation", "");
  if (!matmul && !IsGroupedProduct(equation, constant_first)) {
    return Fail(ErrorCode::kUnsupported, name,
                "Einsum has equation " + Quoted(equation) + ", expected btgi,gih->btgh");
  }
  Dims dims = {Dim(layer.groups), Dim(layer.in / layer.groups), Dim(layer.out / layer.groups)};
  const ValueId weight = node->inputs[constant_first ? 0 : 1];
  if (matmul) {
    // [I, O], or one matrix a group with any number of ones in front.
    DFN_TRY(const FloatConstant constant, ReadFloats(flow_, weight));
    if (layer.groups == 1 && Innermost(constant.dims, 2).size() == 2) dims.erase(dims.begin());
    while (dims.size() < constant.dims.size()) dims.insert(dims.begin(), 1);
  }
  DFN_TRY(layer.weight, ReadTensor(weight, dims, name));
  return input;
}

Result<ValueId> LayerLifter::LiftLayer(const LayerSpec& spec, ValueId value, Axes axes,
                                       ScalarHead& layer) {
  const LayerName name = Name(spec.name);
  DFN_TRY(const FlowNode* sigmoid, Expect(value, spec.activation, axes, name));
  const FlowNode* node = flow_.Maker(sigmoid->input(0));
  ValueId input = kNoValue;
  ValueId weight = kNoValue;
  ValueId bias = kNoValue;
  Dims weight_dims = {Dim(layer.in), 1};
  if (node != nullptr && node->Is("Gemm")) {
    const auto is_one = [&](const char* attribute) {
      const onnx::Attribute* found = node->node->Find(attribute);
      const float* number = found == nullptr ? nullptr : std::get_if<float>(&found->value);
      return found == nullptr || (number != nullptr && *number == 1.0f);
    };
    if (!is_one("alpha") || !is_one("beta") || node->node->Int("transA", 0) != 0) {
      return Fail(ErrorCode::kUnsupported, name, "Gemm scales or transposes its input");
    }
    if (node->node->Int("transB", 0) != 0) std::swap(weight_dims[0], weight_dims[1]);
    input = node->input(0);
    weight = node->input(1);
    bias = node->input(2);
  } else {
    DFN_TRY(node, Expect(sigmoid->input(0), "Add", Axes::kVector, name));
    DFN_TRY(auto operands, Operands(*node, name));
    if (IsConstant(flow_, operands.first)) std::swap(operands.first, operands.second);
    bias = operands.second;
    DFN_TRY(node, Expect(operands.first, "MatMul", Axes::kVector, name));
    input = node->input(0);
    weight = node->input(1);
  }
  DFN_TRY(layer.weight, ReadTensor(weight, weight_dims, name));
  DFN_TRY(const FloatConstant constant, ReadFloats(flow_, bias));
  if (constant.values.size() != 1) {
    return Fail(ErrorCode::kMismatch, name,
                "tensor " + Quoted(constant.name) + " has shape " + onnx::ShapeText(constant.dims) +
                    ", expected one value");
  }
  layer.bias = constant.values[0];
  return input;
}

Result<std::pair<ValueId, ValueId>> LayerLifter::Operands(const FlowNode& node,
                                                          const LayerName& name) const {
  if (node.inputs.size() == 2 && node.inputs[0] != kNoValue && node.inputs[1] != kNoValue) {
    return std::pair(node.inputs[0], node.inputs[1]);
  }
  return Fail(
      ErrorCode::kMismatch, name,
      node.node->op_type + " takes " + std::to_string(node.inputs.size()) + " values, expected 2");
}

}  // namespace dfn
