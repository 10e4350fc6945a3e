#include "formats/onnx/inline_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "formats/testing/onnx_wire.h"

namespace dfn::onnx {
namespace {

using protozero::pbf_writer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Names = std::vector<std::string>;

// A NodeProto with an attribute "a" that stands for `refers_to`, where that is not empty.
std::string NodeOf(const std::string& op_type, const Names& inputs, const Names& outputs,
                   const std::string& domain = "", const std::string& refers_to = "") {
  return Message([&](pbf_writer& node) {
    for (const std::string& name : inputs) node.add_string(1, name);
    for (const std::string& name : outputs) node.add_string(2, name);
    node.add_string(4, op_type);
    if (!refers_to.empty()) {
      node.add_message(5, Message([&](pbf_writer& attribute) {
                         attribute.add_string(1, "a");
                         attribute.add_string(21, refers_to);
                       }));
    }
    if (!domain.empty()) node.add_string(7, domain);
  });
}

std::string IntAttribute(const std::string& name, int64_t value) {
  return Message([&](pbf_writer& attribute) {
    attribute.add_string(1, name);
    attribute.add_int64(3, value);
    attribute.add_int32(20, 2);
  });
}

std::string FunctionOf(const std::string& name, const Names& inputs, const Names& outputs,
                       const std::vector<std::string>& nodes) {
  return Message([&](pbf_writer& function) {
    function.add_string(1, name);
    for (const std::string& input : inputs) function.add_string(4, input);
    for (const std::string& output : outputs) function.add_string(5, output);
    for (const std::string& node : nodes) function.add_message(7, node);
    function.add_string(10, "mine");
    function.add_message(11, IntAttribute("otherwise", 7));
  });
}

Result<Graph> ReadWith(const std::vector<std::string>& nodes,
                       const std::vector<std::string>& functions, const Limits& limits = {}) {
  const std::string graph = Message([&](pbf_writer& writer) {
    for (const std::string& node : nodes) writer.add_message(1, node);
  });
  return Read(ModelOf(graph) + Message([&](pbf_writer& model) {
                for (const std::string& function : functions) model.add_message(25, function);
              }),
              limits);
}

// "Op(inputs)->outputs" of each node.
Names Lines(const Result<Graph>& graph) {
  Names lines;
  if (!graph.ok()) return {graph.error().message};
  for (const Node& node : graph->nodes) {
    std::string line = node.op_type + "(";
    for (const std::string& name : node.inputs) line += name + ",";
    line += ")->";
    for (const std::string& name : node.outputs) line += name + ",";
    lines.push_back(line);
  }
  return lines;
}

TEST(InlineFunctionsTest, CallsBecomeNodesWithNamesOfTheirOwn) {
  const std::string linear =
      FunctionOf("Linear", {"x", "w", "b"}, {"y"},
                 {NodeOf("MatMul", {"x", "w"}, {"t"}), NodeOf("Add", {"t", "b"}, {"y"})});
  // The second call leaves out the last input.
  const auto graph =
      ReadWith({NodeOf("Linear", {"in", "w1", "b1"}, {"h"}, "mine"), NodeOf("Relu", {"h"}, {"t"}),
                NodeOf("Linear", {"t", "w2"}, {"out"}, "mine")},
               {linear});
  EXPECT_THAT(Lines(graph),
              ElementsAre("MatMul(in,w1,)->call1/t,", "Add(call1/t,b1,)->h,", "Relu(h,)->t,",
                          "MatMul(t,w2,)->call2/t,", "Add(call2/t,,)->out,"));
}

TEST(InlineFunctionsTest, FunctionsCallFunctionsAndHandInputsOn) {
  const std::string inner = FunctionOf("Inner", {"x"}, {"y", "x"}, {NodeOf("Neg", {"x"}, {"y"})});
  const std::string outer = FunctionOf(
      "Outer", {"x"}, {"y"},
      {NodeOf("Inner", {"x"}, {"z", "same"}, "mine"), NodeOf("Add", {"z", "same"}, {"y"})});
  const auto graph = ReadWith({NodeOf("Outer", {"in"}, {"out"}, "mine"),
                               NodeOf("Outer", {"in"}, {"kept"}, "another domain")},
                              {outer, inner});
  EXPECT_THAT(Lines(graph), ElementsAre("Identity(in,)->call1/same,", "Neg(in,)->call1/z,",
                                        "Add(call1/z,call1/same,)->out,", "Outer(in,)->kept,"));
}

TEST(InlineFunctionsTest, AttributesAreTheCallsOrTheDefaults) {
  const std::string function = FunctionOf(
      "F", {"x"}, {"y"},
      {NodeOf("A", {"x"}, {"s"}, "", "given"), NodeOf("B", {"s"}, {"t"}, "", "otherwise"),
       NodeOf("C", {"t"}, {"y"}, "", "neither")});
  const std::string call = NodeOf("F", {"in"}, {"out"}, "mine") + Message([](pbf_writer& node) {
                             node.add_message(5, IntAttribute("given", 3));
                           });
  const auto graph = ReadWith({call}, {function});
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  ASSERT_EQ(graph->nodes.size(), 3u);
  EXPECT_EQ(graph->nodes[0].Int("a", 0), 3);
  EXPECT_EQ(graph->nodes[1].Int("a", 0), 7);
  EXPECT_TRUE(graph->nodes[2].attributes.empty());
}

TEST(InlineFunctionsTest, HostileFunctionsAreBounded) {
  const std::string call = NodeOf("F", {"x"}, {"y"}, "mine");
  const auto error = [](const Result<Graph>& graph) {
    EXPECT_FALSE(graph.ok());
    return graph.ok() ? std::string() : graph.error().message;
  };
  EXPECT_THAT(error(ReadWith({call}, {FunctionOf("F", {"x"}, {"y"}, {call})})),
              HasSubstr("calls functions within functions, more than 16 deep"));
  // 2^12 calls, none of which has a node of its own.
  std::vector<std::string> functions = {FunctionOf("F12", {}, {}, {})};
  for (int i = 0; i < 12; ++i) {
    const std::string next = NodeOf("F" + std::to_string(i + 1), {}, {}, "mine");
    functions.push_back(FunctionOf("F" + std::to_string(i), {}, {}, {next, next}));
  }
  Limits limits;
  limits.max_graph_nodes = 1000;
  EXPECT_THAT(error(ReadWith({NodeOf("F0", {}, {}, "mine")}, functions, limits)),
              HasSubstr("has more than 1000 nodes with those of its functions"));
  limits = {};
  limits.max_file_bytes = 20'000;
  const std::string wide = FunctionOf("F", {"x"}, {"y"}, {NodeOf("Sum", Names(100, "x"), {"y"})});
  EXPECT_THAT(error(ReadWith(std::vector<std::string>(50, call), {wide}, limits)),
              HasSubstr("calls its functions too often"));
  EXPECT_THAT(error(ReadWith({call}, {wide, wide})),
              HasSubstr("defines the function \"F\" more than once"));
}

TEST(InlineFunctionsTest, OnnxRuntimesOwnFormatIsNamed) {
  const auto graph = Read(std::string("\x1c\0\0\0ORTM....", 12));
  ASSERT_FALSE(graph.ok());
  EXPECT_THAT(graph.error().message, HasSubstr("is in ONNX Runtime's own format (.ort)"));
}

}  // namespace
}  // namespace dfn::onnx
