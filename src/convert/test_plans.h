// For tests: plans of small models, and graphs that run but do not lift.
#ifndef DEEPFILTER_CONVERT_TEST_PLANS_H_
#define DEEPFILTER_CONVERT_TEST_PLANS_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "convert/export.h"
#include "convert/run_plan.h"
#include "convert/test_models.h"
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

// Puts an operator that no DeepFilterNet has, but that changes nothing, behind every node of a
// kind: such a graph runs and gives the same, but does not lift.
inline void DisguiseNodes(NamedBytes& file, const std::string& op_type) {
  onnx::Graph graph = ParseGraph(file.bytes);
  std::vector<onnx::Node> nodes;
  for (onnx::Node& node : graph.nodes) {
    const bool disguise = node.op_type == op_type;
    nodes.push_back(std::move(node));
    if (!disguise) continue;
    const std::string value = nodes.back().outputs[0];
    nodes.back().outputs[0] = value + "/plain";
    nodes.push_back({.name = value + "/odd",
                     .op_type = "Max",
                     .domain = {},
                     .inputs = {value + "/plain"},
                     .outputs = {value},
                     .attributes = {}});
  }
  graph.nodes = std::move(nodes);
  auto bytes = onnx::WriteGraph(graph);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message;
  if (bytes.ok()) file.bytes = std::move(bytes).value();
}

}  // namespace dfn::test

#endif  // DEEPFILTER_CONVERT_TEST_PLANS_H_
