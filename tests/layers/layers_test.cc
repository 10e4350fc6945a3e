// Every row of the table of layers, in every room that reads it: a layer that is added to the table
// and forgotten by a room fails here, by name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bench/layer_parts.h"
#include "convert/config/config_ini.h"
#include "convert/export/export.h"
#include "convert/load/checkpoint_weights.h"
#include "convert/load/load.h"
#include "convert/testing/checkpoints.h"
#include "engine/native/native_network.h"
#include "engine/testing/network_runner.h"
#include "engine/testing/random_model.h"
#include "formats/ini/ini.h"
#include "formats/onnx/graph.h"
#include "model/layers.h"
#include "model/state_layout.h"

namespace dfn {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr size_t kFrames = 12;

class EveryLayerTest : public testing::TestWithParam<NamedConfig> {
 protected:
  const Config config_ = GetParam().config;
  const LayerTable table_{config_};
  const Model model_ = RandomModel(config_, 1);
};

// All weights of a layer, in some order.
void Append(std::span<const float> values, std::vector<float>& all) {
  all.insert(all.end(), values.begin(), values.end());
}
std::vector<float> Values(const ConvLayer& layer) {
  std::vector<float> all = layer.conv.weight;
  Append(layer.conv.bias, all);
  if (layer.pointwise) Append(layer.pointwise->weight, all);
  if (layer.pointwise) Append(layer.pointwise->bias, all);
  return all;
}
std::vector<float> Values(const GroupedLinear& layer) { return layer.weight.Copy(); }
std::vector<float> Values(const Gru& layer) {
  std::vector<float> all = layer.weight_input.Copy();
  Append(layer.weight_hidden, all);
  return all;
}
std::vector<float> Values(const ScalarHead& layer) { return layer.weight; }

// With one or two channels ReLU may cut all of a layer's outputs off; a larger bias lets them
// through.
void LetThrough(ConvLayer& layer) {
  for (float& value : (layer.pointwise ? *layer.pointwise : layer.conv).bias) value += 1.0f;
}

// Changes a layer so that what it makes changes too.
void Halve(std::vector<float>& values) {
  for (float& value : values) value *= 0.5f;
}
void Change(ConvLayer& layer) { Halve(layer.conv.weight); }
void Change(GroupedLinear& layer) { Halve(layer.weight.Mutable()); }
void Change(Gru& layer) { Halve(layer.weight_hidden.Mutable()); }
void Change(ScalarHead& layer) { layer.bias += 0.5f; }

// Calls visit(spec, layer) for every layer that the model has.
template <class Visit>
void ForEach(const LayerTable& table, const Model& model, Visit visit) {
  for (const LayerSpec& spec : table) {
    const auto one = [&]<class Layer>(const Layer&) {
      if (const Layer* layer = spec.Find<Layer>(model)) visit(spec, *layer);
    };
    std::visit(one, spec.sizes);
  }
}

TEST_P(EveryLayerTest, ARandomModelHasItsWeights) {
  EXPECT_TRUE(ValidateModel(model_, "random").ok());
  size_t layers = 0;
  ForEach(table_, model_, [&](const LayerSpec& spec, const auto& layer) {
    EXPECT_FALSE(Values(layer).empty()) << spec.name;
    ++layers;
  });
  EXPECT_EQ(layers, static_cast<size_t>(
                        std::count_if(table_.begin(), table_.end(),
                                      [](const LayerSpec& spec) { return !spec.optional; })));
}

TEST_P(EveryLayerTest, ItIsListed) {
  const std::vector<LayerRef> refs = Layers(model_);
  for (const LayerSpec& spec : table_) {
    const auto is_it = [&](const LayerRef& ref) {
      return ref.name == spec.name || ref.name.starts_with(spec.name + ".");
    };
    EXPECT_EQ(std::any_of(refs.begin(), refs.end(), is_it), !spec.optional) << spec.name;
  }
}

TEST_P(EveryLayerTest, ItHasAStateWhereItRemembers) {
  const StateLayout layout = NetworkStateLayout(config_);
  size_t states = 0;
  ForEach(table_, model_, [&](const LayerSpec& spec, const auto& layer) {
    bool remembers = std::holds_alternative<Gru>(spec.sizes);
    if constexpr (std::is_same_v<std::decay_t<decltype(layer)>, ConvLayer>) {
      remembers = layer.conv.kernel_t > 1;
    }
    EXPECT_EQ(layout.Find(spec.name) != nullptr, remembers) << spec.name;
    states += remembers ? 1 : 0;
  });
  EXPECT_EQ(states, layout.entries().size());
}

TEST_P(EveryLayerTest, TheBenchmarkTimesIt) {
  const auto parts = bench::MakeParts(model_, {});
  ASSERT_TRUE(parts.ok());
  std::vector<std::string> names;
  for (const bench::Part& part : *parts) names.push_back(part.name);
  for (const LayerSpec& spec : table_) {
    if (spec.optional) continue;
    EXPECT_THAT(names, Contains(spec.name));
  }
}

TEST_P(EveryLayerTest, TheEngineRunsIt) {
  const auto run = [](const Model& model) {
    const auto network = NewNativeNetwork(model);
    TestStream stream(*network, kFrames, 3);
    RunCall(*network, *network->NewWorkspace(kFrames), {&stream}, {kFrames});
    return stream;
  };
  Model model = model_;
  for (const LayerSpec& spec : table_) {
    if (std::holds_alternative<ConvLayer>(spec.sizes)) LetThrough(spec.Make<ConvLayer>(model));
  }
  const TestStream expected = run(model);
  ForEach(table_, model, [&]<class Layer>(const LayerSpec& spec, const Layer&) {
    Model changed = model;
    Change(spec.Make<Layer>(changed));
    EXPECT_FALSE(run(changed).SameOutputs(expected)) << spec.name;
  });
}

// The alpha head included, which the stateless networks alone have.
TEST_P(EveryLayerTest, ItIsExportedUnderItsNameAndLiftedBack) {
  Model model = model_;
  ScalarHead& alpha = model.df_decoder.alpha.emplace();
  alpha = {.in = config_.df_hidden, .weight = std::vector<float>(config_.df_hidden, 0.25f)};
  const auto files = ExportModel(model, {.state = StateForm::kNone});
  ASSERT_TRUE(files.ok()) << files.error().message;
  std::vector<std::string> tensors;  // "enc.erb_conv0/conv.weight"
  for (const NamedBytes& file : *files) {
    if (!file.name.ends_with(".onnx")) continue;
    const auto graph = onnx::ReadGraph(std::make_shared<const std::vector<uint8_t>>(file.bytes),
                                       file.name, Limits{});
    ASSERT_TRUE(graph.ok()) << graph.error().message;
    const std::string part = file.name.substr(0, file.name.find('.'));
    for (const onnx::Tensor& tensor : graph->initializers) {
      tensors.push_back(part + "." + tensor.name);
    }
  }
  const Result<Model> lifted = LoadModelFiles(*files, "memory");
  ASSERT_TRUE(lifted.ok()) << lifted.error().message;
  ForEach(table_, model, [&]<class Layer>(const LayerSpec& spec, const Layer& layer) {
    const std::string stem = spec.name.substr(0, spec.name.find('.') + 1) + spec.graph_name;
    const auto is_its = [&](const std::string& name) {
      return name.starts_with(stem + ".") || name.starts_with(stem + "/");
    };
    EXPECT_TRUE(std::any_of(tensors.begin(), tensors.end(), is_its)) << stem;
    const Layer* found = spec.Find<Layer>(*lifted);
    ASSERT_NE(found, nullptr) << spec.name;
    EXPECT_EQ(*found, layer) << spec.name;
  });
}

INSTANTIATE_TEST_SUITE_P(All, EveryLayerTest, testing::ValuesIn(SmallConfigs()),
                         [](const auto& test) { return test.param.name; });

class EveryCheckpointLayerTest : public testing::TestWithParam<const char*> {};

TEST_P(EveryCheckpointLayerTest, ItsTensorsAreAskedFor) {
  const std::string folder = CheckpointFolder() + GetParam();
  const std::string text = FileContent(folder + "/config.ini");
  const Result<IniFile> ini = IniFile::Parse(BytesOf(text), "config.ini", {});
  ASSERT_TRUE(ini.ok()) << ini.error().message;
  const Result<Config> config = ReadConfig(*ini, "config.ini", {});
  ASSERT_TRUE(config.ok()) << config.error().message;
  const std::string file = FileContent(folder + "/model_1.ckpt");
  const Result<StateDict> state = ReadTorchCheckpoint(BytesOf(file), "model_1.ckpt", {});
  ASSERT_TRUE(state.ok()) << state.error().message;
  for (const LayerSpec& spec : LayerTable(*config)) {
    const bool gru = std::holds_alternative<Gru>(spec.sizes);
    const std::string suffix = gru ? "_l" + std::to_string(spec.gru_index) : "";
    StateDict rest = *state;
    const size_t erased = std::erase_if(rest, [&](const auto& tensor) {
      return tensor.first.starts_with(spec.checkpoint_key + ".") && tensor.first.ends_with(suffix);
    });
    EXPECT_GT(erased, 0u) << spec.name;
    const Result<Model> model = ModelFromStateDict(std::move(rest), *config, "model_1.ckpt");
    EXPECT_EQ(model.ok(), spec.optional) << spec.name;
    if (model.ok()) continue;
    EXPECT_THAT(model.error().message, HasSubstr("has no tensor \"" + spec.checkpoint_key + "."));
    EXPECT_THAT(model.error().message, HasSubstr("(" + spec.config_keys + ")"));
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryCheckpointLayerTest, testing::ValuesIn(kCheckpointFixtures),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace dfn
