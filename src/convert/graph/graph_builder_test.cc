#include "convert/graph/graph_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <set>

namespace dfn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

onnx::Graph Done(GraphBuilder builder) {
  auto graph = std::move(builder).Finish();
  EXPECT_TRUE(graph.ok());
  return std::move(graph).value();
}

TEST(GraphBuilderTest, ValuesTakeTheNamesOfTheirOutputs) {
  GraphBuilder g("test", 17, false);
  const Value x = g.Input("x", {1, "S"});
  const Value y = g.Add("Relu", "layer/relu", {x});
  g.Output(g.Add("Neg", "layer/neg", {y}), "z", {1, "S"});
  g.Output(y, "y", {1, "S"});
  const onnx::Graph graph = Done(std::move(g));
  EXPECT_THAT(graph.nodes[0].outputs, ElementsAre("y"));
  EXPECT_THAT(graph.nodes[1].inputs, ElementsAre("y"));
  EXPECT_THAT(graph.nodes[1].outputs, ElementsAre("z"));
  EXPECT_THAT(graph.inputs[0].dims, ElementsAre(1, -1));
  EXPECT_THAT(graph.inputs[0].dim_names, ElementsAre("", "S"));
}

TEST(GraphBuilderTest, OneValueMayLeaveTwice) {
  GraphBuilder g("test", 17, false);
  const Value y = g.Add("Relu", "relu", {g.Input("x", {1})});
  g.Output(y, "a", {1});
  g.Output(y, "b", {1});
  g.Output("x", "c", {1});  // an input keeps its own name
  const onnx::Graph graph = Done(std::move(g));
  ASSERT_EQ(graph.nodes.size(), 3u);
  EXPECT_THAT(graph.nodes[0].outputs, ElementsAre("a"));
  EXPECT_EQ(graph.nodes[1].op_type, "Identity");
  EXPECT_THAT(graph.nodes[1].inputs, ElementsAre("a"));
  EXPECT_THAT(graph.nodes[1].outputs, ElementsAre("b"));
  EXPECT_THAT(graph.nodes[2].inputs, ElementsAre("x"));
  EXPECT_THAT(graph.nodes[2].outputs, ElementsAre("c"));
}

TEST(GraphBuilderTest, NamesAreUniqueAndPrefixed) {
  GraphBuilder g("test", 17, false);
  g.SetPrefix("enc/");
  EXPECT_EQ(g.Add("Relu", "a", {"x"}), "enc/a");
  EXPECT_EQ(g.Add("Relu", "a", {"x"}), "enc/a_1");
  g.SetPrefix("df/");
  EXPECT_EQ(g.Add("Relu", "a", {"x"}), "df/a");
  EXPECT_THAT(g.AddMany(2, "GRU", "gru", {"x"}), ElementsAre("df/gru", "df/gru:1"));
}

TEST(GraphBuilderTest, EqualConstantsAreStoredOnce) {
  GraphBuilder g("test", 17, false);
  EXPECT_EQ(g.Ints({1, -1}), g.Ints({1, -1}));
  EXPECT_NE(g.Ints({1, -1}), g.Ints({1}));
  EXPECT_EQ(g.Number(0.5f), g.Number(0.5f));
  EXPECT_NE(g.Number(0.0f), g.Number(-0.0f));
  const std::vector<int64_t> table(20, 3);
  EXPECT_EQ(g.Ints(table), g.Ints(table));
  std::vector<int64_t> other = table;
  other[0] = 4;
  EXPECT_NE(g.Ints(table), g.Ints(other));
  EXPECT_EQ(Done(std::move(g)).initializers.size(), 7u);
}

TEST(GraphBuilderTest, IrVersionIsTheOldestThatHasTheOpset) {
  // Table of releases in ONNX's docs/Versioning.md.
  const std::pair<int64_t, int64_t> expected[] = {{14, 7}, {15, 8}, {17, 8}, {18, 8},
                                                  {19, 9}, {20, 9}, {21, 10}};
  for (const auto& [opset, ir_version] : expected) {
    const onnx::Graph graph = Done(GraphBuilder("test", opset, false));
    EXPECT_EQ(graph.ir_version, ir_version);
    EXPECT_EQ(graph.opset, opset);
  }
}

// The value that a float16 weight has once it is read back.
float ThroughHalf(float value) {
  GraphBuilder g("test", 17, true);
  g.Weight("w", {1}, {value});
  const onnx::Graph graph = Done(std::move(g));
  EXPECT_EQ(graph.initializers[0].type, onnx::DataType::kFloat16);
  EXPECT_EQ(graph.nodes[0].op_type, "Cast");
  return onnx::ToFloats(graph.initializers[0]).value()[0];
}

TEST(GraphBuilderTest, EveryFiniteHalfSurvives) {
  std::vector<float> all;
  for (int64_t bits = 0; bits < 0x10000; ++bits) {
    if ((bits & 0x7c00) == 0x7c00) continue;  // infinities, NaN
    onnx::Tensor half;
    half.type = onnx::DataType::kFloat16;
    half.dims = {1};
    half.elements = 1;
    half.ints = {bits};
    all.push_back(onnx::ToFloats(half).value()[0]);
  }
  GraphBuilder g("test", 17, true);
  g.Weight("w", {all.size()}, all);
  const onnx::Graph graph = Done(std::move(g));
  const std::vector<float> read = onnx::ToFloats(graph.initializers[0]).value();
  EXPECT_EQ(std::memcmp(read.data(), all.data(), all.size() * sizeof(float)), 0);
}

TEST(GraphBuilderTest, HalvesAreRoundedToTheNearestEven) {
  EXPECT_EQ(ThroughHalf(1.0f + 0x1p-11f), 1.0f);            // half way, down to even
  EXPECT_EQ(ThroughHalf(1.0f + 0x3p-11f), 1.0f + 0x1p-9f);  // half way, up to even
  EXPECT_EQ(ThroughHalf(1.0f + 0x1.01p-11f), 1.0f + 0x1p-10f);
  EXPECT_EQ(ThroughHalf(2.0f - 0x1p-12f), 2.0f);  // into the next power of two
  EXPECT_EQ(ThroughHalf(-0x1p-25f), -0.0f);       // half of the smallest
  EXPECT_EQ(ThroughHalf(0x1.8p-25f), 0x1p-24f);
  EXPECT_EQ(ThroughHalf(0x1p-14f - 0x1p-26f), 0x1p-14f);  // subnormal into normal
  EXPECT_EQ(ThroughHalf(65519.0f), 65504.0f);
}

TEST(GraphBuilderTest, AWeightBeyondHalfIsAnError) {
  GraphBuilder g("test", 17, true);
  g.Weight("small", {1}, {1.0f});
  g.Weight("large", {2}, {0.0f, -65520.0f});
  const auto graph = std::move(g).Finish();
  ASSERT_FALSE(graph.ok());
  EXPECT_EQ(graph.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(graph.error().message, HasSubstr("\"large\" holds -65520"));
}

TEST(GraphBuilderTest, ConstantsAreNeverRounded) {
  GraphBuilder g("test", 17, true);
  g.Constant("c", {1}, {1.0f + 0x1p-20f});
  EXPECT_THAT(Done(std::move(g)).initializers[0].floats, ElementsAre(1.0f + 0x1p-20f));
}

}  // namespace
}  // namespace dfn
