// Files of other authors: names, rates and operators that no official file has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "convert/graph/graph_edit.h"
#include "convert/plan/run_plan.h"
#include "convert/plan/run_reset.h"
#include "convert/testing/plans.h"
#include "formats/onnx/graph.h"

namespace dfn {
namespace {

using test::ChangeGraph;
using test::Disguise;
using test::Export;
using test::FloatValue;
using test::MakeNode;
using test::Plan;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Model SmallModel() { return test::RandomModel(test::SmallConfigs()[0].config, 1); }

Error RefusalOf(const std::vector<NamedBytes>& files, const RunPlanOptions& options = {}) {
  const auto plan = PlanRun(files, "memory", options);
  EXPECT_FALSE(plan.ok());
  return plan.ok() ? Error{ErrorCode::kExists, ""} : plan.error();
}

// Gives every state names by which no convention knows it.
void RenameStates(std::vector<NamedBytes>& files) {
  for (NamedBytes& file : files) {
    if (!file.name.ends_with(".onnx")) continue;
    ChangeGraph(file, [](onnx::Graph& graph) {
      std::vector<std::string> states;
      for (const onnx::ValueInfo& input : graph.inputs) {
        const std::string stem = input.name.substr(0, input.name.size() - 1);
        if (FindOutput(graph, stem + "1") != nullptr && !input.name.starts_with("e")) {
          states.push_back(stem);
        }
      }
      for (const std::string& stem : states) {
        RenameValue(graph, stem + "0", stem + "_in");
        RenameValue(graph, stem + "1", stem + "_out");
      }
      std::erase_if(graph.metadata, [](const auto& pair) { return pair.first == "states"; });
    });
  }
}

TEST(RunForeignTest, StatesOfOtherNamesRunAsTheyAre) {
  auto files = Export(SmallModel(), {});
  const RunPlan plain = Plan(files);
  RenameStates(files);
  const RunPlan plan = Plan(files);
  EXPECT_EQ(plan.mode, RunMode::kStateful);
  EXPECT_EQ(plan.form, RunForm::kAsGiven);
  ASSERT_THAT(plan.encoder, SizeIs(1));
  EXPECT_THAT(plan.encoder[0].states, SizeIs(plain.encoder[0].states.size()));
  EXPECT_THAT(plan.df_decoder[0].states, SizeIs(plain.df_decoder[0].states.size()));
  EXPECT_THAT(plan.notes, IsEmpty());
}

// With hidden states alone, convolutions need windows: every state keeps its way through the cut.
TEST(RunForeignTest, StatesOfOtherNamesCanBeCut) {
  for (const ExportLayout layout : {ExportLayout::kNetworks, ExportLayout::kCombined}) {
    auto files = Disguise(Export(SmallModel(), {.layout = layout, .state = StateForm::kGru}));
    RenameStates(files);
    const RunPlan plan = Plan(files);
    EXPECT_EQ(plan.form, RunForm::kCut);
    EXPECT_EQ(plan.inexact, "");
    size_t states = 0;
    for (const RunStage& stage : plan.encoder) states += stage.states.size();
    EXPECT_GT(states, 0u);
    EXPECT_FALSE(plan.whole.empty());
  }
}

TEST(RunForeignTest, TheNextFormIsPlannedAfterAFailure) {
  const auto files = Disguise(Export(SmallModel(), {.state = StateForm::kNone}));
  EXPECT_EQ(Plan(files).form, RunForm::kCut);
  const RunPlan windows = Plan(files, {.failed = {{RunForm::kCut, "enc.onnx: fails"}}});
  EXPECT_EQ(windows.form, RunForm::kAsGiven);
  EXPECT_EQ(windows.encoder[0].window_frames, kDefaultWindowFrames);
  EXPECT_THAT(windows.inexact, HasSubstr("enc.onnx: fails, so windows of 40 frames"));
  const Error none =
      RefusalOf(files, {.failed = {{RunForm::kCut, "one"}, {RunForm::kAsGiven, "two"}}});
  EXPECT_EQ(none.code, ErrorCode::kUnsupported);
  // A model that lifts has its exact form first.
  const auto plain = Export(SmallModel(), {.state = StateForm::kNone});
  EXPECT_EQ(Plan(plain).form, RunForm::kExact);
  const RunPlan cut = Plan(plain, {.failed = {{RunForm::kExact, "enc.onnx: fails"}}});
  EXPECT_EQ(cut.form, RunForm::kCut);
  ASSERT_THAT(cut.notes, SizeIs(1));
  EXPECT_THAT(cut.notes[0], AllOf(HasSubstr("enc.onnx: fails"), HasSubstr("form cut is run")));
  // What was asked for has no other form.
  EXPECT_EQ(RefusalOf(files, {.window_frames = 10, .failed = {{RunForm::kAsGiven, "one"}}}).code,
            ErrorCode::kUnsupported);
}

TEST(RunForeignTest, GrusThatResetBeforeAreNamed) {
  auto files = Disguise(Export(SmallModel(), {}));
  EXPECT_FALSE(FindResetBefore(Plan(files)).has_value());
  ChangeGraph(files[0], [](onnx::Graph& graph) {
    for (onnx::Node& node : graph.nodes) {
      std::erase_if(node.attributes, [](const auto& a) { return a.name == "linear_before_reset"; });
    }
  });
  const auto found = FindResetBefore(Plan(files));
  ASSERT_TRUE(found.has_value());
  EXPECT_THAT(found->why,
              AllOf(HasSubstr("memory/enc.onnx: GRU"), HasSubstr("linear_before_reset = 0")));
  ASSERT_TRUE(found->trained.has_value());
  EXPECT_FALSE(FindResetBefore(*found->trained).has_value());
}

TEST(RunForeignTest, GraphsOfSamplesNeedNoConfig) {
  const RunPlan ours = Plan({Export(SmallModel(), {.layout = ExportLayout::kAudio})[0]});
  EXPECT_EQ(ours.mode, RunMode::kAudio);
  ASSERT_TRUE(ours.audio.has_value());
  EXPECT_TRUE(ours.encoder.empty());
  EXPECT_GT(ours.audio->states.size(), 5u);

  const RunPlan theirs = Plan({test::AudioGraph("denoiser_model.onnx", 512)});
  ASSERT_TRUE(theirs.audio.has_value());
  EXPECT_EQ(theirs.files, "denoiser_model.onnx");
  EXPECT_EQ(theirs.config.hop_size, 512u);
  ASSERT_EQ(theirs.audio->states.size(), 1u);
  EXPECT_EQ(theirs.audio->states[0].output, "new_states");
}

TEST(RunForeignTest, AGraphThatTakesNoFrameOfSamplesIsRefused) {
  NamedBytes file = test::AudioGraph("model.onnx", 480);
  test::ChangeGraph(file, [](onnx::Graph& graph) { graph.outputs.pop_back(); });
  EXPECT_THAT(RefusalOf({file}).message, HasSubstr("memory/model.onnx: input"));
  NamedBytes image = test::AudioGraph("model.onnx", 480);
  test::ChangeGraph(image, [](onnx::Graph& graph) { graph.inputs[0].dims = {1, 3, 224, 224}; });
  EXPECT_EQ(RefusalOf({image}).code, ErrorCode::kUnsupported);
  EXPECT_THAT(RefusalOf({image}).message, HasSubstr("[1, 3, 224, 224]"));
}

NamedBytes AudioFile(std::vector<onnx::ValueInfo> inputs, std::vector<onnx::ValueInfo> outputs,
                     std::vector<std::pair<std::string, std::string>> metadata = {}) {
  NamedBytes file = test::AudioGraph("denoiser.onnx", 160);
  ChangeGraph(file, [&](onnx::Graph& graph) {
    graph.nodes.clear();
    for (size_t i = 0; i < outputs.size(); ++i) {
      graph.nodes.push_back(MakeNode("Identity", {inputs[i].name}, outputs[i].name));
    }
    graph.inputs = std::move(inputs);
    graph.outputs = std::move(outputs);
    graph.metadata = std::move(metadata);
  });
  return file;
}

TEST(RunForeignTest, AudioGraphsNameTheirStatesAsTheyLike) {
  const RunPlan plan = Plan({AudioFile({FloatValue("input_frame", {480}), FloatValue("states", {9}),
                                        FloatValue("atten_lim_db", {1})},
                                       {FloatValue("enhanced_audio_frame", {480}),
                                        FloatValue("out_states", {9}), FloatValue("lsnr", {1})})});
  ASSERT_THAT(plan.audio->states, SizeIs(1));
  EXPECT_EQ(plan.audio->states[0].output, "out_states");
  EXPECT_EQ(plan.sample_rate_hz, std::nullopt);
  EXPECT_EQ(plan.delay_samples, std::nullopt);
  // States as long as a frame, before it, and of another order.
  const RunPlan mixed = Plan({AudioFile(
      {FloatValue("mem_a", {1, 480}), FloatValue("mem_b", {1, 480}), FloatValue("noisy", {1, 480})},
      {FloatValue("next_mem_b", {1, 480}), FloatValue("next_mem_a", {1, 480}),
       FloatValue("clean", {1, 480})})});
  ASSERT_THAT(mixed.audio->states, SizeIs(2));
  EXPECT_EQ(mixed.audio->states[0].output, "next_mem_a");
}

TEST(RunForeignTest, ARateIsToldOrAskedForAndNeverGuessed) {
  const auto file = [](std::vector<std::pair<std::string, std::string>> metadata) {
    return std::vector<NamedBytes>{AudioFile({FloatValue("input_frame", {480})},
                                             {FloatValue("out", {480})}, std::move(metadata))};
  };
  EXPECT_EQ(Plan(file({{"sample_rate", "16000"}})).sample_rate_hz, 16000u);
  EXPECT_EQ(Plan(file({{"sr", "48000"}, {"delay_samples", "960"}})).delay_samples, 960u);
  EXPECT_EQ(Plan(file({}), {.sample_rate_hz = 16000}).sample_rate_hz, 16000u);
  EXPECT_EQ(RefusalOf(file({{"sample_rate", "16 kHz"}})).code, ErrorCode::kCorrupt);
  EXPECT_EQ(RefusalOf(file({{"hop_size", "160"}})).code, ErrorCode::kMismatch);
  const Error other = RefusalOf(file({{"sr", "16000"}}), {.sample_rate_hz = 48000});
  EXPECT_EQ(other.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(other.message, AllOf(HasSubstr("16000 Hz"), HasSubstr("48000 Hz")));
  // A config.ini beside the file tells rate and, if its hops are those of the graph, delay.
  auto files = file({});
  files.push_back(Export(SmallModel(), {})[3]);
  EXPECT_EQ(files.back().name, "config.ini");
  const RunPlan plan = Plan(files);
  EXPECT_EQ(plan.sample_rate_hz, plan.config.sample_rate_hz);
  // That of a network is no matter of choice either.
  const auto network = Export(SmallModel(), {});
  EXPECT_EQ(RefusalOf(network, {.sample_rate_hz = 7999}).code, ErrorCode::kInvalidArgument);
}

TEST(RunForeignTest, ANumberOfUnknownMeaningIsRefused) {
  auto rate = FloatValue("sr", {});
  rate.type = onnx::DataType::kInt64;
  const Error error =
      RefusalOf({AudioFile({FloatValue("input", {1, 512}), FloatValue("state", {2, 1, 128}), rate},
                           {FloatValue("output", {1, 512}), FloatValue("stateN", {2, 1, 128})})});
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, AllOf(HasSubstr("denoiser.onnx: input \"sr\""),
                                   HasSubstr("whose meaning this program does not know")));
}

}  // namespace
}  // namespace dfn
