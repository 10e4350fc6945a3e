#include "convert/plan/state_pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "convert/testing/nodes.h"

namespace dfn {
namespace {

using test::FloatValue;
using test::MakeNode;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

onnx::Graph GraphOf(std::vector<onnx::ValueInfo> inputs, std::vector<onnx::ValueInfo> outputs,
                    std::vector<onnx::Node> nodes = {}) {
  onnx::Graph graph;
  graph.opset = 17;
  graph.inputs = std::move(inputs);
  graph.outputs = std::move(outputs);
  graph.nodes = std::move(nodes);
  for (const onnx::ValueInfo& output : graph.outputs) {
    bool made = false;
    for (const onnx::Node& node : graph.nodes) made |= node.outputs[0] == output.name;
    if (!made) graph.nodes.push_back(MakeNode("Identity", {graph.inputs[0].name}, output.name));
  }
  return graph;
}

Result<std::vector<StatePairing>> Pair(const onnx::Graph& graph) {
  std::vector<const onnx::ValueInfo*> inputs;
  std::vector<const onnx::ValueInfo*> outputs;
  for (const onnx::ValueInfo& input : graph.inputs) inputs.push_back(&input);
  for (const onnx::ValueInfo& output : graph.outputs) outputs.push_back(&output);
  return PairStates({graph, "net.onnx"}, std::move(inputs), std::move(outputs));
}

// "in>out" of each pair; "in>out?" where only the order tells.
std::vector<std::string> Pairs(const onnx::Graph& graph) {
  const auto pairs = Pair(graph);
  EXPECT_TRUE(pairs.ok()) << pairs.error().message;
  std::vector<std::string> text;
  if (!pairs.ok()) return text;
  for (const StatePairing& pair : *pairs) {
    text.push_back(pair.input->name + ">" + pair.output->name + (pair.by_order ? "?" : ""));
  }
  return text;
}

TEST(StatePairsTest, WordsForOldAndNewDoNotMatter) {
  EXPECT_THAT(Pairs(GraphOf({FloatValue("states", {45304})}, {FloatValue("out_states", {45304})})),
              ElementsAre("states>out_states"));
  // One shape for all, and another order: the names tell.
  EXPECT_THAT(
      Pairs(GraphOf({FloatValue("h_enc_in", {1, 1, 8}), FloatValue("h_erb_in", {1, 1, 8}),
                     FloatValue("prevCacheDf", {1, 1, 8})},
                    {FloatValue("nextCacheDf", {1, 1, 8}), FloatValue("h_erb_out", {1, -1, 8}),
                     FloatValue("h_enc_out", {1, 1, 8})})),
      UnorderedElementsAre("h_enc_in>h_enc_out", "h_erb_in>h_erb_out", "prevCacheDf>nextCacheDf"));
}

TEST(StatePairsTest, TheOnlyOneThatFitsIsTaken) {
  EXPECT_THAT(Pairs(GraphOf({FloatValue("a", {4}), FloatValue("b", {2, 4})},
                            {FloatValue("hn", {2, -1}), FloatValue("c", {4})})),
              UnorderedElementsAre("a>c", "b>hn"));
  EXPECT_THAT(Pairs(GraphOf({FloatValue("a", {4})}, {FloatValue("b", {5})})), IsEmpty());
  // A number may be anything: an attenuation limit is not what becomes of a local SNR.
  EXPECT_THAT(Pairs(GraphOf({FloatValue("atten_lim_db", {1}), FloatValue("count", {1})},
                            {FloatValue("lsnr", {1}), FloatValue("new_count", {1})})),
              ElementsAre("count>new_count"));
  auto integers = GraphOf({FloatValue("a", {4})}, {FloatValue("b", {4})});
  integers.inputs[0].type = onnx::DataType::kInt64;
  EXPECT_THAT(Pairs(integers), IsEmpty());
}

TEST(StatePairsTest, LayersTellByWhatTheyAreComputedFrom) {
  // The second layer reads the first one's new state; its output is declared first.
  const auto graph = GraphOf({FloatValue("p", {1, 8}), FloatValue("q", {1, 8})},
                             {FloatValue("y", {1, 8}), FloatValue("z", {1, 8})},
                             {MakeNode("Tanh", {"p"}, "z"), MakeNode("Add", {"z", "q"}, "y")});
  EXPECT_THAT(Pairs(graph), UnorderedElementsAre("p>z", "q>y"));
}

TEST(StatePairsTest, ElseTheOrderDecidesAndSaysSo) {
  const auto delays =
      GraphOf({FloatValue("x", {3}), FloatValue("p", {1, 8}), FloatValue("q", {1, 8})},
              {FloatValue("y", {1, 8}), FloatValue("z", {1, 8})},
              {MakeNode("Expand", {"x"}, "y"), MakeNode("Identity", {"p"}, "z")});
  EXPECT_THAT(Pairs(delays), ElementsAre("p>y?", "q>z?"));
}

TEST(StatePairsTest, MoreOutputsThanInputsCannotBeToldApart) {
  const auto pairs =
      Pair(GraphOf({FloatValue("p", {1, 8})}, {FloatValue("y", {1, 8}), FloatValue("z", {1, 8})}));
  ASSERT_FALSE(pairs.ok());
  EXPECT_EQ(pairs.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(pairs.error().message, AllOf(HasSubstr("net.onnx: the state \"p\""),
                                           HasSubstr("\"y\" or \"z\""), HasSubstr("metadata")));
}

TEST(StatePairsTest, TooManyAreLeftAlone) {
  std::vector<onnx::ValueInfo> inputs;
  std::vector<onnx::ValueInfo> outputs;
  for (int i = 0; i < 2000; ++i) {
    inputs.push_back(FloatValue("a" + std::to_string(i), {8}));
    outputs.push_back(FloatValue("b" + std::to_string(i), {8}));
  }
  EXPECT_THAT(Pairs(GraphOf(std::move(inputs), std::move(outputs))), IsEmpty());
}

TEST(StatePairsTest, AFrameIsWhatSoundsLikeOne) {
  const auto found = [](std::vector<onnx::ValueInfo> values, int64_t hop) {
    std::vector<const onnx::ValueInfo*> pointers;
    for (const onnx::ValueInfo& value : values) pointers.push_back(&value);
    const onnx::ValueInfo* frame = FindFrame(pointers, hop);
    return frame == nullptr ? std::string("none") : frame->name;
  };
  EXPECT_EQ(found({FloatValue("states", {900}), FloatValue("x", {480})}, 0), "x");
  EXPECT_EQ(found({FloatValue("h", {1, 480}), FloatValue("noisy_audio", {1, 1, 480})}, 0),
            "noisy_audio");
  EXPECT_EQ(found({FloatValue("state", {480}), FloatValue("y", {-1})}, 480), "y");
  EXPECT_EQ(found({FloatValue("image", {1, 3, 224, 224}), FloatValue("gain", {1})}, 0), "none");
}

}  // namespace
}  // namespace dfn
