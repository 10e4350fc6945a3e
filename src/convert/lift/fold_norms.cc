#include "convert/lift/fold_norms.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "convert/graph/constants.h"
#include "convert/graph/data_flow.h"
#include "convert/graph/fold_ops.h"
#include "model/fold_norm.h"

namespace dfn {
namespace {

constexpr size_t kConvRank = 4;
constexpr float kEpsilon = 1e-5f;  // the operator's default

class NormFolder {
 public:
  NormFolder(const NamedGraph& graph, const DataFlow& flow)
      : flow_(flow), out_(graph.graph), uses_(CountUses(flow)) {}

  Result<std::optional<onnx::Graph>> Fold() {
    bool folded = false;
    for (size_t i = 0; i < flow_.nodes().size(); ++i) {
      const FlowNode& norm = flow_.nodes()[i];
      const FlowNode* conv = ConvOf(norm);
      if (conv == nullptr) continue;
      DFN_CHECK(FoldInto(*conv, norm));
      out_.nodes[i] = {.name = norm.node->name,
                       .op_type = "Identity",
                       .domain = {},
                       .inputs = {norm.node->inputs[0]},
                       .outputs = norm.node->outputs,
                       .attributes = {}};
      folded = true;
    }
    if (!folded) return std::optional<onnx::Graph>();
    return std::optional(std::move(out_));
  }

 private:
  // How many nodes and outputs of the graph read each value.
  static std::vector<size_t> CountUses(const DataFlow& flow) {
    std::vector<size_t> uses;
    const auto count = [&uses](ValueId value) {
      if (value == kNoValue) return;
      if (value >= uses.size()) uses.resize(value + 1, 0);
      ++uses[value];
    };
    for (const FlowNode& node : flow.nodes()) {
      std::for_each(node.inputs.begin(), node.inputs.end(), count);
    }
    std::for_each(flow.outputs().begin(), flow.outputs().end(), count);
    return uses;
  }

  // The convolution that a norm at inference can be folded into, or null.
  const FlowNode* ConvOf(const FlowNode& norm) const {
    if (!norm.Is("BatchNormalization") || norm.inputs.size() != 5 || norm.outputs.size() != 1 ||
        norm.node->Int("training_mode", 0) != 0 || norm.node->Int("spatial", 1) != 1) {
      return nullptr;
    }
    // Tools leave Identity nodes between them. DataFlow has no cycles.
    ValueId value = norm.input(0);
    const FlowNode* conv = flow_.producer(value);
    while (Is(conv, "Identity") && conv->input(0) != kNoValue && uses_[value] == 1) {
      value = conv->input(0);
      conv = flow_.producer(value);
    }
    const bool fits = Is(conv, "Conv") || Is(conv, "ConvTranspose");
    return fits && uses_[value] == 1 ? conv : nullptr;
  }

  Error Mismatch(const FloatConstant& constant) const {
    return {ErrorCode::kMismatch, flow_.file() + ": tensor " + Quoted(constant.name) +
                                      " has shape " + onnx::ShapeText(constant.dims) +
                                      ", which does not fit the convolution that is normalised"};
  }

  // The values of one number a channel.
  Result<std::vector<float>> ReadChannels(ValueId value, size_t channels) const {
    DFN_TRY(FloatConstant constant, ReadFloats(flow_, value));
    if (constant.values.size() != channels) return Mismatch(constant);
    return std::move(constant.values);
  }

  // The convolution, as far as folding needs it.
  Result<Conv> ReadConv(const FlowNode& node) const {
    DFN_TRY(FloatConstant weight, ReadFloats(flow_, node.input(1)));
    const int64_t groups = node.node->Int("group", 1);
    const bool transposed = node.Is("ConvTranspose");
    if (weight.dims.size() != kConvRank || groups < 1 || weight.values.empty() ||
        weight.dims[0] % groups != 0) {
      return Mismatch(weight);
    }
    const auto dim = [&](size_t i) { return static_cast<size_t>(weight.dims[i]); };
    Conv conv;
    conv.groups = static_cast<size_t>(groups);
    conv.kernel_t = dim(2);
    conv.kernel_f = dim(3);
    conv.transposed = transposed;
    conv.in_channels = transposed ? dim(0) : dim(1) * conv.groups;
    conv.out_channels = transposed ? dim(1) * conv.groups : dim(0);
    conv.weight = std::move(weight.values);
    if (node.input(2) != kNoValue) {
      DFN_TRY(conv.bias, ReadChannels(node.input(2), conv.out_channels));
    }
    return conv;
  }

  Status FoldInto(const FlowNode& node, const FlowNode& norm) {
    DFN_TRY(Conv conv, ReadConv(node));
    // Many convolutions may share one large weight, of which each would get its own.
    folded_weights_ += conv.weight.size();
    if (folded_weights_ > kMostFoldedElements) {
      return Error{ErrorCode::kLimit, flow_.file() + ": has batch normalisations over more than " +
                                          std::to_string(kMostFoldedElements) + " weights"};
    }
    BatchNorm batch_norm;
    DFN_TRY(batch_norm.weight, ReadChannels(norm.input(1), conv.out_channels));
    DFN_TRY(batch_norm.bias, ReadChannels(norm.input(2), conv.out_channels));
    DFN_TRY(batch_norm.mean, ReadChannels(norm.input(3), conv.out_channels));
    DFN_TRY(batch_norm.variance, ReadChannels(norm.input(4), conv.out_channels));
    const onnx::Attribute* epsilon = norm.node->Find("epsilon");
    const float* number = epsilon == nullptr ? nullptr : std::get_if<float>(&epsilon->value);
    batch_norm.epsilon = number == nullptr ? kEpsilon : *number;
    FoldNorm(batch_norm, conv);
    DFN_TRY(const FloatConstant weight, ReadFloats(flow_, node.input(1)));
    onnx::Node& changed = out_.nodes[static_cast<size_t>(&node - flow_.nodes().data())];
    changed.inputs = {
        node.node->inputs[0], AddTensor(weight.name, weight.dims, conv.weight),
        AddTensor(weight.name + ".bias", {static_cast<int64_t>(conv.out_channels)}, conv.bias)};
    return {};
  }

  // Adds an initializer and returns its name, which messages show.
  std::string AddTensor(const std::string& name, std::vector<int64_t> dims,
                        std::vector<float> values) {
    onnx::Tensor tensor;
    // No exporter writes this; a graph that does is refused, as the value is made twice.
    tensor.name = name + " (normalised " + std::to_string(out_.initializers.size()) + ")";
    tensor.type = onnx::DataType::kFloat;
    tensor.dims = std::move(dims);
    tensor.elements = values.size();
    tensor.floats = std::move(values);
    out_.initializers.push_back(std::move(tensor));
    return out_.initializers.back().name;
  }

  const DataFlow& flow_;
  onnx::Graph out_;
  std::vector<size_t> uses_;
  size_t folded_weights_ = 0;
};

}  // namespace

Result<std::optional<onnx::Graph>> FoldNorms(const NamedGraph& graph) {
  const std::vector<onnx::Node>& nodes = graph.graph.nodes;
  const bool any = std::any_of(nodes.begin(), nodes.end(), [](const onnx::Node& node) {
    return node.op_type == "BatchNormalization";
  });
  if (!any) return std::optional<onnx::Graph>();
  DFN_TRY(const DataFlow flow, DataFlow::Build(graph.graph, graph.file));
  return NormFolder(graph, flow).Fold();
}

}  // namespace dfn
