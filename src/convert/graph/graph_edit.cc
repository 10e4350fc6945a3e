#include "convert/graph/graph_edit.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "base/printable.h"

namespace dfn {
namespace {

template <class List>
bool Contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

const onnx::ValueInfo* Find(const std::vector<onnx::ValueInfo>& values, std::string_view name) {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const onnx::ValueInfo& v) { return v.name == name; });
  return found == values.end() ? nullptr : &*found;
}

// Collects what a set of values is computed from, going back from the outputs.
class Extractor {
 public:
  Extractor(const onnx::Graph& graph, const std::string& file) : graph_(graph), file_(file) {
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      for (const std::string& output : graph.nodes[i].outputs) {
        if (!output.empty()) maker_[output] = i;
      }
    }
    for (const onnx::ValueInfo& input : graph.inputs) sources_.insert(input.name);
    for (const onnx::Tensor& tensor : graph.initializers) sources_.insert(tensor.name);
  }

  Status Need(const std::string& value, const std::set<std::string>& given) {
    std::vector<std::string> open = {value};
    while (!open.empty()) {
      const std::string name = std::move(open.back());
      open.pop_back();
      if (name.empty() || !values_.insert(name).second || given.contains(name)) continue;
      const auto maker = maker_.find(name);
      if (maker == maker_.end()) {
        if (sources_.contains(name)) continue;
        return Error{ErrorCode::kCorrupt, file_ + ": no node makes the value " + Quoted(name)};
      }
      if (!nodes_.insert(maker->second).second) continue;
      for (const std::string& input : graph_.nodes[maker->second].inputs) open.push_back(input);
    }
    return {};
  }

  // The nodes needed, each after the nodes whose values it takes, else in the given order.
  Result<std::vector<onnx::Node>> Nodes(const std::set<std::string>& given) const {
    std::map<size_t, size_t> missing;
    std::map<size_t, std::vector<size_t>> readers;
    std::set<size_t> ready;
    for (size_t i : nodes_) {
      for (const std::string& input : graph_.nodes[i].inputs) {
        const auto maker = maker_.find(input);
        if (maker == maker_.end() || given.contains(input)) continue;
        readers[maker->second].push_back(i);
        ++missing[i];
      }
      if (missing[i] == 0) ready.insert(i);
    }
    std::vector<onnx::Node> nodes;
    while (!ready.empty()) {
      const size_t next = *ready.begin();
      ready.erase(ready.begin());
      nodes.push_back(graph_.nodes[next]);
      for (size_t reader : readers[next]) {
        if (--missing[reader] == 0) ready.insert(reader);
      }
    }
    if (nodes.size() == nodes_.size()) return nodes;
    return Error{ErrorCode::kCorrupt, file_ + ": the graph has a cycle"};
  }

  bool needs(const std::string& value) const { return values_.contains(value); }

 private:
  const onnx::Graph& graph_;
  const std::string& file_;
  std::map<std::string, size_t> maker_;
  std::set<std::string> sources_;
  std::set<std::string> values_;
  std::set<size_t> nodes_;
};

}  // namespace

const onnx::ValueInfo* FindInput(const onnx::Graph& graph, std::string_view name) {
  return Find(graph.inputs, name);
}

const onnx::ValueInfo* FindOutput(const onnx::Graph& graph, std::string_view name) {
  return Find(graph.outputs, name);
}

Result<onnx::ValueInfo> RequireOutput(const NamedGraph& graph, std::string_view name) {
  if (const onnx::ValueInfo* output = FindOutput(graph.graph, name)) return *output;
  return Error{ErrorCode::kMismatch, graph.file + ": there is no output " + Quoted(name)};
}

bool IsRead(const onnx::Graph& graph, std::string_view value) {
  return FindOutput(graph, value) != nullptr ||
         std::any_of(graph.nodes.begin(), graph.nodes.end(),
                     [&](const onnx::Node& node) { return Contains(node.inputs, value); });
}

std::set<std::string> ValueNames(const onnx::Graph& graph) {
  std::set<std::string> names;
  for (const onnx::ValueInfo& value : graph.inputs) names.insert(value.name);
  for (const onnx::Tensor& tensor : graph.initializers) names.insert(tensor.name);
  for (const onnx::Node& node : graph.nodes) names.insert(node.outputs.begin(), node.outputs.end());
  return names;
}

std::string FreeName(std::string name, const std::set<std::string>& used) {
  while (used.contains(name)) name += "_";
  return name;
}

void RenameValue(onnx::Graph& graph, const std::string& from, const std::string& to) {
  const auto rename = [&](std::string& name) {
    if (name == from) name = to;
  };
  for (onnx::ValueInfo& value : graph.inputs) rename(value.name);
  for (onnx::ValueInfo& value : graph.outputs) rename(value.name);
  for (onnx::Tensor& tensor : graph.initializers) rename(tensor.name);
  for (onnx::Node& node : graph.nodes) {
    for (std::string& name : node.inputs) rename(name);
    for (std::string& name : node.outputs) rename(name);
  }
}

