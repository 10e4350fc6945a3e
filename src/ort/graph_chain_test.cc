#include "ort/graph_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "convert/testing/nodes.h"
#include "ort/testing/networks.h"

namespace dfn::ort {
namespace {

using test::FloatValue;
using test::MakeNode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::shared_ptr<const Session> Open(const onnx::Graph& graph, const std::string& name) {
  const auto bytes = onnx::WriteGraph(graph);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message;
  auto session = Session::Create(test::OpenLibrary(), *bytes, name);
  EXPECT_TRUE(session.ok()) << session.error().message;
  return session.ok() ? *session : nullptr;
}

onnx::Graph GraphOf(std::vector<onnx::ValueInfo> inputs, std::vector<onnx::ValueInfo> outputs,
                    std::vector<onnx::Node> nodes) {
  onnx::Graph graph;
  graph.name = "graph";
  graph.ir_version = 8;
  graph.opset = 17;
  graph.inputs = std::move(inputs);
  graph.outputs = std::move(outputs);
  graph.nodes = std::move(nodes);
  return graph;
}

// The sum of all x so far, which later graphs know as y.
GraphChain::Link Sum() {
  const onnx::Graph graph =
      GraphOf({FloatValue("x", {1, 2}), FloatValue("h0", {1, 2})},
              {FloatValue("sum", {1, 2}), FloatValue("h1", {1, 2})},
              {MakeNode("Add", {"x", "h0"}, "sum"), MakeNode("Identity", {"sum"}, "h1")});
  return {.graph = Open(graph, "sum.onnx"), .states = {{"h0", "h1"}}, .renamed = {{"sum", "y"}}};
}

TEST(GraphChainTest, ValuesPassByNameAndStatesAreKept) {
  GraphChain chain;
  chain.Add(Sum());
  chain.Add({.graph = Open(GraphOf({FloatValue("y", {1, 2})}, {FloatValue("z", {1, 2})},
                                   {MakeNode("Neg", {"y"}, "z")}),
                           "neg.onnx")});
  EXPECT_EQ(chain.inputs().front().name, "x");
  Tensors values;
  values["x"] = {{1, 2}, {1.0f, 2.0f}};
  ASSERT_TRUE(chain.Step(values).ok());
  EXPECT_THAT(values["z"].values, ElementsAre(-1.0f, -2.0f));
  ASSERT_TRUE(chain.Step(values).ok());
  EXPECT_THAT(values["z"].values, ElementsAre(-2.0f, -4.0f));
  EXPECT_FALSE(values.contains("sum"));
  EXPECT_FALSE(values.contains("h1"));
}

TEST(GraphChainTest, AnInputThatNothingGivesIsAnErrorOrZero) {
  GraphChain::Link link = Sum();
  link.states.clear();
  Tensors values;
  values["x"] = {{1, 2}, {1.0f, 2.0f}};
  GraphChain strict;
  strict.Add(link);
  const Status status = strict.Step(values);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kMismatch);
  EXPECT_THAT(status.error().message, HasSubstr("\"h0\""));
  link.zeros_for_the_rest = true;
  GraphChain lenient;
  lenient.Add(link);
  ASSERT_TRUE(lenient.Step(values).ok());
  EXPECT_THAT(values["y"].values, ElementsAre(1.0f, 2.0f));
}

}  // namespace
}  // namespace dfn::ort
