#include "ort/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <thread>

#include "engine/native/native_network.h"
#include "ort/testing/networks.h"

namespace dfn::ort {
namespace {

using test::Disguise;
using test::Export;
using test::Features;
using test::MakeNode;
using test::MaxDifference;
using test::OpenNetwork;
using test::Plan;
using test::RandomModel;
using test::Refused;
using test::RunNetwork;
using test::Trace;
using test::TracedStream;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Float sums in another order, through a recurrent network of random weights.
constexpr double kTolerance = 2e-5;
constexpr double kLsnrToleranceDb = 1e-3;
constexpr size_t kFrames = 24;

enum class Source { kNetworks, kCombined, kStreaming, kDisguised, kWindow };

struct Case {
  const char* name;
  Source source;
};

void PrintTo(const Case& value, std::ostream* out) { *out << value.name; }

constexpr Case kCases[] = {{"networks", Source::kNetworks},
                           {"combined", Source::kCombined},
                           {"streaming", Source::kStreaming},
                           {"disguised", Source::kDisguised},
                           {"window", Source::kWindow}};

RunPlan PlanOf(const Model& model, Source source) {
  switch (source) {
    case Source::kNetworks:
      return Plan(Export(model, {.layout = ExportLayout::kNetworks}));
    case Source::kCombined:
      return Plan(Export(model, {.layout = ExportLayout::kCombined}));
    case Source::kStreaming:
      return Plan(Export(model, {.layout = ExportLayout::kStreaming}));
    case Source::kDisguised:  // cut into windows and states
      return Plan(Disguise(Export(model, {.state = StateForm::kNone})));
    case Source::kWindow:  // as long as the input: exact
      return Plan(Export(model, {.state = StateForm::kNone}),
                  {.mode = RunMode::kStateless, .window_frames = kFrames});
  }
  return {};
}

class OrtNetworkTest : public ::testing::TestWithParam<std::tuple<test::NamedConfig, Case>> {
 protected:
  OrtNetworkTest()
      : model_(RandomModel(std::get<0>(GetParam()).config, 1)),
        plan_(PlanOf(model_, std::get<1>(GetParam()).source)),
        network_(OpenNetwork(plan_)),
        features_(model_.config, kFrames, 2) {}

