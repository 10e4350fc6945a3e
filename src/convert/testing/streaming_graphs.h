// For tests of merging, splitting and streaming sources: the tiny models as graphs to be changed.
#ifndef DEEPFILTER_CONVERT_TESTING_STREAMING_GRAPHS_H_
#define DEEPFILTER_CONVERT_TESTING_STREAMING_GRAPHS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "convert/config/model_files.h"
#include "convert/graph/graph_edit.h"
#include "convert/lift/lift.h"
#include "convert/load/load.h"
#include "formats/onnx/graph.h"
#include "formats/onnx/writer.h"

namespace dfn::test {

// The folders of tests/data/tiny.
inline constexpr const char* kTinyModels[] = {"dfn2",       "dfn2_time2",  "dfn3",      "dfn3_h0",
                                              "dfn3_skips", "dfn3_skips2", "dfn3_time2"};

// `kind`: "tiny", "tiny_combined", "tiny_simplified".
inline NamedBytes ReadTinyFile(const std::string& model, const std::string& name,
                               const std::string& kind = "tiny") {
  const auto path = std::filesystem::path(DFN_SOURCE_DIR) / "tests" / "data" / kind / model / name;
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {name, {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}};
}

inline std::vector<NamedBytes> ReadTinyFiles(const std::string& model) {
  std::vector<NamedBytes> files = {ReadTinyFile(model, kConfigFile)};
  for (const char* name : kNetworkFiles) files.push_back(ReadTinyFile(model, name));
  return files;
}

inline Model Load(const std::vector<NamedBytes>& files) {
  auto model = LoadModelFiles(files, "memory");
  EXPECT_TRUE(model.ok()) << model.error().message;
  return model.ok() ? std::move(model).value() : Model{};
}

inline const NamedBytes& Find(const std::vector<NamedBytes>& files, const std::string& name) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const NamedBytes& file) { return file.name == name; });
  EXPECT_NE(found, files.end()) << name;
  return *found;
}

inline onnx::Graph Parse(const NamedBytes& file) {
  auto graph = onnx::ReadGraph(std::make_shared<const std::vector<uint8_t>>(file.bytes), file.name,
                               Limits{});
  EXPECT_TRUE(graph.ok()) << graph.error().message;
  return graph.ok() ? std::move(graph).value() : onnx::Graph{};
}

inline NamedBytes Write(const onnx::Graph& graph, const std::string& name) {
  auto bytes = onnx::WriteGraph(graph);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message;
  return {name, bytes.ok() ? std::move(bytes).value() : std::vector<uint8_t>()};
}

// Whether all weights are the same, to the bit, but for the alpha head, which few forms have.
inline bool SameWeights(const Model& a, const Model& b) {
  DfDecoderWeights df = a.df_decoder;
  df.alpha = b.df_decoder.alpha;
  return a.config == b.config && a.encoder == b.encoder && a.erb_decoder == b.erb_decoder &&
         df == b.df_decoder;
}

inline std::vector<std::string> Names(const std::vector<onnx::ValueInfo>& values) {
  std::vector<std::string> names;
  for (const onnx::ValueInfo& value : values) names.push_back(value.name);
  return names;
}

inline std::string Metadata(const onnx::Graph& graph, const std::string& key) {
  for (const auto& [name, value] : graph.metadata) {
    if (name == key) return value;
  }
  return "";
}

inline size_t Count(const onnx::Graph& graph, const std::string& op_type) {
  return static_cast<size_t>(
      std::count_if(graph.nodes.begin(), graph.nodes.end(),
                    [&](const onnx::Node& node) { return node.op_type == op_type; }));
}

// The weight of the convolution that reads `value`, padded or not.
inline std::string WeightOf(const onnx::Graph& graph, const std::string& value) {
  for (const onnx::Node& node : graph.nodes) {
    if (node.inputs.empty() || node.inputs[0] != value) continue;
    if (node.op_type == "Conv") return node.inputs[1];
    if (node.op_type == "Pad") return WeightOf(graph, node.outputs[0]);
  }
  return "";
}

// Puts an operator that no DeepFilterNet has behind the node that makes the value.
inline void InsertSoftsign(onnx::Graph& graph, const std::string& value) {
  for (onnx::Node& node : graph.nodes) {
    for (std::string& output : node.outputs) {
      if (output == value) output = value + "/before";
    }
  }
  graph.nodes.push_back({.name = "odd",
                         .op_type = "Softsign",
                         .domain = {},
                         .inputs = {value + "/before"},
                         .outputs = {value},
                         .attributes = {}});
}

// The three graphs of a tiny model.
class Graphs {
 public:
  explicit Graphs(const std::string& model) : config_(ReadTinyFile(model, kConfigFile)) {
    for (const char* name : kNetworkFiles) graphs_[name] = Parse(ReadTinyFile(model, name));
  }

  onnx::Graph& operator[](const std::string& name) { return graphs_.at(name); }
  NamedGraph enc() const { return Named("enc.onnx"); }
  NamedGraph erb_dec() const { return Named("erb_dec.onnx"); }
  NamedGraph df_dec() const { return Named("df_dec.onnx"); }

  void InsertUnknown(const std::string& name, const std::string& value) {
    InsertSoftsign(graphs_.at(name), value);
  }

  std::vector<NamedBytes> Write() const {
    std::vector<NamedBytes> files = {config_};
    for (const auto& [name, graph] : graphs_) files.push_back(test::Write(graph, name));
    return files;
  }

 private:
  NamedGraph Named(const std::string& name) const { return {graphs_.at(name), name}; }

  NamedBytes config_;
  std::map<std::string, onnx::Graph> graphs_;
};

}  // namespace dfn::test

#endif  // DEEPFILTER_CONVERT_TESTING_STREAMING_GRAPHS_H_
