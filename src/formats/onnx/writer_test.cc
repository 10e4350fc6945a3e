#include "formats/onnx/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dfn::onnx {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Tensor Floats(std::string name, std::vector<int64_t> dims, std::vector<float> values) {
  Tensor tensor;
  tensor.name = std::move(name);
  tensor.type = DataType::kFloat;
  tensor.dims = std::move(dims);
  tensor.elements = values.size();
  tensor.floats = std::move(values);
  return tensor;
}

Tensor Integers(std::string name, DataType type, std::vector<int64_t> values) {
  Tensor tensor;
  tensor.name = std::move(name);
  tensor.type = type;
  tensor.dims = {static_cast<int64_t>(values.size())};
  tensor.elements = values.size();
  tensor.ints = std::move(values);
  return tensor;
}

Graph SmallGraph() {
  Graph graph;
  graph.name = "small";
  graph.ir_version = 8;
  graph.opset = 17;
  graph.producer = "test";
  graph.initializers = {Floats("w", {2, 3}, {1, -2, 3.5f, 0, 1e-40f, 6})};
  graph.inputs = {{.name = "x", .type = DataType::kFloat, .dims = {1, -1}, .dim_names = {"", "S"}},
                  {.name = "free", .type = DataType::kFloat, .dims = {-1, -1}, .dim_names = {}}};
  graph.outputs = {{.name = "y", .type = DataType::kFloat, .dims = {}, .dim_names = {}}};
  graph.nodes = {{.name = "n",
                  .op_type = "Conv",
                  .domain = "",
                  .inputs = {"x", "", "w"},
                  .outputs = {"y"},
                  .attributes = {{"group", int64_t{-3}},
                                 {"alpha", 0.25f},
                                 {"mode", std::string("constant")},
                                 {"pads", std::vector<int64_t>{0, 1, -1}},
                                 {"scales", std::vector<float>{0.5f, -1}},
                                 {"value", Floats("", {}, {7})}}}};
  graph.metadata = {{"key", "value"}, {"another", "\"quoted\""}};
  return graph;
}

Graph Reread(const Graph& graph) {
  auto bytes = WriteGraph(graph);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message;
  auto read =
      ReadGraph(std::make_shared<const std::vector<uint8_t>>(std::move(*bytes)), "again", {});
  EXPECT_TRUE(read.ok()) << read.error().message;
  return std::move(read).value();
}

TEST(OnnxWriterTest, WhatIsWrittenIsReadBack) {
  const Graph graph = SmallGraph();
  const Graph read = Reread(graph);
  EXPECT_EQ(read.name, "small");
  EXPECT_EQ(read.ir_version, 8);
  EXPECT_EQ(read.opset, 17);
  EXPECT_EQ(read.producer, "test");
  EXPECT_EQ(read.metadata, graph.metadata);

  ASSERT_EQ(read.nodes.size(), 1u);
  const Node& node = read.nodes[0];
  EXPECT_EQ(node.name, "n");
  EXPECT_EQ(node.op_type, "Conv");
  EXPECT_THAT(node.inputs, ElementsAre("x", "", "w"));
  EXPECT_THAT(node.outputs, ElementsAre("y"));
  EXPECT_EQ(node.Int("group", 0), -3);
  EXPECT_EQ(node.String("mode", ""), "constant");
  EXPECT_THAT(node.Ints("pads", {}), ElementsAre(0, 1, -1));
  EXPECT_EQ(std::get<float>(node.Find("alpha")->value), 0.25f);
  EXPECT_THAT(std::get<std::vector<float>>(node.Find("scales")->value), ElementsAre(0.5f, -1.0f));
  const Tensor& value = std::get<Tensor>(node.Find("value")->value);
  EXPECT_TRUE(value.dims.empty());
  EXPECT_THAT(*ToFloats(value), ElementsAre(7.0f));

  ASSERT_EQ(read.initializers.size(), 1u);
  EXPECT_EQ(read.initializers[0].name, "w");
  EXPECT_THAT(read.initializers[0].dims, ElementsAre(2, 3));
  EXPECT_EQ(*ToFloats(read.initializers[0]), graph.initializers[0].floats);

  ASSERT_EQ(read.inputs.size(), 2u);
  EXPECT_EQ(read.inputs[0].name, "x");
  EXPECT_THAT(read.inputs[0].dims, ElementsAre(1, -1));
  // Unknown dimensions keep their places.
  EXPECT_THAT(read.inputs[1].dims, ElementsAre(-1, -1));
  ASSERT_EQ(read.outputs.size(), 1u);
  EXPECT_TRUE(read.outputs[0].dims.empty());
}

TEST(OnnxWriterTest, SymbolicDimensionsKeepTheirNames) {
  const Graph read = Reread(SmallGraph());
  EXPECT_THAT(read.inputs[0].dim_names, ElementsAre("", "S"));
  EXPECT_THAT(read.inputs[1].dim_names, ElementsAre("", ""));
}

