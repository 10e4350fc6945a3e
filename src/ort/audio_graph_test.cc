#include "ort/audio_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "dsp/snr.h"
#include "engine/native/native_network.h"
#include "ort/testing/networks.h"

namespace dfn::ort {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

// The tolerance of a graph from samples to samples in float32 against the engine.
constexpr double kMinSnrDb = 90.0;
constexpr size_t kHops = 40;

Config SmallSignal() {
  Config config = test::SmallConfigs()[0].config;
  config.fft_size = 240;
  config.hop_size = 120;
  config.min_erb_band_bins = 1;
  return config;
}

std::vector<float> Noise(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> samples;
  test::FillRandom(samples, size, random);
  return samples;
}

std::shared_ptr<const AudioGraph> Open(const RunPlan& plan) {
  auto graph = AudioGraph::Load(test::OpenLibrary(), plan, {});
  EXPECT_TRUE(graph.ok()) << graph.error().message;
  return graph.ok() ? std::move(graph).value() : nullptr;
}

// The exported graph of a small model, and the model.
struct Exported {
  Model model = test::RandomModel(SmallSignal(), 1);
  RunPlan plan = test::Plan(test::Export(model, {.layout = ExportLayout::kAudio}));
};

std::vector<float> Enhance(Denoiser& denoiser, const std::vector<float>& input, size_t cut) {
  std::vector<float> output(input.size());
  const size_t hop = denoiser.hop_size();
  for (size_t at = 0; at < input.size(); at += cut * hop) {
    const float* in = input.data() + at;
    float* out = output.data() + at;
    denoiser.Process(&in, &out, std::min(cut, (input.size() - at) / hop), nullptr);
  }
  return output;
}

TEST(AudioGraphTest, SoundsAsTheNativeDenoiser) {
  const Exported exported;
  const auto graph = Open(exported.plan);
  ASSERT_NE(graph, nullptr);
  EXPECT_EQ(graph->hop_size(), exported.model.config.hop_size);
  EXPECT_EQ(graph->sample_rate_hz(), exported.model.config.sample_rate_hz);
  EXPECT_EQ(graph->delay_samples(), exported.model.config.delay_samples());
  const std::vector<float> input = Noise(kHops * graph->hop_size(), 2);
  auto ours = graph->NewDenoiser({});
  ASSERT_TRUE(ours.ok()) << ours.error().message;
  auto native = Denoiser::Create(NewNativeNetwork(exported.model), {});
  ASSERT_TRUE(native.ok()) << native.error().message;
  const std::vector<float> expected = Enhance(**native, input, 8);
  const std::vector<float> found = Enhance(**ours, input, 8);
  EXPECT_GE(SnrDb(expected, found), kMinSnrDb);
  EXPECT_TRUE(graph->status().ok());
}

TEST(AudioGraphTest, CutsAndResetsDoNotMatter) {
  const Exported exported;
  const auto graph = Open(exported.plan);
  ASSERT_NE(graph, nullptr);
  const std::vector<float> input = Noise(kHops * graph->hop_size(), 2);
  auto denoiser = graph->NewDenoiser({});
  ASSERT_TRUE(denoiser.ok());
  const std::vector<float> fresh = Enhance(**denoiser, input, 1);
  EXPECT_NE(Enhance(**denoiser, input, 1), fresh);
  (*denoiser)->Reset();
  EXPECT_EQ(Enhance(**denoiser, input, 7), fresh);
}

TEST(AudioGraphTest, ChannelsDoNotTouchEachOther) {
  const Exported exported;
  const auto graph = Open(exported.plan);
  ASSERT_NE(graph, nullptr);
  const std::vector<float> left = Noise(kHops * graph->hop_size(), 2);
  const std::vector<float> right = Noise(kHops * graph->hop_size(), 3);
  auto both = graph->NewDenoiser({.channels = 2});
  ASSERT_TRUE(both.ok());
  std::vector<float> in_place[2] = {left, right};
  float* channels[2] = {in_place[0].data(), in_place[1].data()};
  std::vector<float> lsnr_db(kHops);
  (*both)->Process(channels, channels, kHops, lsnr_db.data());
  auto one = graph->NewDenoiser({});
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(in_place[0], Enhance(**one, left, kHops));
  (*one)->Reset();
  EXPECT_EQ(in_place[1], Enhance(**one, right, kHops));
  EXPECT_GE(*std::max_element(lsnr_db.begin(), lsnr_db.end()), exported.model.config.lsnr_min_db);
}

TEST(AudioGraphTest, FlushIsSilenceAndBrokenSamplesAreToo) {
  const Exported exported;
  const auto graph = Open(exported.plan);
  ASSERT_NE(graph, nullptr);
  const size_t size = 5 * graph->hop_size();
  auto denoiser = graph->NewDenoiser({});
  ASSERT_TRUE(denoiser.ok());
  const std::vector<float> input = Noise(size, 2);
  Enhance(**denoiser, input, 5);
  std::vector<float> flushed(size);
  float* out = flushed.data();
  (*denoiser)->Flush(&out, 5, nullptr);
  (*denoiser)->Reset();
  Enhance(**denoiser, input, 5);
  EXPECT_EQ(Enhance(**denoiser, std::vector<float>(size, std::nanf("")), 5), flushed);
}

TEST(AudioGraphTest, RefusesWhatTheGraphCannotDo) {
  const Exported exported;
  const auto graph = Open(exported.plan);
  ASSERT_NE(graph, nullptr);
  const auto refused = [&](const DenoiserOptions& options) {
    const auto denoiser = graph->NewDenoiser(options);
    EXPECT_FALSE(denoiser.ok());
    return denoiser.ok() ? Error{ErrorCode::kExists, ""} : denoiser.error();
  };
  for (const DenoiserOptions& options :
       {DenoiserOptions{.profile = Profile::kLibdf}, DenoiserOptions{.channels = 0},
        DenoiserOptions{.max_frames_per_call = 0},
        DenoiserOptions{.controls = {.post_filter = true}},
        DenoiserOptions{.controls = {.atten_lim_db = std::nanf("")}}}) {
    EXPECT_EQ(refused(options).code, ErrorCode::kInvalidArgument);
  }
  EXPECT_THAT(refused({.controls = {.atten_lim_db = 12.0f}}).message,
              HasSubstr("no input for an attenuation"));
}

// The frame before, times the limit.
RunPlan Foreign(int64_t hop) {
  return test::Plan({test::AudioGraph("denoiser.onnx", hop)}, {.sample_rate_hz = 16000});
}

TEST(AudioGraphTest, AForeignGraphTakesALimit) {
  const auto graph = Open(Foreign(160));
  ASSERT_NE(graph, nullptr);
  EXPECT_EQ(graph->hop_size(), 160u);
  // The limit lets the frame before through, so the delay can be measured.
  EXPECT_EQ(graph->delay().source, DelaySource::kMeasured);
  EXPECT_EQ(graph->delay_samples(), 160u);
  const std::vector<float> ones(320, 1.0f);
  for (const auto& [limit_db, expected] :
       {std::pair{12.0f, 12.0f}, {-12.0f, 12.0f}, {100.0f, 0.0f}}) {
    auto denoiser = graph->NewDenoiser({.controls = {.atten_lim_db = limit_db}});
    ASSERT_TRUE(denoiser.ok()) << denoiser.error().message;
    const std::vector<float> output = Enhance(**denoiser, ones, 2);
    EXPECT_THAT(std::vector<float>(output.begin() + 160, output.end()), Each(expected));
  }
}

TEST(AudioGraphTest, ARunThatFailsIsSilent) {
  RunPlan plan = Foreign(160);
  NamedBytes file{.name = "denoiser.onnx", .bytes = plan.audio->model};
  test::ChangeGraph(file, [](onnx::Graph& graph) {
    graph.initializers.push_back(test::FloatVector("table", {0.5f, 0.5f}));
    graph.nodes[0] =
        test::MakeNode("Cast", {"input_frame"}, "index", {{.name = "to", .value = int64_t{7}}});
    graph.nodes.push_back(test::MakeNode("Gather", {"table", "index"}, "enhanced_frame"));
  });
  plan.audio->model = file.bytes;
  const auto graph = Open(plan);
  ASSERT_NE(graph, nullptr);
  auto denoiser = graph->NewDenoiser({});
  ASSERT_TRUE(denoiser.ok());
  EXPECT_THAT(Enhance(**denoiser, std::vector<float>(160, 0.0f), 1), Each(0.5f));
  EXPECT_TRUE(graph->status().ok());
  EXPECT_THAT(Enhance(**denoiser, std::vector<float>(160, 9.0f), 1), Each(0.0f));
  ASSERT_FALSE(graph->status().ok());
  EXPECT_THAT(graph->status().error().message, HasSubstr("denoiser.onnx"));
}

TEST(AudioGraphTest, OutputThatIsNoNumberIsSilentAndSaid) {
  RunPlan plan = Foreign(160);
  NamedBytes file{.name = "denoiser.onnx", .bytes = plan.audio->model};
  test::ChangeGraph(file, [](onnx::Graph& graph) {
    graph.initializers.push_back(test::FloatVector("nine", {9.0f}));
    graph.nodes[0] = test::MakeNode("Sub", {"input_frame", "nine"}, "difference");
    graph.nodes.push_back(test::MakeNode("Div", {"input_frame", "difference"}, "enhanced_frame"));
  });
  plan.audio->model = file.bytes;
  const auto graph = Open(plan);
  ASSERT_NE(graph, nullptr);
  auto denoiser = graph->NewDenoiser({});
  ASSERT_TRUE(denoiser.ok());
  EXPECT_THAT(Enhance(**denoiser, std::vector<float>(160, 18.0f), 1), Each(2.0f));
  EXPECT_TRUE(graph->status().ok());
  EXPECT_THAT(Enhance(**denoiser, std::vector<float>(160, 9.0f), 1), Each(0.0f));
  ASSERT_FALSE(graph->status().ok());
  EXPECT_THAT(graph->status().error().message, HasSubstr("NaN or infinite on this sound"));
}

TEST(AudioGraphTest, StatesThatDoNotFitAreRefused) {
  RunPlan plan = Foreign(160);
  plan.audio->states[0].shape = {1, 161};
  const auto graph = AudioGraph::Load(test::OpenLibrary(), plan, {});
  ASSERT_FALSE(graph.ok());
  EXPECT_EQ(graph.error().code, ErrorCode::kMismatch);
  EXPECT_THAT(graph.error().message, AllOf(HasSubstr("denoiser.onnx"), HasSubstr("states")));
}

// Frames of 160 samples, late by the length of the state, through `last`.
RunPlan DelayLine(int64_t delay, const std::vector<onnx::Node>& last,
                  const std::vector<std::pair<std::string, std::string>>& metadata = {}) {
  NamedBytes file = test::AudioGraph("line.onnx", 160);
  test::ChangeGraph(file, [&](onnx::Graph& graph) {
    using test::IntsAttribute;
    graph.opset = 9;  // the last one but one whose Slice has attributes
    graph.inputs = {test::FloatValue("frame", {160}), test::FloatValue("line", {delay})};
    graph.outputs = {test::FloatValue("enhanced", {160}), test::FloatValue("new_line", {delay})};
    graph.nodes = {
        test::MakeNode("Concat", {"line", "frame"}, "all", {{.name = "axis", .value = int64_t{0}}}),
        test::MakeNode("Slice", {"all"}, "late",
                       {IntsAttribute("starts", {0}), IntsAttribute("ends", {160})}),
        test::MakeNode("Slice", {"all"}, "new_line",
                       {IntsAttribute("starts", {160}), IntsAttribute("ends", {100'000})})};
    graph.nodes.insert(graph.nodes.end(), last.begin(), last.end());
    graph.metadata = metadata;
  });
  return test::Plan({file}, {.sample_rate_hz = 16000});
}

TEST(AudioGraphTest, ADelayThatIsNotToldIsMeasured) {
  for (const int64_t delay : {1, 160, 467, 3000}) {
    const auto graph = Open(DelayLine(delay, {test::MakeNode("Tanh", {"late"}, "enhanced")}));
    ASSERT_NE(graph, nullptr);
    EXPECT_EQ(graph->delay().source, DelaySource::kMeasured);
    EXPECT_EQ(graph->delay_samples(), static_cast<size_t>(delay));
  }
  const auto told = Open(DelayLine(467, {test::MakeNode("Identity", {"late"}, "enhanced")},
                                   {{"delay_samples", "320"}}));
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->delay().source, DelaySource::kTold);
  EXPECT_EQ(told->delay_samples(), 320u);
}

// Silence, a sound of its own, and a delay of more than half a second.
TEST(AudioGraphTest, ADelayThatCannotBeMeasuredIsUnknown) {
  for (const RunPlan& plan :
       {DelayLine(467, {test::MakeNode("Sub", {"late", "late"}, "enhanced")}),
        DelayLine(467, {test::MakeNode("Sub", {"late", "late"}, "zero"),
                        test::MakeNode("Cos", {"zero"}, "enhanced")}),
        DelayLine(9000, {test::MakeNode("Identity", {"late"}, "enhanced")})}) {
    const auto graph = Open(plan);
    ASSERT_NE(graph, nullptr);
    EXPECT_EQ(graph->delay().source, DelaySource::kUnknown);
    EXPECT_EQ(graph->delay_samples(), 0u);
  }
}

TEST(AudioGraphTest, ARateThatNobodyTellsIsRefused) {
  const auto graph = AudioGraph::Load(test::OpenLibrary(),
                                      test::Plan({test::AudioGraph("denoiser.onnx", 160)}), {});
  ASSERT_FALSE(graph.ok());
  EXPECT_EQ(graph.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace dfn::ort
