// The official models under ONNX Runtime, in every form that files can have, against what the
// official packages compute (tests/reference).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/official_vectors.h"
#include "common/real_model.h"
#include "convert/config/model_files.h"
#include "convert/export/export.h"
#include "convert/load/load.h"
#include "convert/plan/run_plan.h"
#include "convert/surgery/merge.h"
#include "convert/testing/plans.h"
#include "ort/audio_graph.h"
#include "ort/library.h"
#include "ort/network.h"
#include "stream/denoise/denoiser.h"

namespace dfn {
namespace {

using test::LoadVector;
using test::OfficialInput;
using test::RunStream;
using test::SnrDb;

// One frame a call sums in another order than one sequence; see tests/reference.
constexpr double kMinSnrDb = 100.0;

// Files as users have them.
struct Files {
  std::string name;
  std::optional<ExportLayout> layout;  // none: the official files themselves
  StateForm state = StateForm::kNone;
  bool merged = false;
  RunMode mode = RunMode::kStateless;  // to be found
  bool disguised = false;              // by an operator that the lift does not know
};

void PrintTo(const Files& files, std::ostream* out) { *out << files.name; }

std::vector<Files> AllFiles() {
  using enum ExportLayout;
  using enum StateForm;
  return {
      {"official", std::nullopt, kNone, false, RunMode::kStateless},
      {"official_merged", std::nullopt, kNone, true, RunMode::kStateless},
      {"networks_full", kNetworks, kFull, false, RunMode::kStateful},
      {"networks_full_merged", kNetworks, kFull, true, RunMode::kStateful},
      // The published files with h0, from the same weights.
      {"networks_gru", kNetworks, kGru, false, RunMode::kStateful},
      {"networks_gru_merged", kNetworks, kGru, true, RunMode::kStateful},
      {"networks_none", kNetworks, kNone, false, RunMode::kStateless},
      {"combined_full", kCombined, kFull, false, RunMode::kStateful},
      {"combined_gru", kCombined, kGru, false, RunMode::kStateful},
      {"combined_none", kCombined, kNone, false, RunMode::kStateless},
      {"streaming_full", kStreaming, kFull, false, RunMode::kSplit},
      {"streaming_full_merged", kStreaming, kFull, true, RunMode::kCombinedStreaming},
      {"streaming_gru", kStreaming, kGru, false, RunMode::kSplit},
      {"streaming_gru_merged", kStreaming, kGru, true, RunMode::kCombinedStreaming},
      {"audio", kAudio, kFull, false, RunMode::kAudio},
      {"official_disguised", std::nullopt, kNone, false, RunMode::kStateless, true},
      {"networks_full_disguised", kNetworks, kFull, false, RunMode::kStateful, true},
      {"networks_gru_disguised", kNetworks, kGru, false, RunMode::kStateful, true},
      {"combined_gru_disguised", kCombined, kGru, false, RunMode::kStateful, true},
      {"streaming_gru_disguised", kStreaming, kGru, false, RunMode::kSplit, true},
  };
}

using Parameter = std::tuple<const char*, Files>;

std::string Name(const ::testing::TestParamInfo<Parameter>& test) {
  return std::string(std::get<0>(test.param)) + "_" + std::get<1>(test.param).name;
}

class OrtModelsTest : public ::testing::TestWithParam<Parameter> {
 protected:
  static const char* model_name() { return std::get<0>(GetParam()); }
  static const Files& form() { return std::get<1>(GetParam()); }

  void SetUp() override {
    DFN_REAL_MODEL_OR_SKIP(path, model_name());
    Result<std::vector<NamedBytes>> files = ReadModelFiles(*path);
    ASSERT_TRUE(files.ok()) << files.error().message;
    files_ = std::move(*files);
    auto library = ort::Library::Open();
    ASSERT_TRUE(library.ok()) << library.error().message;
    library_ = std::move(*library);
    if (form().layout) Export();
    if (form().merged) Merge();
    if (form().disguised) files_ = test::Disguise(std::move(files_));
  }

  void Export() {
    Result<Model> model = LoadModelFiles(files_, model_name());
    ASSERT_TRUE(model.ok()) << model.error().message;
    auto exported = ExportModel(*model, {.layout = *form().layout, .state = form().state});
    ASSERT_TRUE(exported.ok()) << exported.error().message;
    files_ = std::move(*exported);
  }

  void Merge() {
    Result<NamedBytes> merged = MergeModelFiles(files_, model_name());
    ASSERT_TRUE(merged.ok()) << merged.error().message;
    std::vector<NamedBytes> rest = {std::move(*merged)};
    for (NamedBytes& file : files_) {
      if (file.name.ends_with(kConfigFile)) rest.push_back(std::move(file));
    }
    files_ = std::move(rest);
  }

