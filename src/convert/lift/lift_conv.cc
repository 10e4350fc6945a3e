#include "convert/lift/lift_layers.h"

#include <utility>

#include "base/printable.h"

namespace dfn {
namespace {

using Dims = std::vector<int64_t>;

int64_t Dim(size_t size) { return static_cast<int64_t>(size); }

}  // namespace

// The padding of [B, C, T, F]: zeros from Pad nodes, in frames and bins, or the frames before the
// first one, from a state input.
struct LayerLifter::Padding {
  ValueId history = kNoValue;
  int64_t t_before = 0;
  int64_t t_after = 0;
  int64_t f_before = 0;
  int64_t f_after = 0;
};

// Whether the node puts frames of a graph input in front of others.
bool LayerLifter::IsHistory(const FlowNode* node) const {
  constexpr int64_t kTimeAxis = 2;
  return node != nullptr && node->Is("Concat") && node->inputs.size() == 2 &&
         node->node->Int("axis", 0) == kTimeAxis && flow_.is_input(flow_.Root(node->inputs[0]));
}

Result<LayerLifter::Padding> LayerLifter::ReadPadding(ValueId* value, const LayerName& name) const {
  Padding padding;
  for (*value = flow_.Root(*value);; *value = flow_.Root(*value)) {
    const FlowNode* node = flow_.producer(*value);
    if (padding.history == kNoValue && IsHistory(node)) {
      padding.history = flow_.Root(node->inputs[0]);
      *value = node->inputs[1];
      continue;
    }
    if (node == nullptr || !node->Is("Pad")) return padding;
    Dims amounts = node->node->Ints("pads", {});
    if (node->input(1) != kNoValue) {
      DFN_TRY(amounts, ReadInts(flow_, node->input(1)));
    }
    bool zero = true;
    if (node->input(2) != kNoValue) {
      DFN_TRY(const FloatConstant fill, ReadFloats(flow_, node->input(2)));
      zero = fill.values.size() == 1 && fill.values[0] == 0.0f;
    } else if (const onnx::Attribute* fill = node->node->Find("value")) {
      const float* number = std::get_if<float>(&fill->value);
      zero = number != nullptr && *number == 0.0f;
    }
    if (node->node->String("mode", "constant") != "constant" || !zero || amounts.size() != 8 ||
        node->input(3) != kNoValue || amounts[0] != 0 || amounts[1] != 0 || amounts[4] != 0 ||
        amounts[5] != 0) {
      return Fail(ErrorCode::kUnsupported, name,
                  "the padding in front of it is not zeros in time or frequency");
    }
    // The same bound for each keeps the sums from overflowing.
    for (int64_t amount : amounts) {
      if (amount < 0 || amount > 1024) {
        return Fail(ErrorCode::kUnsupported, name,
                    "the padding in front of it is " + std::to_string(amount) + " wide");
      }
    }
    padding.t_before += amounts[2];
    padding.f_before += amounts[3];
    padding.t_after += amounts[6];
    padding.f_after += amounts[7];
    *value = node->input(0);
  }
}

ValueId LayerLifter::BeforePadding(ValueId value) const {
  value = flow_.Root(value);
  for (const FlowNode* node = flow_.producer(value); node != nullptr;
       node = flow_.producer(value)) {
    const bool history = IsHistory(node);
    if (!history && (!node->Is("Pad") || node->input(0) == kNoValue)) break;
    value = flow_.Root(node->input(history ? 1 : 0));
  }
  return value;
}

Status LayerLifter::CheckConvAttributes(const FlowNode& node, const Conv& wanted,
                                        const Padding& padding, const std::string& tensor,
                                        const LayerName& name) const {
  const onnx::Node& n = *node.node;
  const auto check = [&](const char* attribute, const Dims& found, const Dims& expected) -> Status {
    if (found == expected) return {};
    return Fail(ErrorCode::kMismatch, name,
                n.op_type + " with tensor " + Quoted(tensor) + " has " + attribute + " " +
                    onnx::ShapeText(found) + ", expected " + onnx::ShapeText(expected));
  };
  if (n.String("auto_pad", "NOTSET") != "NOTSET" || n.Find("output_shape") != nullptr) {
    return Fail(ErrorCode::kUnsupported, name, n.op_type + " has a padding of its own choice");
  }
  const int64_t past = Dim(wanted.kernel_t) - 1;
  const int64_t side = Dim(wanted.kernel_f) / 2;
  DFN_CHECK(check("group", {n.Int("group", 1)}, {Dim(wanted.groups)}));
  DFN_CHECK(check("strides", n.Ints("strides", {1, 1}), {1, Dim(wanted.stride_f)}));
  DFN_CHECK(check("dilations", n.Ints("dilations", {1, 1}), {1, 1}));
  const Dims pads = n.Ints("pads", {0, 0, 0, 0});
  if (!wanted.transposed) {
    // Causal: all zeros come before the first frame, from a Pad node or from the attribute.
    return check("pads (without those of Pad)", pads,
                 {past - padding.t_before, side - padding.f_before, -padding.t_after,
                  side - padding.f_after});
  }
  // A transposed convolution's pads are cut off its output: in front as many frames as were put
  // there, behind the frames of the future.
  DFN_CHECK(check("pads", pads, {padding.t_before, side, past + padding.t_after, side}));
  return check("output_padding", n.Ints("output_padding", {0, 0}), {0, Dim(wanted.stride_f) - 1});
}

Result<ValueId> LayerLifter::LiftConvNode(const FlowNode& node, const LayerName& name, Conv& conv) {
  const size_t rows = conv.transposed ? conv.in_channels : conv.out_channels;
  const size_t columns = conv.transposed ? conv.out_channels : conv.in_channels;
  DFN_TRY(FloatConstant weight, ReadFloats(flow_, node.input(1)));
  const std::string tensor = weight.name;
  if (weight.dims.size() > 1) conv.groups = GroupsOf(conv, static_cast<size_t>(weight.dims[1]));
  DFN_TRY(conv.weight,
          Checked(std::move(weight),
                  {Dim(rows), Dim(columns / conv.groups), Dim(conv.kernel_t), Dim(conv.kernel_f)},
                  name));
  if (node.input(2) != kNoValue) {
    DFN_TRY(conv.bias, ReadTensor(node.input(2), {Dim(conv.out_channels)}, name));
  }
  ValueId input = node.input(0);
  DFN_TRY(Padding padding, ReadPadding(&input, name));
  if (padding.history != kNoValue) {
    // The state's declared length proves nothing; a state of any other length would not run.
    padding.t_before += Dim(conv.kernel_t) - 1;
    AddStateInput(padding.history);
  }
  if (conv.transposed && (padding.f_before != 0 || padding.f_after != 0)) {
    return Fail(ErrorCode::kUnsupported, name, "its input is padded in frequency");
  }
  DFN_CHECK(CheckConvAttributes(node, conv, padding, tensor, name));
  return input;
}

// Whether two convolutions in a row make the value.
bool LayerLifter::IsSeparable(ValueId value) const {
  const FlowNode* last = flow_.Maker(value);
  if (!Is(last, "Conv")) return false;
  const FlowNode* first = flow_.Maker(last->input(0));
  return Is(first, "Conv") || Is(first, "ConvTranspose");
}

Result<ValueId> LayerLifter::LiftLayer(const LayerSpec& spec, ValueId value, Axes axes,
                                       ConvLayer& layer) {
  DFN_TRY(const FlowNode* node, Expect(value, spec.activation, axes, Name(spec.name)));
  value = node->input(0);
  SetPointwise(layer, IsSeparable(value));
  if (layer.pointwise) {
    const LayerName pointwise{spec.name + ".pw", spec.config_keys};
    DFN_TRY(node, Expect(value, "Conv", Axes::kMap, pointwise));
    DFN_TRY(value, LiftConvNode(*node, pointwise, *layer.pointwise));
  }
  const LayerName first{spec.name + (layer.pointwise ? ".dw" : ""), spec.config_keys};
  DFN_TRY(node, Expect(value, layer.conv.transposed ? "ConvTranspose" : "Conv", Axes::kMap, first));
  return LiftConvNode(*node, first, layer.conv);
}

}  // namespace dfn
