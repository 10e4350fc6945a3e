// Graphs as other exporters and converters leave them: weights that are computed from constants, and
// casts to other precisions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "convert/lift/lift.h"
#include "convert/testing/graphs.h"
#include "convert/testing/nodes.h"

namespace dfn {
namespace {

using test::MakeNode;
using test::TinyGraphs;

class LiftFormsTest : public ::testing::TestWithParam<const char*> {
 protected:
  LiftFormsTest() : expected_(Lift()) {}

  Model Lift() const {
    auto model = graphs_.Lift();
    EXPECT_TRUE(model.ok()) << model.error().message;
    return model.ok() ? std::move(model).value() : Model{};
  }
  void ExpectSameModel() const { EXPECT_TRUE(test::SameModel(Lift(), expected_)); }
  std::vector<onnx::Graph*> All() { return {&graphs_.enc, &graphs_.erb_dec, &graphs_.df_dec}; }

  static void AddInts(onnx::Graph& graph, const std::string& name, std::vector<int64_t> values) {
    onnx::Tensor tensor;
    tensor.name = name;
    tensor.type = onnx::DataType::kInt64;
    tensor.dims = {static_cast<int64_t>(values.size())};
    tensor.elements = values.size();
    tensor.ints = std::move(values);
    graph.initializers.push_back(std::move(tensor));
  }

  // An initializer, or what a Constant node holds.
  static onnx::Tensor& TensorOf(onnx::Graph& graph, const std::string& name) {
    for (onnx::Node& node : graph.nodes) {
      if (node.op_type != "Constant" || node.outputs[0] != name) continue;
      return std::get<onnx::Tensor>(node.attributes[0].value);
    }
    return *test::FindInitializer(graph, name);
  }

