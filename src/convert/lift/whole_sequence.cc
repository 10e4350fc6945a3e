#include "convert/lift/whole_sequence.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "convert/graph/constants.h"
#include "convert/graph/data_flow.h"
#include "convert/graph/quantized.h"

namespace dfn {
namespace {

constexpr int64_t kTimeOfMap = 2;     // [B, C, T, F]
constexpr int64_t kTimeOfVector = 1;  // [B, T, W]
constexpr size_t kMapRank = 4;
// Index among a map's pad amounts: frames before the first.
constexpr size_t kPadsBefore = 2;

using Ints = std::vector<int64_t>;

class Rewriter {
 public:
  Rewriter(const onnx::Graph& graph, const DataFlow& flow) : flow_(flow), out_(graph) {}

  Result<onnx::Graph> Rewrite() {
    for (size_t i = 0; i < flow_.nodes().size(); ++i) {
      const FlowNode& node = flow_.nodes()[i];
      if (KeepsNewest(node)) out_.nodes[i] = Identity(*node.node);
      if (node.Is("Conv")) DFN_CHECK(PadWindow(i));
    }
    return std::move(out_);
  }

 private:
  // The number of frames of the kernel.
  Result<int64_t> KernelFrames(const FlowNode& node) const {
    const Ints shape = node.node->Ints("kernel_shape", {});
    if (!shape.empty()) return shape.size() + 2 == kMapRank ? shape[0] : 1;
    DFN_TRY(const FloatConstant weight, ReadFloats(flow_, node.input(1)));
    return weight.dims.size() == kMapRank ? weight.dims[2] : 1;
  }

  static onnx::Node Identity(const onnx::Node& slice) {
    return {.name = slice.name,
            .op_type = "Identity",
            .domain = {},
            .inputs = {slice.inputs[0]},
            .outputs = slice.outputs,
            .attributes = {}};
  }

  // Whether the node is a Slice of the last frames, whatever their number.
  bool KeepsNewest(const FlowNode& node) const {
    if (!node.Is("Slice") || node.inputs.size() < 4 || node.outputs.size() != 1) return false;
    const auto is = [&](size_t i, auto matches) {
      if (!IsConstant(flow_, node.input(i))) return false;
      const auto values = ReadInts(flow_, node.input(i));
      return values.ok() && values->size() == 1 && matches(values.value()[0]);
    };
    return is(1, [](int64_t start) { return start < 0; }) &&
           is(2, [](int64_t end) { return end >= std::numeric_limits<int32_t>::max(); }) &&
           is(3, [](int64_t axis) { return axis == kTimeOfMap || axis == kTimeOfVector; }) &&
           (node.input(4) == kNoValue || is(4, [](int64_t step) { return step == 1; }));
  }

  // Gives a convolution over a window the zeros that come before a sequence's first frame.
  Status PadWindow(size_t index) {
    const FlowNode& node = flow_.nodes()[index];
    Ints pads = node.node->Ints("pads", {0, 0, 0, 0});
    if (pads.size() != 4 || pads[0] != 0 || pads[2] != 0) return {};
    if (IsPadded(node.input(0))) return {};
    DFN_TRY(const int64_t kernel, KernelFrames(node));
    if (kernel == 1) return {};
    pads[0] = kernel - 1;
    std::vector<onnx::Attribute>& attributes = out_.nodes[index].attributes;
    std::erase_if(attributes, [](const onnx::Attribute& a) { return a.name == "pads"; });
    attributes.push_back({"pads", std::move(pads)});
    return {};
  }

  // Whether zeros or a history come before the first frame.
  bool IsPadded(ValueId value) const {
    const FlowNode* node = MakerOfNumbers(flow_, value);
    for (; node != nullptr && node->Is("Pad"); node = MakerOfNumbers(flow_, node->input(0))) {
      Ints amounts = node->node->Ints("pads", {});
      if (node->input(1) != kNoValue) {
        auto read = ReadInts(flow_, node->input(1));
        if (!read.ok()) return true;  // the lifter reports the error
        amounts = std::move(read).value();
      }
      if (amounts.size() != 2 * kMapRank || amounts[kPadsBefore] != 0) return true;
    }
    return node != nullptr && node->Is("Concat") && flow_.is_input(flow_.Root(node->input(0)));
  }

  const DataFlow& flow_;
  onnx::Graph out_;
};

}  // namespace

Result<onnx::Graph> ToWholeSequence(const onnx::Graph& graph, const std::string& file) {
  DFN_TRY(const DataFlow flow, DataFlow::Build(graph, file));
  return Rewriter(graph, flow).Rewrite();
}

}  // namespace dfn
