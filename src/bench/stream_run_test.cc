#include "bench/stream_run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "bench/speeds.h"
#include "engine/native/native_network.h"
#include "engine/testing/random_model.h"

namespace dfn::bench {
namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();

Model SmallModel() { return RandomModel(SmallConfigs().front().config, 1); }

std::vector<float> Sound(const Config& config, size_t frames) {
  std::vector<float> sound(frames * config.hop_size);
  for (size_t i = 0; i < sound.size(); ++i) {
    sound[i] = 0.3f * static_cast<float>(std::sin(0.05 * static_cast<double>(i * (1 + i % 7))));
  }
  return sound;
}

TEST(StreamRunTest, EveryPaceGivesTheBitsOfTheReference) {
  const Model model = SmallModel();
  const std::vector<float> sound = Sound(model.config, 37);
  const auto reference = ReferenceOutput(model, sound);
  ASSERT_TRUE(reference.ok());
  EXPECT_EQ(reference->size(), sound.size() - model.config.delay_samples());
  const std::shared_ptr<const Network> network = NewNativeNetwork(model);
  for (const Pace& pace :
       {Pace{}, Pace{.frames_a_call = 5}, Pace{.streams = 3}, Pace{.sleep_ms = 0.01}}) {
    auto run = StreamRun::Create(network, pace, sound);
    ASSERT_TRUE(run.ok());
    run->Record(kForever);
    EXPECT_EQ(run->recorded_samples(), reference->size());
    EXPECT_EQ(run->SnrDb(*reference), std::numeric_limits<double>::infinity());
  }
}

TEST(StreamRunTest, TheSnrIsThatOfTheWorstStreamAndSeesAnError) {
  const Model model = SmallModel();
  const std::vector<float> sound = Sound(model.config, 20);
  auto reference = ReferenceOutput(model, sound);
  ASSERT_TRUE(reference.ok());
  auto run = StreamRun::Create(NewNativeNetwork(model), {.streams = 2}, sound);
  ASSERT_TRUE(run.ok());
  run->Record(kForever);
  for (float& sample : *reference) sample *= 1.01f;
  EXPECT_NEAR(run->SnrDb(*reference), 20.0 * std::log10(1.01 / 0.01), 0.01);
}

TEST(StreamRunTest, TimesEachCallAndCountsFramesOfAllStreams) {
  const Model model = SmallModel();
  const std::vector<float> sound = Sound(model.config, 3);
  auto run = StreamRun::Create(NewNativeNetwork(model), {.streams = 2, .frames_a_call = 4}, sound);
  ASSERT_TRUE(run.ok());
  EXPECT_TRUE(std::isnan(run->SnrDb(sound)));
  run->Measure(0.0);
  run->Measure(0.0);
  EXPECT_EQ(run->timed_frames(), 16u);
  EXPECT_EQ(run->frame_us().count, 2u);
  EXPECT_GT(run->frame_us().min, 0.0);
}

TEST(StreamRunTest, SoundShorterThanAHopIsRefused) {
  const Model model = SmallModel();
  const std::vector<float> sound(model.config.hop_size - 1);
  const auto run = StreamRun::Create(NewNativeNetwork(model), {}, sound);
  ASSERT_FALSE(run.ok());
  EXPECT_EQ(run.error().code, ErrorCode::kInvalidArgument);
}

TEST(SpeedsTest, ALineForEachModePaceAndPrecisionWithItsError) {
  const Model model = SmallModel();
  const std::vector<float> sound = Sound(model.config, 40);
  const auto reference = ReferenceOutput(model, sound);
  ASSERT_TRUE(reference.ok());
  for (const KernelTarget target : SupportedKernelTargets()) {
    const SpeedPlan plan = {
        target, {FindMode("live"), FindMode("streams")}, {Precision::kF32}, 0.01};
    const auto speeds = MeasureSpeeds(model, plan, sound, *reference);
    ASSERT_TRUE(speeds.ok());
    ASSERT_EQ(speeds->size(), 5u);
    EXPECT_EQ(speeds->front().mode, "live");
    EXPECT_EQ(speeds->back().pace.streams, 64u);
    for (const Speed& speed : *speeds) {
      EXPECT_EQ(speed.target, KernelTargetName(target));
      EXPECT_GE(speed.frame_us.count, 5u);
      // Instruction sets round differently.
      EXPECT_GT(speed.snr_db, 80.0);
    }
  }
}

TEST(SpeedsTest, FurtherStreamsTakeTheirStateAtLeast) {
  // Of more weights than fit on one large page.
  Config config = SmallConfigs().front().config;
  config.emb_hidden = config.df_hidden = 512;
  const Model model = RandomModel(config, 1);
  const auto memory = MeasureMemory(model, Precision::kF32);
  ASSERT_TRUE(memory.ok());
  if (!memory->has_value()) GTEST_SKIP() << "NOT TESTED: this heap is not counted";
  const size_t weights = CountModel(model).parameters() * sizeof(float);
  EXPECT_GE((*memory)->network_bytes, weights);
  EXPECT_GE((*memory)->stream_bytes, NetworkStateLayout(model.config).size() * sizeof(float));
}

}  // namespace
}  // namespace dfn::bench
