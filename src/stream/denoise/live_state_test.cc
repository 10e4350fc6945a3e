// Tests that save a stream's state and restore it.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/native/native_network.h"
#include "engine/testing/random_model.h"
#include "stream/denoise/live_denoiser.h"
#include "stream/testing/live_stream.h"

namespace dfn {
namespace {

constexpr size_t kSound = 45;  // frames
constexpr size_t kFrames = kSound + 5;

class LiveStateTest : public testing::TestWithParam<std::tuple<NamedConfig, Profile>> {
 protected:
  LiveStateTest() {
    Config config = std::get<NamedConfig>(GetParam()).config;
    config.conv_lookahead_frames = config.df_lookahead_frames = 2;
    network_ = NewNativeNetwork(RandomModel(config, 5));
    const Profile profile = std::get<Profile>(GetParam());
    if (profile == Profile::kLibdf) options_ = GatedOptions(network_);
    options_.profile = profile;
    options_.channels = 2;
    options_.silence_skip = true;
    options_.controls.post_filter = true;
  }

  std::shared_ptr<const Network> network_;
  DenoiserOptions options_;
};

INSTANTIATE_TEST_SUITE_P(Configs, LiveStateTest,
                         testing::Combine(testing::ValuesIn(SmallConfigs()),
                                          testing::Values(Profile::kReference, Profile::kLibdf)),
                         [](const auto& test) {
                           return std::get<NamedConfig>(test.param).name +
                                  (std::get<Profile>(test.param) == Profile::kLibdf ? "_libdf"
                                                                                    : "_reference");
                         });

// The state goes into a stream that has processed another sound, and back into the same one.
TEST_P(LiveStateTest, GoesOnBitForBitFromAnyFrame) {
  LiveStream stream(network_, options_, kSound);
  LiveStream other(network_, options_, kSound, 7);
  other.RunTo(3);
  std::vector<std::vector<float>> states = {stream.State()};
  while (stream.done() < kFrames) {
    stream.Process();
    states.push_back(stream.State());
  }
  // Silence is skipped or, with kLibdf, muted.
  ASSERT_TRUE(stream->skipped_frames() > 0 || stream.MutedFrames() > 0);
  const std::vector<std::vector<float>> expected = stream.samples;
  for (size_t at : {0u, 1u, 2u, 3u, 14u, 20u, 29u, 31u, 44u, 46u}) {
    for (LiveDenoiser* denoiser : {&*other, &*stream}) {
      ASSERT_TRUE(denoiser->RestoreState(states[at].data())) << at;
      std::vector<float> again(states[at].size());
      denoiser->SaveState(again.data());
      EXPECT_EQ(again, states[at]);
      for (size_t t = at; t < kFrames; ++t) {
        std::vector<float> left(48), right(48);
        float* out[] = {left.data(), right.data()};
        if (t < kSound) {
          const float* in[] = {&stream.input[0][t * 48], &stream.input[1][t * 48]};
          denoiser->Process(in, out, 1, nullptr);
        } else {
          denoiser->Flush(out, 1, nullptr);
        }
        for (size_t i = 0; i < 48; ++i) {
          ASSERT_EQ(left[i], expected[0][t * 48 + i]) << "saved at " << at << ", frame " << t;
          ASSERT_EQ(right[i], expected[1][t * 48 + i]) << "saved at " << at << ", frame " << t;
        }
      }
      EXPECT_EQ(denoiser->skipped_frames(), stream->skipped_frames());
    }
  }
}

TEST_P(LiveStateTest, RefusesWhatNoStreamCanHave) {
  LiveStream stream(network_, options_, kSound);
  stream.RunTo(20);
  const std::vector<float> state = stream.State();
  const StateLayout signal = SignalStateLayout(network_->config());
  const size_t channel = network_->state_layout().size() + signal.size();
  const auto expect_refused = [&](size_t at, float value, const std::string& what) {
    std::vector<float> hostile = state;
    hostile[at] = value;
    EXPECT_FALSE(stream->RestoreState(hostile.data())) << what << " of " << value;
  };
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (float value : {kNan, kInfinity, -kInfinity, std::numeric_limits<float>::max()}) {
    for (size_t begin : {size_t{0}, channel}) {
      for (const StateEntry& entry : network_->state_layout().entries()) {
        expect_refused(begin + entry.offset + entry.size - 1, value, entry.name);
      }
      for (const StateEntry& entry : signal.entries()) {
        const size_t offset = begin + network_->state_layout().size() + entry.offset;
        expect_refused(offset + entry.size / 2, value, entry.name);
      }
    }
    for (size_t i = 2 * channel; i < state.size(); ++i) expect_refused(i, value, "count or level");
  }
  const auto of_signal = [&](const char* name) {
    return network_->state_layout().size() + signal.Find(name)->offset;
  };
  expect_refused(of_signal("frame.count"), 3.0f, "frame.count");
  expect_refused(of_signal("frame.count"), 0.5f, "frame.count");
  expect_refused(of_signal("frame.count"), -1.0f, "frame.count");
  expect_refused(of_signal("norm.spec"), -1e-3f, "norm.spec");
  expect_refused(of_signal("stft.analysis"), 2e10f, "stft.analysis");
  expect_refused(network_->state_layout().Find("enc.gru0")->offset, 1.5f, "enc.gru0");
  if (signal.Find("frame.stage") != nullptr) {
    for (float value : {5.0f, 1.5f, -1.0f}) {
      expect_refused(of_signal("frame.stage"), value, "frame.stage");
    }
  }
  expect_refused(2 * channel, 1000.0f, "silence");
  expect_refused(2 * channel + 1, 65536.0f, "skipped");
  expect_refused(2 * channel + 4, 0.25f, "skipped");
  expect_refused(2 * channel + 5, 1.5f, "share of the norms' start");
  EXPECT_EQ(stream.State(), state);
}

// Even the most extreme accepted state has no lasting effect.
TEST_P(LiveStateTest, RecoversFromWhatItAccepts) {
  LiveStream stream(network_, options_, 200);
  std::vector<float> state = stream.State();
  for (size_t i = 0; i < state.size(); ++i) {
    const float old = state[i];
    for (float value : {1e24f, 9e9f, 1.0f, 0.0f}) {
      state[i] = value;
      if (stream->RestoreState(state.data())) break;
      state[i] = old;
    }
  }
  ASSERT_TRUE(stream->RestoreState(state.data()));
  stream.RunTo(200);
  for (float sample : stream.From(20)) ASSERT_TRUE(std::isfinite(sample));
  for (float value : stream.State()) ASSERT_TRUE(std::isfinite(value));
}

}  // namespace
}  // namespace dfn
