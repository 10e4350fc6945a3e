#include "differential/change_graph.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "convert/testing/graphs.h"
#include "convert/testing/nodes.h"

namespace dfn::test {
namespace {

bool OneIn(std::mt19937& random, unsigned n) { return random() % n == 0; }

void Append(onnx::Graph& graph, std::vector<onnx::Node> added) {
  graph.nodes.insert(graph.nodes.end(), std::make_move_iterator(added.begin()),
                     std::make_move_iterator(added.end()));
}

// The tensor of this name, stored in either way, or null.
onnx::Tensor* StoredTensor(onnx::Graph& graph, const std::string& name) {
  for (onnx::Tensor& tensor : graph.initializers) {
    if (tensor.name == name) return &tensor;
  }
  for (onnx::Node& node : graph.nodes) {
    if (node.op_type != "Constant" || node.outputs[0] != name) continue;
    return std::get_if<onnx::Tensor>(&node.attributes[0].value);
  }
  return nullptr;
}

// How often each value is read.
std::map<std::string, size_t> Readers(const onnx::Graph& graph) {
  std::map<std::string, size_t> readers;
  for (const onnx::Node& node : graph.nodes) {
    for (const std::string& input : node.inputs) ++readers[input];
  }
  return readers;
}

}  // namespace

void StoreInNodes(onnx::Graph& graph, std::mt19937& random) {
  std::vector<onnx::Node> added;
  std::erase_if(graph.initializers, [&](onnx::Tensor& tensor) {
    if (!OneIn(random, 2)) return false;
    const std::string name = tensor.name;
    added.push_back(MakeNode("Constant", {}, name, {{"value", std::move(tensor)}}));
    return true;
  });
  Append(graph, std::move(added));
}

void StoreInInitializers(onnx::Graph& graph, std::mt19937& random) {
  std::erase_if(graph.nodes, [&](onnx::Node& node) {
    if (node.op_type != "Constant" || !OneIn(random, 2)) return false;
    auto* tensor = std::get_if<onnx::Tensor>(&node.attributes[0].value);
    if (tensor == nullptr) return false;
    tensor->name = node.outputs[0];
    graph.initializers.push_back(std::move(*tensor));
    return true;
  });
}

void InsertIdentities(onnx::Graph& graph, std::mt19937& random) {
  std::vector<onnx::Node> added;
  for (onnx::Node& node : graph.nodes) {
    for (std::string& input : node.inputs) {
      if (input.empty() || !OneIn(random, 6)) continue;
      const std::string passed = input + "/passed" + std::to_string(added.size());
      added.push_back(MakeNode("Identity", {input}, passed));
      input = passed;
    }
  }
  Append(graph, std::move(added));
}

void UnfoldNorms(onnx::Graph& graph, std::mt19937& random) {
  std::map<std::string, size_t> readers = Readers(graph);
  std::vector<onnx::Node> added;
  for (onnx::Node& node : graph.nodes) {
    if (node.op_type != "Conv" || node.inputs.size() < 3 || node.inputs[2].empty()) continue;
    onnx::Tensor* weight = StoredTensor(graph, node.inputs[1]);
    if (weight == nullptr || readers[node.inputs[1]] != 1 || !OneIn(random, 2)) continue;
    std::vector<float> values = onnx::ToFloats(*weight).value();
    const auto channels = static_cast<size_t>(weight->dims[0]);
    std::vector<float> scale(channels);
    for (float& factor : scale) factor = std::ldexp(1.0f, static_cast<int>(random() % 5) - 2);
    for (size_t i = 0; i < values.size(); ++i) values[i] /= scale[i / (values.size() / channels)];
    SetFloats(*weight, weight->dims, std::move(values));
    const std::string name = node.outputs[0];
    const std::string bias = node.inputs[2];  // it becomes the norm's
    node.inputs.resize(2);
    node.outputs[0] = name + "/conv";
    graph.initializers.push_back(FloatVector(name + "/scale", scale));
    graph.initializers.push_back(FloatVector(name + "/mean", std::vector(channels, 0.0f)));
    graph.initializers.push_back(FloatVector(name + "/variance", std::vector(channels, 0.75f)));
    added.push_back(
        MakeNode("BatchNormalization",
                 {name + "/conv", name + "/scale", bias, name + "/mean", name + "/variance"}, name,
                 {{"epsilon", 0.25f}}));
  }
  Append(graph, std::move(added));
}

std::string ChangeAtRandom(onnx::Graph& graph, const std::set<std::string>& allowed,
                           std::mt19937& random) {
  const std::pair<const char*, void (*)(onnx::Graph&, std::mt19937&)> changes[] = {
      {"nodes", StoreInNodes}, {"initializers", StoreInInitializers},
      {"norms", UnfoldNorms},  {"identities", InsertIdentities},
      {"names", RenameAll},    {"order", ShuffleNodes},
  };
  std::string made;
  for (const auto& [name, change] : changes) {
    // What is added stands at the end, so the last change always puts nodes in an order.
    if (change != &ShuffleNodes && (OneIn(random, 3) || !allowed.contains(name))) continue;
    change(graph, random);
    made += std::string(made.empty() ? "" : " ") + name;
  }
  return made;
}

}  // namespace dfn::test