  Model model_;
  RunPlan plan_;
  std::shared_ptr<const Network> network_;
  Features features_;
};

TEST_P(OrtNetworkTest, SaysWhatTheNativeNetworkSays) {
  ASSERT_NE(network_, nullptr);
  // Windows of all frames are exact as well, but the plan does not know how many there will be.
  EXPECT_EQ(plan_.inexact.empty(), std::get<1>(GetParam()).source != Source::kWindow);
  const Trace native = RunNetwork(*NewNativeNetwork(model_), features_, kFrames, kFrames);
  const Trace ours = RunNetwork(*network_, features_, kFrames, kFrames);
  EXPECT_LE(MaxDifference(native.lsnr_db, ours.lsnr_db), kLsnrToleranceDb);
  EXPECT_LE(MaxDifference(native.gains, ours.gains), kTolerance);
  EXPECT_LE(MaxDifference(native.coefs, ours.coefs), kTolerance);
}

TEST_P(OrtNetworkTest, ASkippedDecoderDoesNotAdvance) {
  ASSERT_NE(network_, nullptr);
  const Trace ours = RunNetwork(*network_, features_, kFrames, 4, 3);
  if (std::get<1>(GetParam()).source == Source::kWindow) {
    // No state: a window holds the decoder's own past frames, whichever they are.
    EXPECT_EQ(ours, RunNetwork(*network_, features_, kFrames, 1, 3));
    return;
  }
  const Trace native = RunNetwork(*NewNativeNetwork(model_), features_, kFrames, 4, 3);
  EXPECT_LE(MaxDifference(native.gains, ours.gains), kTolerance);
  EXPECT_LE(MaxDifference(native.coefs, ours.coefs), kTolerance);
}

TEST_P(OrtNetworkTest, AnyCutGivesTheSameBits) {
  ASSERT_NE(network_, nullptr);
  const Trace whole = RunNetwork(*network_, features_, kFrames, kFrames);
  EXPECT_EQ(RunNetwork(*network_, features_, kFrames, 1), whole);
  EXPECT_EQ(RunNetwork(*network_, features_, kFrames, 5), whole);
}

TEST_P(OrtNetworkTest, AResetIsAFreshStart) {
  ASSERT_NE(network_, nullptr);
  TracedStream stream(*network_, 1);
  for (size_t t = 0; t < 7; ++t) stream.Call(features_, t, 1);
  stream.Reset();
  for (size_t t = 0; t < kFrames; ++t) stream.Call(features_, t, 1);
  EXPECT_EQ(stream.trace(), RunNetwork(*network_, features_, kFrames, 1));
}

TEST_P(OrtNetworkTest, StreamsInOneWorkspaceDoNotTouchEachOther) {
  ASSERT_NE(network_, nullptr);
  const Features other(model_.config, kFrames, 3);
  TracedStream first(*network_, 1);
  TracedStream second(*network_, 1);
  // The second starts later, so that their windows have different lengths.
  for (size_t t = 0; t < kFrames; ++t) {
    first.Call(features_, t, 1);
    if (t >= 2) second.Call(other, t - 2, 1, 0, &first);
  }
  EXPECT_EQ(first.trace(), RunNetwork(*network_, features_, kFrames, 1));
  EXPECT_EQ(second.trace(), RunNetwork(*network_, other, kFrames - 2, 1));
}

TEST_P(OrtNetworkTest, ThreadsMayShareIt) {
  ASSERT_NE(network_, nullptr);
  std::vector<Trace> traces(3);
  std::vector<std::thread> threads;
  for (Trace& trace : traces) {
    threads.emplace_back([&] { trace = RunNetwork(*network_, features_, kFrames, 1); });
  }
  for (std::thread& thread : threads) thread.join();
  const Trace alone = RunNetwork(*network_, features_, kFrames, 1);
  for (const Trace& trace : traces) EXPECT_EQ(trace, alone);
}

INSTANTIATE_TEST_SUITE_P(Small, OrtNetworkTest,
                         ::testing::Combine(::testing::ValuesIn(test::SmallConfigs()),
                                            ::testing::ValuesIn(kCases)),
                         [](const auto& tested) {
                           return std::string(std::get<0>(tested.param).name) + "_" +
                                  std::get<1>(tested.param).name;
                         });

Model SmallModel() { return RandomModel(test::SmallConfigs()[0].config, 1); }

RunPlan SmallPlan() { return PlanOf(SmallModel(), Source::kNetworks); }

// Changes the graph of a stage.
template <class Change>
void ChangeStage(RunStage& stage, Change change) {
  NamedBytes file{.name = stage.file, .bytes = std::move(stage.model)};
  test::ChangeGraph(file, change);
  stage.model = std::move(file.bytes);
}

TEST(OrtNetworkFormsTest, OlderOrderOfCoefficientsIsKnown) {
  const RunPlan plan = SmallPlan();
  RunPlan older = plan;
  const int64_t bins = static_cast<int64_t>(plan.config.df_bins);
  const int64_t order = static_cast<int64_t>(plan.config.df_order);
  ChangeStage(older.df_decoder[0], [&](onnx::Graph& graph) {
    for (onnx::Node& node : graph.nodes) {
      for (std::string& output : node.outputs) {
        if (output == "coefs") output = "coefs/flat";
      }
    }
    onnx::Tensor shape;
    shape.name = "coefs/shape";
    shape.type = onnx::DataType::kInt64;
    shape.dims = {5};
    shape.elements = 5;
    shape.ints = {0, 0, bins, order, 2};
    graph.initializers.push_back(shape);
    graph.nodes.push_back(MakeNode("Reshape", {"coefs/flat", "coefs/shape"}, "coefs/bins"));
    graph.nodes.push_back(MakeNode("Transpose", {"coefs/bins"}, "coefs",
                                   {test::IntsAttribute("perm", {0, 3, 1, 2, 4})}));
    for (onnx::ValueInfo& output : graph.outputs) {
      if (output.name == "coefs") output.dims = {1, order, -1, bins, 2}, output.dim_names = {};
    }
  });
  const Features features(plan.config, kFrames, 2);
  const auto network = OpenNetwork(older);
  ASSERT_NE(network, nullptr);
  EXPECT_EQ(RunNetwork(*network, features, kFrames, 4),
            RunNetwork(*OpenNetwork(plan), features, kFrames, 4));
}

TEST(OrtNetworkFormsTest, MeasuresWhatAWindowCosts) {
  const Model model = SmallModel();
  const auto measure = [&](size_t window) {
    RunPlan plan = Plan(Export(model, {.state = StateForm::kNone}),
                        {.mode = RunMode::kStateless, .window_frames = window});
    plan.whole = {plan.encoder[0], plan.erb_decoder[0], plan.df_decoder[0]};
    const auto network = OpenNetwork(plan);
    const auto snr_db = MeasureInexact(test::OpenLibrary(), plan, *network, {});
    EXPECT_TRUE(snr_db.ok()) << snr_db.error().message;
    EXPECT_TRUE(*snr_db);
    return **snr_db;
  };
  const double few = measure(2);
  const double many = measure(20);
  EXPECT_TRUE(std::isfinite(few));
  EXPECT_GT(many, few + 10.0);
}

TEST(OrtNetworkFormsTest, WithoutWholeGraphsThereIsNothingToMeasure) {
  const RunPlan plan = SmallPlan();
  const auto snr_db = MeasureInexact(test::OpenLibrary(), plan, *OpenNetwork(plan), {});
  ASSERT_TRUE(snr_db.ok()) << snr_db.error().message;
  EXPECT_FALSE(*snr_db);
}

TEST(OrtNetworkErrorsTest, UnknownOperator) {
  RunPlan plan = SmallPlan();
  ChangeStage(plan.encoder[0], [](onnx::Graph& graph) {
    for (onnx::Node& node : graph.nodes) {
      if (node.op_type == "Relu") node.op_type = "NoSuchOperator";
    }
  });
  const Error error = Refused(plan);
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, AllOf(HasSubstr("enc.onnx"), HasSubstr("NoSuchOperator")));
}

TEST(OrtNetworkErrorsTest, ConfigOfOtherSizes) {
  RunPlan plan = SmallPlan();
  plan.config.erb_bands = 32;
  Error error = Refused(plan);
  EXPECT_EQ(error.code, ErrorCode::kMismatch);
  EXPECT_THAT(error.message, AllOf(HasSubstr("enc.onnx"), HasSubstr("feat_erb"), HasSubstr("16"),
                                   HasSubstr("32")));
  plan = SmallPlan();
  plan.config.df_order = 3;
  error = Refused(plan);
  EXPECT_EQ(error.code, ErrorCode::kMismatch);
  EXPECT_THAT(error.message, AllOf(HasSubstr("coefs"), HasSubstr("144")));
}

TEST(OrtNetworkErrorsTest, PartsOfAnotherModel) {
  RunPlan plan = SmallPlan();
  Config wide = plan.config;
  wide.conv_channels = 16;
  plan.erb_decoder = PlanOf(RandomModel(wide, 1), Source::kNetworks).erb_decoder;
  const Error error = Refused(plan);
  EXPECT_EQ(error.code, ErrorCode::kMismatch);
  EXPECT_THAT(error.message, AllOf(HasSubstr("erb_dec.onnx"), HasSubstr("is given")));
}

TEST(OrtNetworkErrorsTest, StatesThatDoNotFit) {
  RunPlan plan = SmallPlan();
  ASSERT_FALSE(plan.encoder[0].states.empty());
  plan.encoder[0].states[0].shape.back() += 1;
  Error error = Refused(plan);
  EXPECT_EQ(error.code, ErrorCode::kMismatch);
  EXPECT_THAT(error.message, HasSubstr("enc.onnx: state \"" + plan.encoder[0].states[0].input));
  plan = SmallPlan();
  plan.encoder[0].states[0].output = "lsnr";
  error = Refused(plan);
  EXPECT_EQ(error.code, ErrorCode::kMismatch);
  EXPECT_THAT(error.message, HasSubstr("comes out as"));
}

TEST(OrtNetworkErrorsTest, InputsThatNothingFeeds) {
  RunPlan plan = SmallPlan();
  ChangeStage(plan.df_decoder[0], [](onnx::Graph& graph) {
    graph.inputs.push_back(
        {.name = "speaker", .type = onnx::DataType::kFloat, .dims = {1, 4}, .dim_names = {}});
  });
  const Error error = Refused(plan);
  EXPECT_EQ(error.code, ErrorCode::kMismatch);
  EXPECT_THAT(error.message, AllOf(HasSubstr("df_dec.onnx"), HasSubstr("\"speaker\"")));
}

TEST(OrtNetworkErrorsTest, NanInWeights) {
  RunPlan plan = SmallPlan();
  ChangeStage(plan.erb_decoder[0], [](onnx::Graph& graph) {
    onnx::Tensor nan;
    nan.name = "nan";
    nan.type = onnx::DataType::kFloat;
    nan.dims = {1};
    nan.elements = 1;
    nan.floats = {std::numeric_limits<float>::quiet_NaN()};
    graph.initializers.push_back(nan);
    for (onnx::Node& node : graph.nodes) {
      for (std::string& output : node.outputs) {
        if (output == "m") output = "m/clean";
      }
    }
    graph.nodes.push_back({.name = "spoil",
                           .op_type = "Add",
                           .domain = {},
                           .inputs = {"m/clean", "nan"},
                           .outputs = {"m"},
                           .attributes = {}});
  });
  const Error error = Refused(plan);
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("erb_dec.onnx"), HasSubstr("\"m\""), HasSubstr("NaN")));
}