TEST(OnnxWriterTest, IntegersOfEveryWidth) {
  Graph graph = SmallGraph();
  graph.initializers = {Integers("i64", DataType::kInt64, {-1, INT64_MAX, INT64_MIN}),
                        Integers("i32", DataType::kInt32, {-5, 7}),
                        Integers("u8", DataType::kUint8, {0, 255}),
                        Integers("bool", DataType::kBool, {1, 0})};
  const Graph read = Reread(graph);
  for (size_t i = 0; i < graph.initializers.size(); ++i) {
    EXPECT_EQ(*ToInts(read.initializers[i]), graph.initializers[i].ints)
        << graph.initializers[i].name;
  }
}

TEST(OnnxWriterTest, HalvesAreBits) {
  Graph graph = SmallGraph();
  graph.initializers = {Integers("h", DataType::kFloat16, {0x3c00, 0xc000})};
  EXPECT_THAT(*ToFloats(Reread(graph).initializers[0]), ElementsAre(1.0f, -2.0f));
}

TEST(OnnxWriterTest, ValuesMayStayInTheFileTheyCameFrom) {
  const Graph once = Reread(SmallGraph());
  ASSERT_FALSE(once.initializers[0].raw.empty());
  const Graph twice = Reread(once);
  EXPECT_EQ(*ToFloats(twice.initializers[0]), *ToFloats(once.initializers[0]));
}

TEST(OnnxWriterTest, EqualGraphsGiveEqualBytes) {
  EXPECT_EQ(*WriteGraph(SmallGraph()), *WriteGraph(SmallGraph()));
}

TEST(OnnxWriterTest, MicrosoftsDomainIsDeclared) {
  Graph graph = SmallGraph();
  graph.nodes[0].domain = "com.microsoft";
  const Graph read = Reread(graph);
  EXPECT_EQ(read.nodes[0].domain, "com.microsoft");
  EXPECT_EQ(read.opset, 17);
}

struct Refusal {
  const char* what;
  ErrorCode code;
  void (*spoil)(Graph&);
  const char* sentence;
};

class OnnxWriterRefusalTest : public ::testing::TestWithParam<Refusal> {};

TEST_P(OnnxWriterRefusalTest, NamesTheCulprit) {
  Graph graph = SmallGraph();
  GetParam().spoil(graph);
  const auto bytes = WriteGraph(graph);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().code, GetParam().code);
  EXPECT_THAT(bytes.error().message, HasSubstr(GetParam().sentence));
}

INSTANTIATE_TEST_SUITE_P(
    All, OnnxWriterRefusalTest,
    ::testing::Values(
        Refusal{"TooFewValues", ErrorCode::kInvalidArgument,
                [](Graph& g) { g.initializers[0].floats.pop_back(); },
                "small: tensor \"w\" of shape [2, 3] needs 6 values, but has 5"},
        Refusal{"NegativeDimension", ErrorCode::kInvalidArgument,
                [](Graph& g) { g.initializers[0].dims = {-1}; }, "tensor \"w\" has shape [-1]"},
        Refusal{"HugeShape", ErrorCode::kInvalidArgument,
                [](Graph& g) {
                  g.initializers[0].dims = {INT64_MAX, INT64_MAX};
                },
                "which no tensor can have"},
        Refusal{"Strings", ErrorCode::kUnsupported,
                [](Graph& g) { g.initializers[0].type = DataType::kString; },
                "tensor \"w\" has data type 8"},
        Refusal{"AttributeWithoutValue", ErrorCode::kUnsupported,
                [](Graph& g) { g.nodes[0].attributes[0].value = std::monostate{}; },
                "small: node \"n\" (Conv): attribute \"group\""},
        Refusal{"SpoiltAttributeTensor", ErrorCode::kInvalidArgument,
                [](Graph& g) { std::get<Tensor>(g.nodes[0].attributes[5].value).dims = {2}; },
                "needs 2 values"},
        Refusal{"ForeignDomain", ErrorCode::kUnsupported,
                [](Graph& g) { g.nodes[0].domain = "ai.onnx.ml"; },
                "is of the domain \"ai.onnx.ml\""},
        Refusal{"ControlBytesInADomain", ErrorCode::kUnsupported,
                [](Graph& g) { g.nodes[0].domain = "a\x1b[2J\n"; },
                "is of the domain \"a\\x1b[2J\\x0a\""},
        Refusal{"ControlBytesInNames", ErrorCode::kUnsupported,
                [](Graph& g) {
                  g.name = "s\x07";
                  g.nodes[0].name = "n\r";
                  g.nodes[0].attributes[0].value = std::monostate{};
                },
                "s\\x07: node \"n\\x0d\" (Conv): attribute \"group\""}),
    [](const auto& test_case) { return std::string(test_case.param.what); });

}  // namespace
}  // namespace dfn::onnx
