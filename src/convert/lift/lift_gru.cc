#include "convert/lift/lift_layers.h"

#include <algorithm>
#include <utility>

#include "base/printable.h"

namespace dfn {
namespace {

int64_t Dim(size_t size) { return static_cast<int64_t>(size); }

}  // namespace

Status LayerLifter::CheckGruAttributes(const FlowNode& node, const LayerName& name) const {
  const onnx::Node& n = *node.node;
  const char* odd = n.String("direction", "forward") != "forward" ? "direction"
                    : n.Int("linear_before_reset", 0) != 1        ? "linear_before_reset"
                    : n.Int("layout", 0) != 0                     ? "layout"
                    : n.Find("activations") != nullptr            ? "activations"
                    : n.Find("clip") != nullptr                   ? "clip"
                    : node.input(4) != kNoValue                   ? "sequence_lens"
                                                                  : nullptr;
  if (odd == nullptr) return {};
  return Fail(ErrorCode::kUnsupported, name,
              std::string("GRU has a ") + odd + " that no DeepFilterNet has");
}

void LayerLifter::AddStateInput(ValueId input) {
  if (std::find(state_inputs_.begin(), state_inputs_.end(), input) == state_inputs_.end()) {
    state_inputs_.push_back(input);
  }
}

// Zeros may be left out, be constant or have a computed shape; several layers share one tensor, of
// which each takes a slice.
Status LayerLifter::CheckInitialState(ValueId value, const LayerName& name) {
  if (value == kNoValue) return {};
  value = flow_.Root(value);
  for (const FlowNode* node = flow_.producer(value);
       node != nullptr && node->input(0) != kNoValue &&
       (node->Is("Slice") || node->Is("Gather") || node->Is("Split") || node->Is("Expand"));
       node = flow_.producer(value)) {
    value = flow_.Root(node->input(0));
  }
  if (flow_.is_input(value)) {
    AddStateInput(value);
    return {};
  }
  const FlowNode* node = flow_.producer(value);
  bool zero = false;
  if (node != nullptr && node->Is("ConstantOfShape")) {
    const onnx::Attribute* fill = node->node->Find("value");
    const auto* tensor = fill == nullptr ? nullptr : std::get_if<onnx::Tensor>(&fill->value);
    zero = fill == nullptr;
    if (tensor != nullptr) {
      const auto values = onnx::ToFloats(*tensor);
      zero = values.ok() && values->size() == 1 && values.value()[0] == 0.0f;
    }
  } else if (IsConstant(flow_, value)) {
    DFN_TRY(const FloatConstant constant, ReadFloats(flow_, value));
    zero = std::all_of(constant.values.begin(), constant.values.end(),
                       [](float v) { return v == 0.0f; });
  }
  if (zero) return {};
  return Fail(ErrorCode::kUnsupported, name,
              "the initial state " + Quoted(flow_.name(value)) +
                  " is neither zero nor an input of the graph");
}

Result<ValueId> LayerLifter::LiftLayer(const LayerSpec& spec, ValueId value, Axes axes,
                                       Gru& layer) {
  const LayerName name = Name(spec.name);
  DFN_TRY(const FlowNode* node, Expect(value, "GRU", axes, name));
  DFN_CHECK(CheckGruAttributes(*node, name));
  const int64_t hidden = Dim(layer.hidden);
  if (node->node->Int("hidden_size", hidden) != hidden) {
    return Fail(ErrorCode::kMismatch, name,
                "GRU has hidden_size " + std::to_string(node->node->Int("hidden_size", hidden)) +
                    ", but config.ini asks for " + std::to_string(hidden));
  }
  DFN_TRY(layer.weight_input, ReadTensor(node->input(1), {1, 3 * hidden, Dim(layer.in)}, name));
  DFN_TRY(layer.weight_hidden, ReadTensor(node->input(2), {1, 3 * hidden, hidden}, name));
  std::vector<float> bias(6 * layer.hidden, 0.0f);
  if (node->input(3) != kNoValue) {
    DFN_TRY(bias, ReadTensor(node->input(3), {1, 6 * hidden}, name));
  }
  const auto middle = bias.begin() + static_cast<ptrdiff_t>(bias.size() / 2);
  layer.bias_input.assign(bias.begin(), middle);
  layer.bias_hidden.assign(middle, bias.end());
  DFN_CHECK(CheckInitialState(node->input(5), name));
  return node->input(0);
}

}  // namespace dfn
