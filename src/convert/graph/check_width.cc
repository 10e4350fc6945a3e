#include "convert/graph/check_width.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "base/printable.h"
#include "convert/graph/constants.h"
#include "convert/graph/data_flow.h"
#include "convert/graph/graph_edit.h"

namespace dfn {
namespace {

using Dims = std::vector<int64_t>;
using Width = std::optional<int64_t>;

// The most sums in a row before an output; the networks have one.
constexpr int kMaxSums = 4;

// The shape of a weight, or nothing.
std::optional<Dims> WeightDims(const DataFlow& flow, ValueId value) {
  if (!IsConstant(flow, value)) return std::nullopt;
  auto constant = ReadFloats(flow, value);
  if (!constant.ok()) return std::nullopt;
  return std::move(constant->dims);
}

// The output width (given), or the input width, of a linear layer with weight [G, I, O] or [I, O].
Width LinearWidth(const Dims& dims, bool given) {
  if (dims.size() < 2) return std::nullopt;
  int64_t groups = 1;
  for (size_t i = 0; i + 2 < dims.size(); ++i) groups *= dims[i];
  return groups * dims[dims.size() - (given ? 1 : 2)];
}

// The weight of a product of data and a constant, or nothing.
std::optional<Dims> ProductDims(const DataFlow& flow, const FlowNode& node) {
  if (!node.Is("Einsum") && !node.Is("MatMul")) return std::nullopt;
  for (size_t i : {1, 0}) {
    if (auto dims = WeightDims(flow, node.input(i))) return dims;
  }
  return std::nullopt;
}

Width MadeWidth(const DataFlow& flow, ValueId value, int sums) {
  const FlowNode* node = flow.Maker(value);
  while (Is(node, "Relu") || Is(node, "Slice")) node = flow.Maker(node->input(0));
  if (node == nullptr) return std::nullopt;
  if (node->Is("Conv")) {
    const auto dims = WeightDims(flow, node->input(1));
    return dims && !dims->empty() ? Width(dims->front()) : std::nullopt;
  }
  if (node->Is("GRU")) {
    const auto dims = WeightDims(flow, node->input(2));
    return dims && !dims->empty() ? Width(dims->back()) : std::nullopt;
  }
  if (const auto dims = ProductDims(flow, *node)) return LinearWidth(*dims, true);
  if (!node->Is("Add") || sums == 0) return std::nullopt;
  for (size_t i : {0, 1}) {
    if (const Width width = MadeWidth(flow, node->input(i), sums - 1)) return width;
  }
  return std::nullopt;
}

// Whether `value` is `input`, perhaps padded, with a history before it, or with another shape.
bool ComesFrom(const DataFlow& flow, ValueId value, ValueId input) {
  value = flow.Root(value);
  for (const FlowNode* node = flow.producer(value); node != nullptr; node = flow.producer(value)) {
    const bool history = node->Is("Concat") && node->inputs.size() == 2;
    if (!history && !node->Is("Pad")) return false;
    value = flow.Root(node->input(history ? 1 : 0));
  }
  return value == input;
}

Width TakenWidth(const DataFlow& flow, ValueId input) {
  for (const FlowNode& node : flow.nodes()) {
    if (node.Is("Conv") && ComesFrom(flow, node.input(0), input)) {
      const auto dims = WeightDims(flow, node.input(1));
      if (dims && dims->size() >= 2) return (*dims)[1] * node.node->Int("group", 1);
    }
    const bool product = node.Is("Einsum") || node.Is("MatMul");
    if (product &&
        (ComesFrom(flow, node.input(0), input) || ComesFrom(flow, node.input(1), input))) {
      const auto dims = ProductDims(flow, node);
      if (dims) return LinearWidth(*dims, false);
    }
  }
  return std::nullopt;
}

// Channels of a map [B, C, T, F], size of a vector [B, T, W].
Width DeclaredWidth(const onnx::ValueInfo& info) {
  const Dims& dims = info.dims;
  const int64_t width = dims.size() == 4 ? dims[1] : dims.size() == 3 ? dims[2] : -1;
  return width > 0 ? Width(width) : std::nullopt;
}

}  // namespace

Status CheckWidth(const NamedGraph& maker, const std::string& made_name, const NamedGraph& taker,
                  const std::string& name) {
  const onnx::ValueInfo* output = FindOutput(maker.graph, made_name);
  const onnx::ValueInfo* input = FindInput(taker.graph, name);
  if (output == nullptr || input == nullptr) return {};
  DFN_TRY(const DataFlow made_flow, DataFlow::Build(maker.graph, maker.file));
  DFN_TRY(const DataFlow taken_flow, DataFlow::Build(taker.graph, taker.file));
  Width made = MadeWidth(made_flow, made_flow.output(made_name), kMaxSums);
  Width taken = TakenWidth(taken_flow, taken_flow.input(name));
  if (!made) made = DeclaredWidth(*output);
  if (!taken) taken = DeclaredWidth(*input);
  if (!made || !taken || *made == *taken) return {};
  return Error{ErrorCode::kMismatch, taker.file + ": input " + Quoted(name) + " has " +
                                         std::to_string(*taken) + " channels, but " + maker.file +
                                         " gives " + Quoted(made_name) + " with " +
                                         std::to_string(*made)};
}

}  // namespace dfn
