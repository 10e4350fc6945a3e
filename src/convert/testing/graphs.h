// For tests: the tiny models of tests/data, and changes to graphs that must not, or must, be
// noticed.
#ifndef DEEPFILTER_CONVERT_TESTING_GRAPHS_H_
#define DEEPFILTER_CONVERT_TESTING_GRAPHS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "convert/config/config_ini.h"
#include "convert/lift/lift.h"
#include "convert/testing/nodes.h"
#include "formats/ini/ini.h"
#include "formats/onnx/graph.h"

namespace dfn::test {

// The folder of a tiny model: "tiny/dfn3", "tiny_combined/dfn3", "tiny_simplified/dfn3".
inline std::filesystem::path TinyFolder(const std::string& name) {
  return std::filesystem::path(DFN_SOURCE_DIR) / "tests" / "data" / name;
}

inline std::vector<uint8_t> ReadBytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline std::vector<NamedBytes> ReadFiles(const std::string& name,
                                         const std::vector<std::string>& files) {
  std::vector<NamedBytes> all;
  for (const std::string& file : files) all.push_back({file, ReadBytes(TinyFolder(name) / file)});
  return all;
}

inline std::vector<NamedBytes> ReadTiny(const std::string& name) {
  return ReadFiles("tiny/" + name, {"config.ini", "enc.onnx", "erb_dec.onnx", "df_dec.onnx"});
}

inline onnx::Graph ReadGraph(const std::string& name, const std::string& file) {
  auto graph = onnx::ReadGraph(
      std::make_shared<const std::vector<uint8_t>>(ReadBytes(TinyFolder(name) / file)), file, {});
  EXPECT_TRUE(graph.ok()) << graph.error().message;
  return std::move(graph).value();
}

inline Config ReadTinyConfig(const std::string& name) {
  const auto ini = IniFile::Parse(ReadBytes(TinyFolder(name) / "config.ini"), "config.ini", {});
  EXPECT_TRUE(ini.ok());
  const auto config = ReadConfig(*ini, "config.ini", {});
  EXPECT_TRUE(config.ok()) << config.error().message;
  return *config;
}

// The graphs of a tiny model, to be changed before they are lifted.
struct TinyGraphs {
  Config config;
  onnx::Graph enc;
  onnx::Graph erb_dec;
  onnx::Graph df_dec;

  explicit TinyGraphs(const std::string& name)
      : config(ReadTinyConfig("tiny/" + name)),
        enc(ReadGraph("tiny/" + name, "enc.onnx")),
        erb_dec(ReadGraph("tiny/" + name, "erb_dec.onnx")),
        df_dec(ReadGraph("tiny/" + name, "df_dec.onnx")) {}

  Result<Model> Lift() const {
    return LiftNetworks({enc, "enc.onnx"}, {erb_dec, "erb_dec.onnx"}, {df_dec, "df_dec.onnx"},
                        config);
  }
};

// Whether config and all weights are the same, to the bit; where they come from does not matter.
inline bool SameModel(const Model& a, const Model& b) {
  return a.config == b.config && a.encoder == b.encoder && a.erb_decoder == b.erb_decoder &&
         a.df_decoder == b.df_decoder;
}

// Puts the nodes into another order in which every value is made before it is used. Inputs that an
// operator takes in any order are swapped at random too.
inline void ShuffleNodes(onnx::Graph& graph, std::mt19937& random) {
  std::map<std::string, size_t> maker;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const std::string& output : graph.nodes[i].outputs) maker[output] = i;
  }
  std::vector<size_t> missing(graph.nodes.size(), 0);
  std::vector<std::vector<size_t>> readers(graph.nodes.size());
  std::vector<size_t> ready;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const std::string& input : graph.nodes[i].inputs) {
      const auto it = maker.find(input);
      if (input.empty() || it == maker.end()) continue;
      readers[it->second].push_back(i);
      ++missing[i];
    }
    if (missing[i] == 0) ready.push_back(i);
  }
  std::vector<onnx::Node> nodes;
  while (!ready.empty()) {
    std::swap(ready[random() % ready.size()], ready.back());
    const size_t next = ready.back();
    ready.pop_back();
    nodes.push_back(std::move(graph.nodes[next]));
    for (size_t reader : readers[next]) {
      if (--missing[reader] == 0) ready.push_back(reader);
    }
  }
  graph.nodes = std::move(nodes);
  for (onnx::Node& node : graph.nodes) {
    const bool commutes = node.op_type == "Add" || node.op_type == "Mul";
    if (commutes && random() % 2 == 0) std::swap(node.inputs[0], node.inputs[1]);
  }
  std::shuffle(graph.initializers.begin(), graph.initializers.end(), random);
  std::shuffle(graph.inputs.begin(), graph.inputs.end(), random);
  std::shuffle(graph.outputs.begin(), graph.outputs.end(), random);
}

// Gives every node and value a new name, graph inputs and outputs included.
inline void RenameAll(onnx::Graph& graph, std::mt19937& random) {
  std::map<std::string, std::string> names;
  const auto rename = [&](std::string& name) {
    if (name.empty()) return;
    std::string& renamed = names[name];
    if (renamed.empty()) {
      renamed = "v" + std::to_string(random() % 1000) + "_" + std::to_string(names.size());
    }
    name = renamed;
  };
  for (onnx::Tensor& tensor : graph.initializers) rename(tensor.name);
  for (onnx::ValueInfo& value : graph.inputs) rename(value.name);
  for (onnx::ValueInfo& value : graph.outputs) rename(value.name);
  for (onnx::Node& node : graph.nodes) {
    node.name = std::to_string(random());
    for (std::string& name : node.inputs) rename(name);
    for (std::string& name : node.outputs) rename(name);
  }
}

inline onnx::Node* FindNode(onnx::Graph& graph, const std::string& op_type) {
  for (onnx::Node& node : graph.nodes) {
    if (node.op_type == op_type) return &node;
  }
  ADD_FAILURE() << "no " << op_type;
  return nullptr;
}

inline onnx::Tensor* FindInitializer(onnx::Graph& graph, const std::string& name) {
  for (onnx::Tensor& tensor : graph.initializers) {
    if (tensor.name == name) return &tensor;
  }
  ADD_FAILURE() << "no " << name;
  return nullptr;
}

// Gives an initializer other values than those in the file.
inline void SetFloats(onnx::Tensor& tensor, std::vector<int64_t> dims, std::vector<float> values) {
  tensor.dims = std::move(dims);
  tensor.elements = values.size();
  tensor.raw = {};
  tensor.floats = std::move(values);
}

}  // namespace dfn::test

#endif  // DEEPFILTER_CONVERT_TESTING_GRAPHS_H_
