#include "convert/plan/frame_flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "convert/testing/nodes.h"

namespace dfn {
namespace {

using Ints = std::vector<int64_t>;
using test::FloatValue;
using test::MakeNode;
using ::testing::HasSubstr;

// From a map x and a state s to y; "w" stands for weights.
onnx::Graph GraphOf(std::vector<onnx::Node> nodes) {
  onnx::Graph graph;
  graph.opset = 11;
  graph.nodes = std::move(nodes);
  graph.initializers = {test::FloatVector("w", {0.0f})};
  graph.inputs = {FloatValue("x", {1, 8, -1, 4}), FloatValue("s0", {1, 8, 2, 4})};
  graph.outputs = {FloatValue("y", {})};
  return graph;
}

Result<FrameFlow> Build(const onnx::Graph& graph) {
  return FrameFlow::Build({graph, "net.onnx"},
                          {{.input = "s0", .output = "s1", .shape = {1, 8, 2, 4}}});
}

NodeTime LastOf(const onnx::Graph& graph) {
  const auto flow = Build(graph);
  EXPECT_TRUE(flow.ok()) << flow.error().message;
  return flow.ok() ? flow->nodes().back() : NodeTime{};
}

std::string RefusalOf(const onnx::Graph& graph) {
  const auto flow = Build(graph);
  EXPECT_FALSE(flow.ok());
  if (flow.ok()) return "";
  EXPECT_EQ(flow.error().code, ErrorCode::kUnsupported);
  return flow.error().message;
}

std::vector<onnx::Attribute> Kernel(Ints kernel, Ints pads) {
  return {{"kernel_shape", std::move(kernel)}, {"pads", std::move(pads)}};
}

onnx::Node TimePad(Ints amounts, const char* output = "padded") {
  return MakeNode("Pad", {"x"}, output, {{"pads", std::move(amounts)}});
}

TEST(FrameFlowTest, ConvolutionsLookAsFarBackAsTheirKernel) {
  NodeTime time =
      LastOf(GraphOf({MakeNode("Conv", {"x", "w"}, "y", Kernel({3, 3}, {2, 1, 0, 1}))}));
  EXPECT_EQ(time.use, TimeUse::kWindow);
  EXPECT_EQ(time.past_frames, 2u);

  auto attributes = Kernel({3, 3}, {4, 1, 0, 1});
  attributes.push_back({"dilations", Ints{2, 1}});
  EXPECT_EQ(LastOf(GraphOf({MakeNode("Conv", {"x", "w"}, "y", attributes)})).past_frames, 4u);

  const auto padded =
      GraphOf({TimePad({0, 0, 2, 0, 0, 0, 0, 0}),
               MakeNode("Conv", {"padded", "w"}, "y", Kernel({3, 1}, {0, 0, 0, 0}))});
  EXPECT_EQ(LastOf(padded).past_frames, 2u);
  EXPECT_EQ(Build(padded)->nodes()[0].use, TimeUse::kWindow);
  EXPECT_FALSE(Build(padded)->RunsByFrame());

  time = LastOf(
      GraphOf({TimePad({0, 0, 2, 0, 0, 0, 0, 0}),
               MakeNode("ConvTranspose", {"padded", "w"}, "y", Kernel({3, 1}, {2, 0, 2, 0}))}));
  EXPECT_EQ(time.past_frames, 2u);
  time = LastOf(GraphOf({MakeNode("Conv", {"x", "w"}, "y", Kernel({1, 3}, {0, 1, 0, 1}))}));
  EXPECT_EQ(time.use, TimeUse::kFrame);
}

TEST(FrameFlowTest, AHistoryStandsForTheFramesBefore) {
  const auto graph =
      GraphOf({MakeNode("Concat", {"s0", "x"}, "joined", {{"axis", int64_t{2}}}),
               MakeNode("Conv", {"joined", "w"}, "y", Kernel({3, 3}, {0, 1, 0, 1}))});
  const auto flow = Build(graph);
  ASSERT_TRUE(flow.ok()) << flow.error().message;
  EXPECT_EQ(flow->nodes()[0].use, TimeUse::kRecurrent);
  EXPECT_EQ(flow->nodes()[1].use, TimeUse::kFrame);
  EXPECT_TRUE(flow->RunsByFrame());
}

TEST(FrameFlowTest, RecurrentNodesNeedAState) {
  const auto fresh = GraphOf({MakeNode("GRU", {"x", "w", "w"}, "y")});
  EXPECT_TRUE(LastOf(fresh).starts_anew);
  EXPECT_FALSE(Build(fresh)->RunsByFrame());
  const auto carried = GraphOf({MakeNode("GRU", {"x", "w", "w", "", "", "s0"}, "y")});
  EXPECT_EQ(LastOf(carried).use, TimeUse::kRecurrent);
  EXPECT_TRUE(Build(carried)->RunsByFrame());
  // A value that also depends on frames is not a state.
  EXPECT_TRUE(LastOf(GraphOf({MakeNode("Add", {"s0", "x"}, "sum"),
                              MakeNode("GRU", {"sum", "w", "w"}, "y")}))
                  .starts_anew);
}

TEST(FrameFlowTest, ShapesAndConstantsHaveNoTime) {
  const auto flow =
      Build(GraphOf({MakeNode("Shape", {"x"}, "shape"), MakeNode("Identity", {"w"}, "copy"),
                     MakeNode("Slice", {"s0", "w"}, "part"), MakeNode("Relu", {"x"}, "y")}));
  ASSERT_TRUE(flow.ok()) << flow.error().message;
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(flow->nodes()[i].use, TimeUse::kNone) << i;
  EXPECT_EQ(flow->nodes()[3].use, TimeUse::kFrame);
  EXPECT_TRUE(flow->RunsByFrame());
}

TEST(FrameFlowTest, WhatTakesFramesToComeIsRefused) {
  const auto conv = [](Ints kernel, Ints pads) {
    return GraphOf({MakeNode("Conv", {"x", "w"}, "y", Kernel(std::move(kernel), std::move(pads)))});
  };
  EXPECT_THAT(RefusalOf(conv({3, 3}, {1, 1, 1, 1})), HasSubstr("net.onnx: Conv \"y\" looks ahead"));
  EXPECT_THAT(RefusalOf(conv({3, 3}, {0, 1, 0, 1})), HasSubstr("a frame for each"));
  EXPECT_THAT(RefusalOf(conv({5000, 3}, {4999, 1, 0, 1})), HasSubstr("too many frames"));
  EXPECT_THAT(RefusalOf(conv({3, 3, 3}, {0, 0, 0, 0, 0, 0})), HasSubstr("kernel of a shape"));
  EXPECT_THAT(RefusalOf(GraphOf({TimePad({0, 0, -2, 0, 0, 0, 2, 0}, "y")})),
              HasSubstr("looks ahead"));
  EXPECT_THAT(RefusalOf(GraphOf({TimePad({0, 0, -2, 0, 0, 0, 0, 0}, "y")})),
              HasSubstr("leaves frames"));
  auto attributes = Kernel({1, 3}, {0, 1, 0, 1});
  attributes.push_back({"strides", Ints{2, 1}});
  EXPECT_THAT(RefusalOf(GraphOf({MakeNode("Conv", {"x", "w"}, "y", attributes)})),
              HasSubstr("stride in time"));
  EXPECT_THAT(RefusalOf(GraphOf({MakeNode("GRU", {"x", "w", "w"}, "y",
                                          {{"direction", std::string("bidirectional")}})})),
              HasSubstr("backwards"));
  EXPECT_THAT(RefusalOf(GraphOf({MakeNode("ReduceMean", {"x"}, "y", {{"axes", Ints{2}}})})),
              HasSubstr("whole sequence"));
  EXPECT_TRUE(Build(GraphOf({MakeNode("ReduceMean", {"x"}, "y", {{"axes", Ints{3}}})})).ok());
  EXPECT_THAT(RefusalOf(GraphOf({MakeNode("InstanceNormalization", {"x", "w", "w"}, "y")})),
              HasSubstr("whole sequence"));
  EXPECT_THAT(RefusalOf(GraphOf({MakeNode("Loop", {"w", "w", "s0"}, "y")})),
              HasSubstr("sub-graph"));
  EXPECT_THAT(RefusalOf(GraphOf({MakeNode("MaxPool", {"x"}, "y", {{"kernel_shape", Ints{2, 1}}})})),
              HasSubstr("several frames"));
}

// Quantisers put other operators in the place of a convolution, and change of numbers in between.
TEST(FrameFlowTest, ConvolutionsOfIntegersLookBackToo) {
  onnx::Node quantize = MakeNode("DynamicQuantizeLinear", {"padded"}, "q");
  quantize.outputs = {"q", "scale", "zero"};
  const auto dynamic =
      GraphOf({TimePad({0, 0, 2, 0, 0, 0, 0, 0}), quantize,
               MakeNode("ConvInteger", {"q", "w", "zero"}, "y", Kernel({3, 1}, {0, 0, 0, 0}))});
  EXPECT_EQ(LastOf(dynamic).use, TimeUse::kWindow);
  EXPECT_EQ(LastOf(dynamic).past_frames, 2u);
  const auto fixed = GraphOf({TimePad({0, 0, 2, 0, 0, 0, 0, 0}),
                              MakeNode("QuantizeLinear", {"padded", "w", "w"}, "q"),
                              MakeNode("QLinearConv", {"q", "w", "w", "w", "w", "w", "w", "w"}, "y",
                                       Kernel({3, 1}, {0, 0, 0, 0}))});
  EXPECT_EQ(LastOf(fixed).past_frames, 2u);
  // The weight's shape is known without its values.
  auto pairs =
      GraphOf({TimePad({0, 0, 2, 0, 0, 0, 0, 0}), MakeNode("QuantizeLinear", {"padded", "w"}, "q"),
               MakeNode("DequantizeLinear", {"q", "w"}, "x8"),
               MakeNode("DequantizeLinear", {"w8", "w"}, "weight"),
               MakeNode("Conv", {"x8", "weight"}, "y")});
  pairs.initializers.push_back(test::FloatVector("w8", std::vector<float>(3, 0.0f)));
  pairs.initializers.back().type = onnx::DataType::kInt8;
  pairs.initializers.back().dims = {1, 1, 3, 1};
  EXPECT_EQ(LastOf(pairs).past_frames, 2u);
  onnx::Node lstm = MakeNode("DynamicQuantizeLSTM", {"x", "w", "w"}, "y");
  lstm.domain = "com.microsoft";
  EXPECT_EQ(LastOf(GraphOf({lstm})).use, TimeUse::kRecurrent);
  EXPECT_TRUE(LastOf(GraphOf({lstm})).starts_anew);
}

}  // namespace
}  // namespace dfn