TEST(OrtNetworkErrorsTest, Providers) {
  const Error absent = Refused(SmallPlan(), {.provider = "qnn"});
  EXPECT_EQ(absent.code, ErrorCode::kUnsupported);
  EXPECT_THAT(absent.message, AllOf(HasSubstr("\"qnn\""), HasSubstr("offers"), HasSubstr("cpu")));
  const Error unknown = Refused(SmallPlan(), {.provider = "abacus"});
  EXPECT_EQ(unknown.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(unknown.message, AllOf(HasSubstr("\"abacus\""), HasSubstr("offers")));
  EXPECT_EQ(Refused(SmallPlan(), {.threads = 0}).code, ErrorCode::kInvalidArgument);
}

// A table of two entries looked up by the features: it fails where one is 2 or more.
void FailOnLargeFeatures(onnx::Graph& graph) {
  graph.initializers.push_back(test::FloatVector("table", {0.0f, 0.0f}));
  for (onnx::Node& node : graph.nodes) {
    for (std::string& output : node.outputs) {
      if (output == "lsnr") output = "lsnr/plain";
    }
  }
  graph.nodes.insert(
      graph.nodes.end(),
      {MakeNode("Cast", {"feat_erb"}, "index", {{.name = "to", .value = int64_t{7}}}),
       MakeNode("Gather", {"table", "index"}, "found"), MakeNode("ReduceMax", {"found"}, "most"),
       MakeNode("Add", {"lsnr/plain", "most"}, "lsnr")});
  for (onnx::ValueInfo& output : graph.outputs) {
    if (output.name == "lsnr") output.dims = {1, 1, -1, 1}, output.dim_names = {};
  }
}

TEST(OrtNetworkErrorsTest, ARunThatFailsLeavesTheFrameAsItIs) {
  RunPlan plan = SmallPlan();
  ChangeStage(plan.encoder[0], FailOnLargeFeatures);
  const auto network = OpenNetwork(plan);
  ASSERT_NE(network, nullptr);
  Features features(plan.config, 3, 2);
  features.erb[plan.config.erb_bands] = 9.0f;
  TracedStream stream(*network, 3);
  stream.Call(features, 0, 1);
  EXPECT_TRUE(network->status().ok());
  stream.Call(features, 1, 1);
  const Status status = network->status();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("enc.onnx"));
  EXPECT_EQ(stream.trace().lsnr_db[1], plan.config.lsnr_max_db);
  EXPECT_EQ(stream.trace().gains[plan.config.erb_bands], 1.0f);
  const size_t taps = plan.config.df_order * 2;
  const float* coefs = stream.trace().coefs.data() + plan.config.df_bins * taps;
  for (size_t i = 0; i < plan.config.df_bins * taps; ++i) {
    EXPECT_EQ(coefs[i], i % taps == 2 * plan.config.df_past_frames() ? 1.0f : 0.0f);
  }
  // The next frame runs again.
  stream.Call(features, 2, 1);
  EXPECT_NE(stream.trace().gains.back(), 1.0f);
}

}  // namespace
}  // namespace dfn::ort
