#include "convert/graph/data_flow.h"
#include "base/printable.h"

#include <unordered_map>
#include <utility>

namespace dfn {
namespace {

// Whether the number of a data type is that of a floating-point one.
bool IsFloatingPoint(int64_t data_type) {
  switch (static_cast<onnx::DataType>(data_type)) {
    case onnx::DataType::kFloat:
    case onnx::DataType::kDouble:
    case onnx::DataType::kFloat16:
    case onnx::DataType::kBfloat16:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool FlowNode::Is(std::string_view op_type) const {
  return node->op_type == op_type && (node->domain.empty() || node->domain == "ai.onnx");
}

const std::string& DataFlow::name(ValueId value) const {
  return value == kNoValue ? no_name_ : *values_[value].name;
}

ValueId DataFlow::Find(const std::vector<ValueId>& among, const std::string& name) const {
  for (const ValueId value : among) {
    if (this->name(value) == name) return value;
  }
  return kNoValue;
}

const FlowNode* DataFlow::producer(ValueId value) const {
  if (value == kNoValue || values_[value].producer == UINT32_MAX) return nullptr;
  return &nodes_[values_[value].producer];
}

const onnx::Tensor* DataFlow::initializer(ValueId value) const {
  return value == kNoValue ? nullptr : values_[value].initializer;
}

ValueId DataFlow::Root(ValueId value, std::vector<std::vector<int64_t>>* transposes) const {
  // Ends, as `Build` refuses cycles.
  for (const FlowNode* node = producer(value); node != nullptr; node = producer(value)) {
    const bool cast = node->Is("Cast") && IsFloatingPoint(node->node->Int("to", 0));
    const bool view = cast || node->Is("Reshape") || node->Is("Transpose") || node->Is("Squeeze") ||
                      node->Is("Unsqueeze") || node->Is("Flatten") || node->Is("Identity");
    if (!view || node->input(0) == kNoValue) return value;
    if (transposes != nullptr && node->Is("Transpose")) {
      transposes->push_back(node->node->Ints("perm", {}));
    }
    value = node->input(0);
  }
  return value;
}

class DataFlow::Builder {
 public:
  Builder(const onnx::Graph& graph, std::string file) : graph_(graph) {
    flow_.file_ = std::move(file);
  }

  Result<DataFlow> Build() {
    DFN_CHECK(AddSources());
    DFN_CHECK(AddNodes());
    DFN_CHECK(CheckDefined());
    DFN_CHECK(CheckAcyclic());
    return std::move(flow_);
  }

 private:
  Error Corrupt(const std::string& sentence) const {
    return {ErrorCode::kCorrupt, flow_.file_ + ": " + sentence};
  }
  Error MadeTwice(const std::string& name) const {
    return Corrupt("the value " + Quoted(name) + " is made twice");
  }

  ValueId Id(const std::string& name) {
    if (name.empty()) return kNoValue;
    const auto [it, is_new] = ids_.try_emplace(name, static_cast<ValueId>(flow_.values_.size()));
    if (is_new) flow_.values_.push_back({.name = &name});
    return it->second;
  }

  Status AddSources() {
    for (const onnx::Tensor& tensor : graph_.initializers) {
      if (tensor.name.empty()) return Corrupt("an initializer has no name");
      Value& value = flow_.values_[Id(tensor.name)];
      if (value.defined()) return MadeTwice(tensor.name);
      value.initializer = &tensor;
    }
    for (const onnx::ValueInfo& input : graph_.inputs) {
      if (input.name.empty()) return Corrupt("an input has no name");
      const ValueId id = Id(input.name);
      if (flow_.values_[id].defined()) return MadeTwice(input.name);
      flow_.values_[id].input = true;
      flow_.inputs_.push_back(id);
    }
    return {};
  }

  Status AddNodes() {
    flow_.nodes_.reserve(graph_.nodes.size());
    for (const onnx::Node& node : graph_.nodes) {
      FlowNode flow_node;
      flow_node.node = &node;
      for (const std::string& name : node.inputs) flow_node.inputs.push_back(Id(name));
      for (const std::string& name : node.outputs) {
        const ValueId id = Id(name);
        flow_node.outputs.push_back(id);
        if (id == kNoValue) continue;
        if (flow_.values_[id].defined()) return MadeTwice(name);
        flow_.values_[id].producer = static_cast<uint32_t>(flow_.nodes_.size());
      }
      flow_.nodes_.push_back(std::move(flow_node));
    }
    for (const onnx::ValueInfo& output : graph_.outputs) {
      if (output.name.empty()) return Corrupt("an output has no name");
      flow_.outputs_.push_back(Id(output.name));
    }
    return {};
  }

  Status CheckDefined() const {
    for (const Value& value : flow_.values_) {
      if (!value.defined()) return Corrupt("no node makes the value " + Quoted(*value.name));
    }
    return {};
  }

  // Kahn's algorithm: nodes that it cannot order are on a cycle or behind one.
  Status CheckAcyclic() const {
    std::vector<size_t> missing(flow_.nodes_.size(), 0);
    std::vector<std::vector<uint32_t>> readers(flow_.nodes_.size());
    std::vector<uint32_t> ready;
    for (uint32_t i = 0; i < flow_.nodes_.size(); ++i) {
      for (ValueId input : flow_.nodes_[i].inputs) {
        if (input == kNoValue || flow_.values_[input].producer == UINT32_MAX) continue;
        readers[flow_.values_[input].producer].push_back(i);
        ++missing[i];
      }
      if (missing[i] == 0) ready.push_back(i);
    }
    size_t ordered = 0;
    while (!ready.empty()) {
      const uint32_t node = ready.back();
      ready.pop_back();
      ++ordered;
      for (uint32_t reader : readers[node]) {
        if (--missing[reader] == 0) ready.push_back(reader);
      }
    }
    if (ordered == flow_.nodes_.size()) return {};
    for (uint32_t i = 0; i < missing.size(); ++i) {
      if (missing[i] == 0 || flow_.nodes_[i].node->outputs.empty()) continue;
      return Corrupt("the graph has a cycle around the value " +
                     Quoted(flow_.nodes_[i].node->outputs[0]));
    }
    return Corrupt("the graph has a cycle");
  }

  const onnx::Graph& graph_;
  DataFlow flow_;
  std::unordered_map<std::string_view, ValueId> ids_;
};

Result<DataFlow> DataFlow::Build(const onnx::Graph& graph, std::string file) {
  return Builder(graph, std::move(file)).Build();
}

}  // namespace dfn
