#include "convert/plan/run_states.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "convert/testing/nodes.h"

namespace dfn {
namespace {

using test::FloatValue;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A graph with these inputs and outputs and nothing in between.
onnx::Graph GraphOf(std::vector<onnx::ValueInfo> inputs, std::vector<onnx::ValueInfo> outputs,
                    const std::string& states = "") {
  onnx::Graph graph;
  graph.inputs = std::move(inputs);
  graph.outputs = std::move(outputs);
  if (!states.empty()) graph.metadata = {{"states", states}};
  return graph;
}

std::vector<RunState> Find(const onnx::Graph& graph, StateNames names = StateNames::kNetwork) {
  auto states = FindRunStates({graph, "net.onnx"}, names, {});
  EXPECT_TRUE(states.ok()) << states.error().message;
  return states.ok() ? std::move(states).value() : std::vector<RunState>();
}

Error Refusal(const onnx::Graph& graph, const Limits& limits = {}) {
  const auto states = FindRunStates({graph, "net.onnx"}, StateNames::kNetwork, limits);
  EXPECT_FALSE(states.ok());
  return states.ok() ? Error{ErrorCode::kIo, ""} : states.error();
}

TEST(RunStatesTest, PairsByName) {
  const auto states = Find(GraphOf({FloatValue("e0", {1, 4}), FloatValue("h0", {1, -1, 8}),
                                    FloatValue("conv_s0", {1, 2, 3}), FloatValue("x0", {1})},
                                   {FloatValue("e1", {1, 4}), FloatValue("h1", {-1, -1, 8}),
                                    FloatValue("conv_s1", {}), FloatValue("x", {1})}));
  ASSERT_EQ(states.size(), 2u);  // e0 is a map, and x0 has no output x1
  EXPECT_EQ(states[0].input, "h0");
  EXPECT_EQ(states[0].output, "h1");
  EXPECT_THAT(states[0].shape, ElementsAre(1, 1, 8));
  EXPECT_THAT(states[1].shape, ElementsAre(1, 2, 3));
}

TEST(RunStatesTest, MetadataNamesFurtherPairs) {
  const auto graph = GraphOf({FloatValue("past", {-1, 8}), FloatValue("h0", {2})},
                             {FloatValue("future", {}), FloatValue("h1", {2})},
                             " [ {\"shape\": [ 2 , 8 ],\n\"out\":\"future\", \"in\":\"past\"} ] ");
  const auto states = Find(graph);
  ASSERT_EQ(states.size(), 2u);
  EXPECT_EQ(states[0].input, "past");
  EXPECT_EQ(states[0].output, "future");
  EXPECT_THAT(states[0].shape, ElementsAre(2, 8));
  EXPECT_EQ(Find(GraphOf({}, {}, "[]")).size(), 0u);
}

TEST(RunStatesTest, MetadataThatIsNoListIsRefused) {
  const std::string state = "{\"in\":\"h0\",\"out\":\"h1\",\"shape\":[2]}";
  std::string many = "[";
  for (int i = 0; i < 5000; ++i) many += state + ",";
  many += state + "]";
  for (const std::string& text :
       {std::string("{}"), "[" + state, "[" + state + "]]", "[" + state + ",]", std::string("[1]"),
        std::string("[{\"in\":\"h0\"}]"), std::string("[{\"in\":\"h\\u0030\",\"out\":\"h1\"}]"),
        std::string("[{\"in\":\"h0\",\"out\":\"h1\",\"shape\":[-1]}]"),
        std::string("[{\"in\":\"h0\",\"out\":\"h1\",\"shape\":[99999999999999999999]}]"),
        std::string("[{\"in\":\"h0\",\"out\":\"h1\",\"size\":[2]}]"), many}) {
    const Error error = Refusal(GraphOf({FloatValue("h0", {2})}, {FloatValue("h1", {2})}, text));
    EXPECT_EQ(error.code, ErrorCode::kCorrupt) << text.substr(0, 80);
    EXPECT_THAT(error.message, HasSubstr("net.onnx: metadata \"states\""));
  }
}

TEST(RunStatesTest, ShapesThatDoNotFitAreRefused) {
  Error error = Refusal(GraphOf({FloatValue("h0", {1, 1, 8})}, {FloatValue("h1", {1, 1, 9})}));
  EXPECT_EQ(error.code, ErrorCode::kMismatch);
  EXPECT_EQ(error.message, "net.onnx: state \"h0\" has shape [1, 1, 8], but \"h1\" has [1, 1, 9]");
  error = Refusal(GraphOf({FloatValue("h0", {1, 8})}, {FloatValue("h1", {1, 1, 8})}));
  EXPECT_EQ(error.code, ErrorCode::kMismatch);
  error = Refusal(GraphOf({FloatValue("a", {8})}, {FloatValue("b", {8})},
                          "[{\"in\":\"a\",\"out\":\"b\",\"shape\":[9]}]"));
  EXPECT_EQ(error.code, ErrorCode::kMismatch);
  EXPECT_THAT(error.message, HasSubstr("metadata \"states\" says [9]"));
  error =
      Refusal(GraphOf({FloatValue("a", {8})}, {}, "[{\"in\":\"a\",\"out\":\"b\",\"shape\":[8]}]"));
  EXPECT_EQ(error.code, ErrorCode::kMismatch);
  EXPECT_THAT(error.message, HasSubstr("the output \"b\""));
  error = Refusal(GraphOf({FloatValue("a", {8}), FloatValue("c", {8})}, {FloatValue("b", {8})},
                          "[{\"in\":\"a\",\"out\":\"b\"},{\"in\":\"c\",\"out\":\"b\"}]"));
  EXPECT_EQ(error.code, ErrorCode::kMismatch);
}

TEST(RunStatesTest, StatesOfOddKindsAreRefused) {
  EXPECT_EQ(Refusal(GraphOf({FloatValue("h0", {})}, {FloatValue("h1", {})})).code,
            ErrorCode::kUnsupported);
  auto graph = GraphOf({FloatValue("h0", {2})}, {FloatValue("h1", {2})});
  graph.inputs[0].type = onnx::DataType::kDouble;
  EXPECT_EQ(Refusal(graph).code, ErrorCode::kUnsupported);
  const auto large = GraphOf({FloatValue("h0", {4096, 4096})}, {FloatValue("h1", {4096, 4096})});
  EXPECT_EQ(Refusal(large, {.max_tensor_elements = 4096}).code, ErrorCode::kLimit);
  EXPECT_EQ(Refusal(GraphOf({FloatValue("h0", {0})}, {FloatValue("h1", {0})})).code,
            ErrorCode::kLimit);
}

TEST(RunStatesTest, AudioGraphsHaveNamesOfTheirOwn) {
  const auto graph = GraphOf(
      {FloatValue("states", {5}), FloatValue("cache_in", {6}), FloatValue("h", {7}),
       FloatValue("frame", {8}), FloatValue("open", {-1})},
      {FloatValue("new_states", {5}), FloatValue("cache_out", {6}), FloatValue("h_out", {7}),
       FloatValue("new_frame", {9}), FloatValue("new_open", {-1})});
  const auto states = Find(graph, StateNames::kAudio);
  ASSERT_EQ(states.size(), 3u);
  EXPECT_EQ(states[0].output, "new_states");
  EXPECT_EQ(states[1].output, "cache_out");
  EXPECT_EQ(states[2].output, "h_out");
}

}  // namespace
}  // namespace dfn
