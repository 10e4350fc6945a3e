#include "convert/graph/graph_edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "convert/testing/nodes.h"

namespace dfn {
namespace {

using test::FloatValue;
using test::MakeNode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(GraphEditTest, FreeNamesGetUnderscores) {
  EXPECT_EQ(FreeName("h0", {}), "h0");
  EXPECT_EQ(FreeName("h0", {"h0", "h0_"}), "h0__");
}

TEST(GraphEditTest, AMissingOutputIsNamedWithItsFile) {
  onnx::Graph graph;
  graph.outputs = {FloatValue("lsnr", {1})};
  EXPECT_TRUE(RequireOutput({graph, "enc.onnx"}, "lsnr").ok());
  const auto missing = RequireOutput({graph, "enc.onnx"}, "m");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kMismatch);
  EXPECT_THAT(missing.error().message, HasSubstr("enc.onnx: there is no output \"m\""));
}

TEST(GraphEditTest, NodesAreDescribedByNameOrOutput) {
  onnx::Node node = MakeNode("Relu", {"x"}, "y");
  EXPECT_EQ(DescribeNode(node), "Relu \"y\"");
  node.name = "activation";
  EXPECT_EQ(DescribeNode(node), "Relu \"activation\"");
}

TEST(GraphEditTest, AGruIsGivenAState) {
  onnx::Node gru = MakeNode("GRU", {"x", "w", "r"}, "y");
  EXPECT_EQ(GiveGruState(gru, "h0", "h1"), "h1");
  EXPECT_THAT(gru.inputs, ElementsAre("x", "w", "r", "", "", "h0"));
  EXPECT_THAT(gru.outputs, ElementsAre("y", "h1"));
  // A last state that is already an output keeps its name.
  EXPECT_EQ(GiveGruState(gru, "s0", "s1"), "h1");
  EXPECT_EQ(gru.inputs[kGruInitialState], "s0");
}

}  // namespace
}  // namespace dfn