bool DropPrefixes(onnx::Graph& graph) {
  std::set<std::string> used = ValueNames(graph);
  std::vector<std::string> names;
  for (const auto* values : {&graph.inputs, &graph.outputs}) {
    for (const onnx::ValueInfo& value : *values) names.push_back(value.name);
  }
  bool dropped = false;
  for (const std::string& name : names) {
    const std::string plain = name.substr(name.find_last_of('/') + 1);
    if (plain.empty() || !used.insert(plain).second) continue;
    RenameValue(graph, name, plain);
    dropped = true;
  }
  return dropped;
}

Status CheckAttributesKept(const onnx::Graph& graph, const std::string& file) {
  for (const onnx::Node& node : graph.nodes) {
    for (const onnx::Attribute& attribute : node.attributes) {
      if (!std::holds_alternative<std::monostate>(attribute.value)) continue;
      return Error{ErrorCode::kUnsupported,
                   file + ": node " + Quoted(node.name) + " (" + Printable(node.op_type) +
                       ") has attribute " + Quoted(attribute.name) +
                       " of a kind that is not carried over (sub-graph, list of strings, sparse "
                       "tensor)"};
    }
  }
  return {};
}

Result<onnx::Graph> Extract(const onnx::Graph& graph, const std::string& file,
                            const std::vector<onnx::ValueInfo>& given,
                            const std::vector<onnx::ValueInfo>& outputs) {
  std::set<std::string> given_names;
  for (const onnx::ValueInfo& value : given) given_names.insert(value.name);
  Extractor extractor(graph, file);
  for (const onnx::ValueInfo& output : outputs) {
    DFN_CHECK(extractor.Need(output.name, given_names));
  }
  onnx::Graph part;
  part.name = graph.name;
  part.ir_version = graph.ir_version;
  part.opset = graph.opset;
  part.producer = graph.producer;
  part.metadata = graph.metadata;
  part.bytes = graph.bytes;
  DFN_TRY(part.nodes, extractor.Nodes(given_names));
  std::copy_if(graph.initializers.begin(), graph.initializers.end(),
               std::back_inserter(part.initializers), [&](const onnx::Tensor& tensor) {
                 return extractor.needs(tensor.name) && !given_names.contains(tensor.name);
               });
  part.inputs = given;
  std::copy_if(graph.inputs.begin(), graph.inputs.end(), std::back_inserter(part.inputs),
               [&](const onnx::ValueInfo& input) {
                 return extractor.needs(input.name) && !given_names.contains(input.name);
               });
  part.outputs = outputs;
  return part;
}

bool MakesAny(const onnx::Node& node, const std::set<std::string>& values) {
  return std::any_of(node.outputs.begin(), node.outputs.end(),
                     [&](const std::string& output) { return values.contains(output); });
}

std::set<std::string> DependingOn(const onnx::Graph& graph, const std::set<std::string>& values,
                                  bool by_shape) {
  std::set<std::string> found;
  for (const onnx::Node& node : graph.nodes) {
    if (!by_shape && (node.op_type == "Shape" || node.op_type == "Size")) continue;
    const bool depends = std::any_of(
        node.inputs.begin(), node.inputs.end(),
        [&](const std::string& input) { return values.contains(input) || found.contains(input); });
    if (!depends) continue;
    found.insert(node.outputs.begin(), node.outputs.end());
    found.erase("");  // an output left out is not the input that another node leaves out
  }
  return found;
}

std::set<std::string> NeededFor(const onnx::Graph& graph, const std::string& value) {
  std::set<std::string> needed = {value};
  for (size_t i = graph.nodes.size(); i-- > 0;) {
    if (!MakesAny(graph.nodes[i], needed)) continue;
    needed.insert(graph.nodes[i].inputs.begin(), graph.nodes[i].inputs.end());
    needed.erase("");
  }
  return needed;
}

bool IsGru(const onnx::Node& node) {
  return node.op_type == "GRU" && node.domain.empty() && !node.inputs.empty() &&
         !node.outputs.empty();
}

std::string DescribeNode(const onnx::Node& node) {
  const bool by_output = node.name.empty() && !node.outputs.empty();
  return Printable(node.op_type) + " " + Quoted(by_output ? node.outputs[0] : node.name);
}

std::string GiveGruState(onnx::Node& gru, const std::string& start, const std::string& last) {
  gru.inputs.resize(std::max(gru.inputs.size(), kGruInitialState + 1));
  gru.outputs.resize(std::max(gru.outputs.size(), kGruLastState + 1));
  gru.inputs[kGruInitialState] = start;
  if (gru.outputs[kGruLastState].empty()) gru.outputs[kGruLastState] = last;
  return gru.outputs[kGruLastState];
}

}  // namespace dfn