  // A fresh stream as the files' plan has it.
  std::unique_ptr<Denoiser> Open(const RunPlanOptions& options, RunPlan& plan) {
    Result<RunPlan> planned = PlanRun(files_, model_name(), options);
    EXPECT_TRUE(planned.ok()) << planned.error().message;
    if (!planned.ok()) return nullptr;
    plan = std::move(*planned);
    if (plan.audio) {
      auto graph = ort::AudioGraph::Load(library_, plan, {});
      EXPECT_TRUE(graph.ok()) << graph.error().message;
      if (!graph.ok()) return nullptr;
      audio_ = *graph;
      auto denoiser = audio_->NewDenoiser({});
      EXPECT_TRUE(denoiser.ok()) << denoiser.error().message;
      return denoiser.ok() ? std::move(*denoiser) : nullptr;
    }
    auto network = ort::NewNetwork(library_, plan, {});
    EXPECT_TRUE(network.ok()) << network.error().message;
    if (!network.ok()) return nullptr;
    network_ = *network;
    auto denoiser = Denoiser::Create(network_, {});
    EXPECT_TRUE(denoiser.ok()) << denoiser.error().message;
    return denoiser.ok() ? std::move(*denoiser) : nullptr;
  }

  void ExpectNoFailure() const {
    const Status status = audio_ != nullptr     ? audio_->status()
                          : network_ != nullptr ? network_->status()
                                                : Status();
    EXPECT_TRUE(status.ok()) << status.error().message;
  }

  std::vector<float> Expected() const {
    std::vector<float> wav = LoadVector<float>(std::string(model_name()) + "/wav");
    // df.enhance feeds zero features past the end, an audio graph sees zero samples.
    if (audio_ != nullptr) wav.resize(wav.size() - 5 * test::kHop);
    return wav;
  }

  std::vector<NamedBytes> files_;
  std::shared_ptr<const ort::Library> library_;
  std::shared_ptr<const Network> network_;
  std::shared_ptr<const ort::AudioGraph> audio_;
};

TEST_P(OrtModelsTest, GivesWhatTheOfficialPackagesGive) {
  RunPlan plan;
  const auto denoiser = Open({}, plan);
  ASSERT_NE(denoiser, nullptr);
  EXPECT_EQ(plan.mode, form().mode);
  EXPECT_EQ(plan.inexact, "");
  if (form().disguised) {
    EXPECT_EQ(plan.form, form().state == StateForm::kFull ? RunForm::kAsGiven : RunForm::kCut);
  }
  auto samples = RunStream(*denoiser, OfficialInput(), 16, true).samples;
  ExpectNoFailure();
  const std::vector<float> expected = Expected();
  samples.resize(expected.size());
  EXPECT_GE(SnrDb(expected, samples), kMinSnrDb);
}

class OrtResetTest : public OrtModelsTest {};

TEST_P(OrtResetTest, AResetIsAFreshStart) {
  RunPlan plan;
  const auto denoiser = Open({}, plan);
  ASSERT_NE(denoiser, nullptr);
  std::vector<float> input = OfficialInput();
  input.resize(30 * test::kHop);
  const auto fresh = RunStream(*denoiser, input, 7, false);
  denoiser->Reset();
  const auto again = RunStream(*denoiser, input, 1, false);
  ExpectNoFailure();
  EXPECT_EQ(again.samples, fresh.samples);
  EXPECT_EQ(again.lsnr_db, fresh.lsnr_db);
}

INSTANTIATE_TEST_SUITE_P(Forms, OrtModelsTest,
                         ::testing::Combine(::testing::Values("dfn2", "dfn2_ll", "dfn3", "dfn3_ll"),
                                            ::testing::ValuesIn(AllFiles())),
                         Name);

INSTANTIATE_TEST_SUITE_P(Forms, OrtResetTest,
                         ::testing::Combine(::testing::Values("dfn2", "dfn3"),
                                            ::testing::ValuesIn(AllFiles())),
                         Name);

// A network over windows loses everything before them, so it is never exact, but longer windows are
// better.
class OrtWindowTest : public OrtModelsTest {};

TEST_P(OrtWindowTest, IsTheCloserTheLongerTheWindow) {
  double previous = 0;
  for (size_t window : {10, 40, 100}) {
    RunPlan plan;
    const auto denoiser = Open({.mode = RunMode::kStateless, .window_frames = window}, plan);
    ASSERT_NE(denoiser, nullptr);
    EXPECT_EQ(plan.form, RunForm::kAsGiven);
    const auto stream = RunStream(*denoiser, OfficialInput(), 16, true);
    ExpectNoFailure();
    const double snr = SnrDb(Expected(), stream.samples);
    RecordProperty("snr_db_window_" + std::to_string(window), std::to_string(snr));
    EXPECT_GT(snr, previous) << "window of " << window;
    previous = snr;
  }
  // Of 102 frames all but the last two see everything.
  EXPECT_GE(previous, 40.0);
}

INSTANTIATE_TEST_SUITE_P(OfficialFiles, OrtWindowTest,
                         ::testing::Combine(::testing::Values("dfn2", "dfn2_ll", "dfn3"),
                                            ::testing::Values(AllFiles().front())),
                         Name);

}  // namespace
}  // namespace dfn
