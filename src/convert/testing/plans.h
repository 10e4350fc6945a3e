// For tests: plans of small models, and graphs that run but do not lift.
#ifndef DEEPFILTER_CONVERT_TESTING_PLANS_H_
#define DEEPFILTER_CONVERT_TESTING_PLANS_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "convert/export/export.h"
#include "convert/plan/run_plan.h"
#include "convert/testing/models.h"
#include "convert/testing/nodes.h"
#include "formats/onnx/graph.h"
#include "formats/onnx/writer.h"

namespace dfn::test {

inline std::vector<NamedBytes> Export(const Model& model, const ExportOptions& options) {
  auto files = ExportModel(model, options);
  EXPECT_TRUE(files.ok()) << files.error().message;
  return files.ok() ? std::move(files).value() : std::vector<NamedBytes>();
}

inline RunPlan Plan(const std::vector<NamedBytes>& files, const RunPlanOptions& options = {}) {
  auto plan = PlanRun(files, "memory", options);
  EXPECT_TRUE(plan.ok()) << plan.error().message;
  return plan.ok() ? std::move(plan).value() : RunPlan();
}

inline onnx::Graph ParseGraph(const std::vector<uint8_t>& bytes) {
  auto graph = onnx::ReadGraph(std::make_shared<const std::vector<uint8_t>>(bytes), "graph", {});
  EXPECT_TRUE(graph.ok()) << graph.error().message;
  return graph.ok() ? std::move(graph).value() : onnx::Graph();
}

// Changes a file's graph with `change` (onnx::Graph& -> void).
template <class Change>
void ChangeGraph(NamedBytes& file, Change change) {
  onnx::Graph graph = ParseGraph(file.bytes);
  change(graph);
  auto bytes = onnx::WriteGraph(graph);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message;
  if (bytes.ok()) file.bytes = std::move(bytes).value();
}

// Adds an operator that no DeepFilterNet has, but that changes no value, behind every node of a
// kind: the graph computes the same, but does not lift.
inline void DisguiseNodes(onnx::Graph& graph, const std::string& op_type) {
  std::vector<onnx::Node> nodes;
  for (onnx::Node& node : graph.nodes) {
    const bool disguise = node.op_type == op_type;
    nodes.push_back(std::move(node));
    if (!disguise) continue;
    const std::string value = nodes.back().outputs[0];
    nodes.back().outputs[0] = value + "/plain";
    nodes.push_back(MakeNode("Max", {value + "/plain"}, value));
  }
  graph.nodes = std::move(nodes);
}

// The files of a model with all graphs disguised.
inline std::vector<NamedBytes> Disguise(std::vector<NamedBytes> files,
                                        const std::string& op_type = "Relu") {
  for (NamedBytes& file : files) {
    if (!file.name.ends_with(".onnx")) continue;
    ChangeGraph(file, [&](onnx::Graph& graph) { DisguiseNodes(graph, op_type); });
  }
  return files;
}

// A graph [1, hop] -> [1, hop] with names of its own, a state, and an input of one number.
inline NamedBytes AudioGraph(const std::string& name, int64_t hop) {
  onnx::Graph graph;
  graph.name = "audio";
  graph.ir_version = 8;
  graph.opset = 17;
  graph.inputs = {FloatValue("input_frame", {1, hop}), FloatValue("states", {1, hop}),
                  FloatValue("atten_lim_db", {1})};
  graph.outputs = {FloatValue("enhanced_frame", {1, hop}), FloatValue("new_states", {1, hop})};
  graph.nodes = {MakeNode("Mul", {"states", "atten_lim_db"}, "enhanced_frame"),
                 MakeNode("Identity", {"input_frame"}, "new_states")};
  auto bytes = onnx::WriteGraph(graph);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message;
  return {name, bytes.ok() ? std::move(bytes).value() : std::vector<uint8_t>()};
}

}  // namespace dfn::test

#endif  // DEEPFILTER_CONVERT_TESTING_PLANS_H_