  TinyGraphs graphs_{GetParam()};
  const Model expected_;
};

// PyTorch's own GRU keeps the gates in another order and has no axis for directions, so that its
// newer exporter writes Slice, Concat and Unsqueeze of the stored weights.
TEST_P(LiftFormsTest, GruWeightsMayBeCutAndJoined) {
  for (onnx::Graph* graph : All()) {
    AddInts(*graph, "axis0", {0});
    std::vector<onnx::Node> added;
    for (onnx::Node& node : graph->nodes) {
      if (node.op_type != "GRU") continue;
      for (size_t i : {1, 2}) {
        const std::string name = node.inputs[i];
        onnx::Tensor& tensor = TensorOf(*graph, name);
        const auto values = onnx::ToFloats(tensor).value();
        const int64_t gate = tensor.dims[1] / 3;
        const auto third = static_cast<ptrdiff_t>(values.size() / 3);
        std::vector<float> stored(values.begin() + third, values.begin() + 2 * third);  // r, z, h
        stored.insert(stored.end(), values.begin(), values.begin() + third);
        stored.insert(stored.end(), values.begin() + 2 * third, values.end());
        test::SetFloats(tensor, {tensor.dims[1], tensor.dims[2]}, std::move(stored));
        const auto cut = [&](const std::string& part, int64_t n) {
          AddInts(*graph, name + part + "from", {n * gate});
          AddInts(*graph, name + part + "to", {(n + 1) * gate});
          added.push_back(MakeNode(
              "Slice", {name, name + part + "from", name + part + "to", "axis0"}, name + part));
        };
        cut("_r", 0);
        cut("_z", 1);
        cut("_h", 2);
        added.push_back(MakeNode("Concat", {name + "_z", name + "_r", name + "_h"}, name + "_zrh",
                                 {{"axis", int64_t{0}}}));
        added.push_back(MakeNode("Unsqueeze", {name + "_zrh", "axis0"}, name + "_3d"));
        node.inputs[i] = name + "_3d";
      }
    }
    graph->nodes.insert(graph->nodes.end(), added.begin(), added.end());
  }
  ExpectSameModel();
}

// Every weight as 2 * (w / 2), which is exact, behind a Constant node.
TEST_P(LiftFormsTest, WeightsMayBeComputed) {
  for (onnx::Graph* graph : All()) {
    std::vector<onnx::Node> added;
    for (onnx::Tensor& tensor : graph->initializers) {
      if (tensor.type != onnx::DataType::kFloat || tensor.dims.size() < 2) continue;
      std::vector<float> half = onnx::ToFloats(tensor).value();
      for (float& value : half) value /= 2;
      const std::string name = tensor.name;
      tensor.name = name + "_half";
      test::SetFloats(tensor, tensor.dims, std::move(half));
      onnx::Node two = MakeNode("Constant", {}, name + "_two", {{"value_float", 2.0f}});
      added.push_back(two);
      added.push_back(MakeNode("Mul", {name + "_half", name + "_two"}, name));
    }
    graph->nodes.insert(graph->nodes.end(), added.begin(), added.end());
  }
  ExpectSameModel();
}

// Exporters fold batch normalisation into convolutions unless they are told not to. Here each
// convolution in front of an activation gets one that undoes a change of its weights; all numbers
// are powers of two, so that folding is exact.
TEST_P(LiftFormsTest, NormsAreFolded) {
  size_t norms = 0;
  for (onnx::Graph* graph : All()) {
    std::vector<onnx::Node> added;
    for (onnx::Node& node : graph->nodes) {
      const bool conv = node.op_type == "Conv" || node.op_type == "ConvTranspose";
      if (!conv || node.inputs.size() < 3) continue;
      onnx::Tensor& weight = TensorOf(*graph, node.inputs[1]);
      const bool transposed = node.op_type == "ConvTranspose";
      ASSERT_FALSE(transposed);  // those of the network have no bias
      const auto channels = static_cast<size_t>(weight.dims[0]);
      std::vector<float> values = onnx::ToFloats(weight).value();
      const size_t row = values.size() / channels;
      std::vector<float> scale;
      for (size_t i = 0; i < channels; ++i) scale.push_back(i % 2 == 0 ? 4.0f : 0.5f);
      for (size_t i = 0; i < values.size(); ++i) values[i] /= scale[i / row];
      test::SetFloats(weight, weight.dims, std::move(values));
      const std::string name = node.outputs[0];
      // The convolution's bias becomes the norm's.
      const std::string bias = node.inputs[2];
      node.inputs.resize(2);
      node.outputs[0] = name + "_conv";
      graph->initializers.push_back(test::FloatVector(name + "_scale", scale));
      graph->initializers.push_back(test::FloatVector(name + "_mean", std::vector(channels, 0.0f)));
      graph->initializers.push_back(
          test::FloatVector(name + "_variance", std::vector(channels, 0.75f)));
      added.push_back(
          MakeNode("BatchNormalization",
                   {name + "_conv", name + "_scale", bias, name + "_mean", name + "_variance"},
                   name, {{"epsilon", 0.25f}}));
      ++norms;
    }
    graph->nodes.insert(graph->nodes.end(), added.begin(), added.end());
  }
  EXPECT_GT(norms, 10u);
  ExpectSameModel();
}

// A converter to float16 that keeps float32 inputs and outputs puts casts at the graph's edges, and
// around the operators that it leaves alone.
TEST_P(LiftFormsTest, CastsAreSeenThrough) {
  const auto to = [](onnx::DataType type) {
    return std::vector<onnx::Attribute>{{"to", static_cast<int64_t>(type)}};
  };
  for (const onnx::DataType half :
       {onnx::DataType::kFloat16, onnx::DataType::kBfloat16, onnx::DataType::kDouble}) {
    graphs_ = TinyGraphs(GetParam());
    for (onnx::Graph* graph : All()) {
      std::map<std::string, std::string> renamed;
      std::vector<onnx::Node> added;
      for (const onnx::ValueInfo& input : graph->inputs) {
        renamed[input.name] = input.name + "_cast";
        added.push_back(MakeNode("Cast", {input.name}, input.name + "_cast", to(half)));
      }
      for (onnx::Node& node : graph->nodes) {
        for (std::string& name : node.inputs) {
          if (renamed.contains(name)) name = renamed[name];
        }
      }
      std::vector<std::string> outputs;
      for (const onnx::ValueInfo& output : graph->outputs) outputs.push_back(output.name);
      for (onnx::Node& node : graph->nodes) {
        for (std::string& name : node.outputs) {
          const bool out = std::find(outputs.begin(), outputs.end(), name) != outputs.end();
          if (!out && node.op_type != "Relu") continue;
          added.push_back(MakeNode("Cast", {name + "_half"}, name, to(onnx::DataType::kFloat)));
          name += "_half";
        }
      }
      graph->nodes.insert(graph->nodes.end(), added.begin(), added.end());
    }
    ExpectSameModel();
  }
}

INSTANTIATE_TEST_SUITE_P(All, LiftFormsTest,
                         ::testing::Values("dfn3", "dfn3_time2", "dfn3_skips2", "dfn3_h0", "dfn2"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace dfn
