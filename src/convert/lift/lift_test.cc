#include "convert/lift/lift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "convert/testing/graphs.h"
#include "model/layers.h"

namespace dfn {
namespace {

using test::TinyGraphs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TinyTest : public ::testing::TestWithParam<const char*> {};

Model LiftOrDie(const TinyGraphs& graphs) {
  auto model = graphs.Lift();
  EXPECT_TRUE(model.ok()) << model.error().message;
  return model.ok() ? std::move(model).value() : Model{};
}

TEST_P(TinyTest, LiftsToAValidModel) {
  const Model model = LiftOrDie(TinyGraphs(GetParam()));
  const Status status = ValidateModel(model, GetParam());
  EXPECT_TRUE(status.ok()) << status.error().message;
  EXPECT_EQ(model.origin.form, "ONNX networks");
}

// Changes without meaning: the order of nodes, initializers, inputs, outputs and an Add's operands,
// and every name.
TEST_P(TinyTest, ShuffledAndRenamedLiftsToTheSameBits) {
  const Model expected = LiftOrDie(TinyGraphs(GetParam()));
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    TinyGraphs graphs(GetParam());
    for (onnx::Graph* graph : {&graphs.enc, &graphs.erb_dec, &graphs.df_dec}) {
      test::ShuffleNodes(*graph, random);
      test::RenameAll(*graph, random);
    }
    EXPECT_TRUE(test::SameModel(LiftOrDie(graphs), expected)) << "seed " << seed;
  }
}

// A grouped linear layer as one MatMul a group, [B, G, T, I] by [G, I, H].
TEST_P(TinyTest, LinearLayersMayBeMatrixProducts) {
  const Model expected = LiftOrDie(TinyGraphs(GetParam()));
  TinyGraphs graphs(GetParam());
  for (onnx::Graph* graph : {&graphs.enc, &graphs.erb_dec, &graphs.df_dec}) {
    std::vector<onnx::Node> nodes;
    for (const onnx::Node& node : graph->nodes) {
      if (node.op_type != "Einsum") {
        nodes.push_back(node);
        continue;
      }
      const std::string name = node.outputs[0];
      const auto turn = test::IntsAttribute("perm", {0, 2, 1, 3});
      nodes.push_back(test::MakeNode("Transpose", {node.inputs[0]}, name + "_in", {turn}));
      nodes.push_back(test::MakeNode("MatMul", {name + "_in", node.inputs[1]}, name + "_out"));
      nodes.push_back(test::MakeNode("Transpose", {name + "_out"}, name, {turn}));
    }
    graph->nodes = std::move(nodes);
  }
  EXPECT_TRUE(test::SameModel(LiftOrDie(graphs), expected));
}

// Weights may be read through views, which exporters that share weights and simplifiers produce.
TEST_P(TinyTest, WeightsMayBeViewsOfConstants) {
  const Model expected = LiftOrDie(TinyGraphs(GetParam()));
  TinyGraphs graphs(GetParam());
  for (onnx::Graph* graph : {&graphs.enc, &graphs.erb_dec, &graphs.df_dec}) {
    std::vector<onnx::Node> views;
    for (onnx::Tensor& tensor : graph->initializers) {
      if (tensor.dims.size() != 3) continue;
      const std::string used = tensor.name;
      tensor.name = used + "_stored";
      // Stored as [H, G, I], read as [G, I, H].
      const auto values = onnx::ToFloats(tensor);
      ASSERT_TRUE(values.ok());
      const size_t columns = static_cast<size_t>(tensor.dims[2]);
      const size_t rows = values->size() / columns;
      std::vector<float> turned(values->size());
      for (size_t i = 0; i < turned.size(); ++i) {
        turned[i % columns * rows + i / columns] = values.value()[i];
      }
      test::SetFloats(tensor, {tensor.dims[2], tensor.dims[0], tensor.dims[1]}, std::move(turned));
      views.push_back(test::MakeNode("Transpose", {tensor.name}, used + "_turned",
                                     {test::IntsAttribute("perm", {1, 2, 0})}));
      views.push_back(test::MakeNode("Identity", {used + "_turned"}, used));
    }
    graph->nodes.insert(graph->nodes.end(), views.begin(), views.end());
  }
  EXPECT_TRUE(test::SameModel(LiftOrDie(graphs), expected));
}

INSTANTIATE_TEST_SUITE_P(All, TinyTest,
                         ::testing::Values("dfn3", "dfn3_time2", "dfn3_skips", "dfn3_skips2",
                                           "dfn3_h0", "dfn2", "dfn2_time2"),
                         [](const auto& test) { return std::string(test.param); });

class MergedTest : public ::testing::TestWithParam<const char*> {};

TEST_P(MergedTest, PlainAndSimplifiedLiftToTheSameBits) {
  const std::string name = GetParam();
  const Model expected = LiftOrDie(TinyGraphs(name));
  for (const std::string form : {"tiny_combined/", "tiny_simplified/"}) {
    onnx::Graph graph = test::ReadGraph(form + name, "combined.onnx");
    std::mt19937 random(7);
    for (int round = 0; round < 4; ++round) {
      const auto model = LiftCombined({graph, "combined.onnx"}, expected.config);
      ASSERT_TRUE(model.ok()) << form << ": " << model.error().message;
      EXPECT_TRUE(test::SameModel(*model, expected)) << form << " round " << round;
      EXPECT_EQ(model->origin.form, "combined ONNX");
      EXPECT_EQ(model->origin.state_inputs.size(), name == "dfn3_h0" ? 3u : 0u);
      test::ShuffleNodes(graph, random);
      test::RenameAll(graph, random);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, MergedTest,
                         ::testing::Values("dfn3", "dfn3_skips2", "dfn3_h0", "dfn2"),
                         [](const auto& test) { return std::string(test.param); });

TEST(LiftTest, StateInputsAreNamed) {
  const Model model = LiftOrDie(TinyGraphs("dfn3_h0"));
  EXPECT_THAT(model.origin.state_inputs,
              ElementsAre("enc.onnx: h0", "erb_dec.onnx: erb_h0", "df_dec.onnx: df_h0"));
  EXPECT_EQ(model.origin.opset, 14);
  EXPECT_FALSE(model.df_decoder.alpha.has_value());
  EXPECT_TRUE(LiftOrDie(TinyGraphs("dfn3")).origin.state_inputs.empty());
}

// The same numbers as in the file, in the layers they belong to.
TEST(LiftTest, WeightsKeepTheirOrder) {
  TinyGraphs graphs("dfn3");
  onnx::Node* gru = test::FindNode(graphs.df_dec, "GRU");
  const auto bias = onnx::ToFloats(*test::FindInitializer(graphs.df_dec, gru->inputs[3]));
  const Model model = LiftOrDie(graphs);
  const Gru& first = model.df_decoder.df_gru.layers[0];
  const size_t half = 3 * model.config.df_hidden;
  EXPECT_EQ(first.bias_input, std::vector<float>(bias->begin(), bias->begin() + half));
  EXPECT_EQ(first.bias_hidden, std::vector<float>(bias->begin() + half, bias->end()));
  onnx::Node* conv = test::FindNode(graphs.enc, "Conv");
  const auto weight = onnx::ToFloats(*test::FindInitializer(graphs.enc, conv->inputs[1]));
  EXPECT_EQ(model.encoder.erb_conv[0].conv.weight, *weight);
}

struct Spoilt {
  const char* what;
  ErrorCode code;
  const char* expected;
  void (*spoil)(TinyGraphs&);
};

class SpoiltTest : public ::testing::TestWithParam<Spoilt> {};

TEST_P(SpoiltTest, IsRefusedInOneSentence) {
  TinyGraphs graphs("dfn3");
  GetParam().spoil(graphs);
  const auto model = graphs.Lift();
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, GetParam().code) << model.error().message;
  EXPECT_THAT(model.error().message, HasSubstr(GetParam().expected));
}

void SetInts(onnx::Node& node, const std::string& name, std::vector<int64_t> values) {
  for (onnx::Attribute& attribute : node.attributes) {
    if (attribute.name == name) attribute.value = std::move(values);
  }
}

void SetInt(onnx::Node& node, const std::string& name, int64_t value) {
  for (onnx::Attribute& attribute : node.attributes) {
    if (attribute.name == name) attribute.value = value;
  }
}

onnx::Tensor& WeightOf(onnx::Graph& graph, const std::string& op_type, size_t input) {
  return *test::FindInitializer(graph, test::FindNode(graph, op_type)->inputs[input]);
}

INSTANTIATE_TEST_SUITE_P(
    All, SpoiltTest,
    ::testing::Values(
        Spoilt{"WrongShape", ErrorCode::kMismatch,
               "has shape [4, 4, 8], but config.ini asks for [8, 2, 4] (enc.linear_out, "
               "linear_groups = 8, ",
               [](TinyGraphs& g) { g.config.linear_groups = 8; }},
        Spoilt{"WrongRank", ErrorCode::kMismatch, "enc.onnx: tensor ",
               [](TinyGraphs& g) {
                 onnx::Tensor& weight = WeightOf(g.enc, "Conv", 1);
                 weight.dims = {static_cast<int64_t>(weight.elements)};
               }},
        Spoilt{"NotANumber", ErrorCode::kCorrupt, "holds a value that is not finite, at 3 of ",
               [](TinyGraphs& g) {
                 onnx::Tensor& weight = WeightOf(g.erb_dec, "Einsum", 1);
                 std::vector<float> values(weight.elements, 0.0f);
                 values[3] = std::numeric_limits<float>::quiet_NaN();
                 test::SetFloats(weight, weight.dims, values);
               }},
        Spoilt{"WholeNumbers", ErrorCode::kUnsupported, "not of a floating-point type",
               [](TinyGraphs& g) { WeightOf(g.enc, "Einsum", 1).type = onnx::DataType::kInt64; }},
        Spoilt{"Cycle", ErrorCode::kCorrupt, "enc.onnx: the graph has a cycle",
               [](TinyGraphs& g) {
                 onnx::Node* relu = test::FindNode(g.enc, "Relu");
                 onnx::Node* conv = test::FindNode(g.enc, "Conv");
                 conv->inputs[0] = relu->outputs[0];
               }},
        Spoilt{"SelfCycle", ErrorCode::kCorrupt, "cycle",
               [](TinyGraphs& g) {
                 onnx::Node* node = test::FindNode(g.df_dec, "Transpose");
                 node->inputs[0] = node->outputs[0];
               }},
        Spoilt{"Dangling", ErrorCode::kCorrupt, "no node makes the value \"nothing\"",
               [](TinyGraphs& g) { test::FindNode(g.enc, "Relu")->inputs[0] = "nothing"; }},
        Spoilt{"MadeTwice", ErrorCode::kCorrupt, "\"e0\" is made twice",
               [](TinyGraphs& g) { g.enc.nodes.push_back(test::MakeNode("Relu", {"e1"}, "e0")); }},
        Spoilt{"LeftOutInput", ErrorCode::kMismatch, "an input is left out",
               [](TinyGraphs& g) { test::FindNode(g.enc, "GRU")->inputs[0] = ""; }},
        Spoilt{"LeftOutWeight", ErrorCode::kUnsupported, "expected a constant",
               [](TinyGraphs& g) { test::FindNode(g.enc, "GRU")->inputs.resize(1); }},
        Spoilt{"ComputedWeight", ErrorCode::kUnsupported, "expected a constant",
               [](TinyGraphs& g) {
                 onnx::Node* conv = test::FindNode(g.enc, "Conv");
                 g.enc.nodes.push_back(test::MakeNode("Softplus", {conv->inputs[1]}, "positive"));
                 test::FindNode(g.enc, "Conv")->inputs[1] = "positive";
               }},
        Spoilt{"Swapped", ErrorCode::kMismatch, "enc.onnx: no output is a local SNR",
               [](TinyGraphs& g) { std::swap(g.enc, g.erb_dec); }},
        Spoilt{"NoOutputs", ErrorCode::kMismatch, "erb_dec.onnx: no output is the ERB gains",
               [](TinyGraphs& g) { g.erb_dec.outputs.clear(); }},
        Spoilt{"TwoGains", ErrorCode::kMismatch, "both look like the ERB gains",
               [](TinyGraphs& g) {
                 onnx::Node sigmoid = *test::FindNode(g.erb_dec, "Sigmoid");
                 sigmoid.outputs[0] = "m2";
                 g.erb_dec.nodes.push_back(sigmoid);
                 g.erb_dec.outputs.push_back({.name = "m2", .type = {}, .dims = {}});
               }},
        Spoilt{"WrongInput", ErrorCode::kMismatch, "input \"e3\" is used as e2, expected e3",
               [](TinyGraphs& g) {
                 for (onnx::Node& node : g.erb_dec.nodes) {
                   for (std::string& name : node.inputs) {
                     if (name == "e2" || name == "e3") name = name == "e2" ? "e3" : "e2";
                   }
                 }
               }},
        Spoilt{"Stride", ErrorCode::kMismatch, "has strides [1, 1], expected [1, 2]",
               [](TinyGraphs& g) {
                 for (onnx::Node& node : g.enc.nodes) SetInts(node, "strides", {1, 1});
               }},
        Spoilt{"LookAheadPadding", ErrorCode::kMismatch, "has pads",
               [](TinyGraphs& g) {
                 SetInts(*test::FindNode(g.enc, "Conv"), "pads", {0, 1, 2, 1});
               }},
        Spoilt{
            "Groups", ErrorCode::kMismatch, "has group [1], expected [8]",
            [](TinyGraphs& g) { SetInt(*test::FindNode(g.erb_dec, "ConvTranspose"), "group", 1); }},
        Spoilt{"Layers", ErrorCode::kMismatch, "df_num_layers = 1",
               [](TinyGraphs& g) { g.config.df_gru_layers = 1; }},
        Spoilt{"MoreLayers", ErrorCode::kMismatch, "is made by Relu, expected one made by GRU",
               [](TinyGraphs& g) { g.config.erb_gru_layers = 3; }},
        Spoilt{"ResetBefore", ErrorCode::kUnsupported, "linear_before_reset",
               [](TinyGraphs& g) {
                 SetInt(*test::FindNode(g.erb_dec, "GRU"), "linear_before_reset", 0);
               }},
        Spoilt{"InitialState", ErrorCode::kUnsupported, "neither zero nor an input",
               [](TinyGraphs& g) {
                 onnx::Tensor state{.name = "h",
                                    .type = onnx::DataType::kFloat,
                                    .dims = {1, 1, 16},
                                    .elements = 16,
                                    .raw = {},
                                    .floats = std::vector<float>(16, 1),
                                    .ints = {},
                                    .doubles = {}};
                 g.enc.initializers.push_back(state);
                 test::FindNode(g.enc, "GRU")->inputs[5] = "h";
               }},
        Spoilt{"Equation", ErrorCode::kUnsupported, "expected btgi,gih->btgh",
               [](TinyGraphs& g) {
                 test::FindNode(g.enc, "Einsum")->attributes[0].value =
                     std::string("btgi,gih->bthg");
               }},
        Spoilt{"FlattenedOtherwise", ErrorCode::kUnsupported, "order that no DeepFilterNet has",
               [](TinyGraphs& g) {
                 for (onnx::Node& node : g.enc.nodes) SetInts(node, "perm", {0, 2, 1, 3});
               }},
        Spoilt{"Skip", ErrorCode::kMismatch, "df_gru_skip = none",
               [](TinyGraphs& g) { g.config.df_skip = Skip::kNone; }},
        Spoilt{"Concat", ErrorCode::kMismatch, "enc_concat = true",
               [](TinyGraphs& g) { g.config.enc_concat = true; }},
        Spoilt{"LocalSnr", ErrorCode::kMismatch,
               "runs from -15.000000 to 35.000000 dB, but config.ini asks for -15.000000 to 40",
               [](TinyGraphs& g) { g.config.lsnr_max_db = 40.0f; }},
        Spoilt{"ForeignOperator", ErrorCode::kMismatch, "expected",
               [](TinyGraphs& g) { test::FindNode(g.enc, "GRU")->domain = "com.example"; }}),
    [](const auto& test) { return std::string(test.param.what); });

// Two billion paths through a chain of Concats end in one sentence, not in hours.
TEST(LiftTest, PadAmountsAreNotComputedForEver) {
  TinyGraphs graphs("dfn3");
  std::string last = test::FindNode(graphs.enc, "Pad")->inputs[1];
  for (int i = 0; i < 31; ++i) {
    const std::string next = "twice" + std::to_string(i);
    graphs.enc.nodes.push_back(test::MakeNode("Concat", {last, last}, next));
    last = next;
  }
  test::FindNode(graphs.enc, "Pad")->inputs[1] = last;
  const auto model = graphs.Lift();
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace dfn
