#include "cli/enhance/denoiser_crew.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "engine/native/native_network.h"
#include "engine/testing/random_model.h"
#include "stream/testing/fake_network.h"

namespace dfn {
namespace {

// A sound enhanced in calls of different lengths, with the frames behind its end.
struct Sound {
  DenoiserOptions options;
  size_t frames;
  size_t most_frames;  // a call
  std::vector<std::vector<float>> output = {};
  std::vector<float> lsnr_db = {};
  uint64_t skipped = 0;
};

constexpr size_t kFlushed = 4;

void Enhance(Denoiser& denoiser, uint32_t seed, Sound& sound) {
  const size_t hop = denoiser.hop_size();
  std::vector<float*> at(sound.options.channels);
  sound.output.clear();
  for (size_t c = 0; c < at.size(); ++c) {
    sound.output.push_back(TestSignal(sound.frames * hop, seed + 50 * static_cast<uint32_t>(c)));
    std::vector<float>& samples = sound.output.back();
    const auto begin = samples.begin() + static_cast<ptrdiff_t>(sound.frames / 3 * hop);
    std::fill(begin, begin + static_cast<ptrdiff_t>(sound.frames / 3 * hop), 0.0f);
    samples.resize((sound.frames + kFlushed) * hop);
  }
  sound.lsnr_db.assign(sound.frames + kFlushed, 0.0f);
  for (size_t done = 0; done < sound.frames + kFlushed;) {
    const bool past = done >= sound.frames;
    const size_t end = past ? sound.frames + kFlushed : sound.frames;
    const size_t count = std::min(1 + done % sound.most_frames, end - done);
    for (size_t c = 0; c < at.size(); ++c) at[c] = sound.output[c].data() + done * hop;
    if (past) {
      denoiser.Flush(at.data(), count, sound.lsnr_db.data() + done);
    } else {
      denoiser.Process(at.data(), at.data(), count, sound.lsnr_db.data() + done);
    }
    done += count;
  }
  sound.skipped = denoiser.skipped_frames();
}

class DenoiserCrewTest : public testing::TestWithParam<NamedNetwork> {
 protected:
  DenoiserCrewTest() {
    Config config = GetParam().config;
    config.conv_lookahead_frames = config.df_lookahead_frames = 2;
    network_ = NewNativeNetwork(RandomModel(config, 5), {.precision = GetParam().precision});
  }

  static std::vector<Sound> Sounds() {
    std::vector<Sound> sounds;
    for (size_t i = 0; i < 12; ++i) {
      DenoiserOptions options;
      options.max_frames_per_call = 64;
      options.channels = 1 + i % 2;
      options.silence_skip = i % 3 == 1;
      if (i % 4 == 3) options.profile = Profile::kLibdf;
      options.controls.auto_level = i == 5;
      sounds.push_back(
          {.options = options, .frames = 20 + 13 * (i % 5), .most_frames = 1 + 9 * (i % 8)});
    }
    // As many channels as a crew does not take together with others.
    sounds[8].options.channels = 30;
    // An input that passes, and of which lasting quiet is muted.
    sounds[7].options.controls.atten_lim_db = 0.0f;
    return sounds;
  }

  std::shared_ptr<const Network> network_;
};

INSTANTIATE_TEST_SUITE_P(Networks, DenoiserCrewTest, testing::ValuesIn(SmallNetworks()),
                         [](const auto& test) { return test.param.name; });

TEST_P(DenoiserCrewTest, GivesEachSoundTheBitsThatItHasAlone) {
  std::vector<Sound> alone = Sounds();
  for (size_t i = 0; i < alone.size(); ++i) {
    Enhance(*Denoiser::Create(network_, alone[i].options).value(), static_cast<uint32_t>(i),
            alone[i]);
  }
  for (const BatchShape shape :
       {BatchShape{.streams = 4, .rows = 12}, {.streams = 3, .rows = 64}}) {
    const auto crew = DenoiserCrew::Create(network_, shape).value();
    std::vector<Sound> together = Sounds();
    std::vector<std::thread> threads;
    for (size_t t = 0; t < shape.streams; ++t) {
      threads.emplace_back([&, t] {
        for (size_t i = t; i < together.size(); i += shape.streams) {
          const DenoiserCrew::Member member(*crew);
          const auto denoiser = crew->NewDenoiser(together[i].options).value();
          Enhance(*denoiser, static_cast<uint32_t>(i), together[i]);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (size_t i = 0; i < alone.size(); ++i) {
      EXPECT_EQ(together[i].output, alone[i].output) << "sound " << i;
      EXPECT_EQ(together[i].lsnr_db, alone[i].lsnr_db) << "sound " << i;
      EXPECT_EQ(together[i].skipped, alone[i].skipped) << "sound " << i;
    }
  }
}

// A member whose sound ends, or never begins, leaves the others nothing to wait for.
TEST_P(DenoiserCrewTest, GoesOnWithoutMembersThatLeave) {
  const auto crew = DenoiserCrew::Create(network_, {.streams = 2, .rows = 32}).value();
  Sound longer{.options = {}, .frames = 200, .most_frames = 16};
  std::thread enhances([&] {
    const DenoiserCrew::Member member(*crew);
    Enhance(*crew->NewDenoiser(longer.options).value(), 1, longer);
  });
  for (size_t i = 0; i < 50; ++i) {
    const DenoiserCrew::Member member(*crew);
    Sound sound{.options = {}, .frames = i % 3, .most_frames = 2};
    if (i % 2 == 0) Enhance(*crew->NewDenoiser(sound.options).value(), 2, sound);
  }
  enhances.join();
  Sound alone{.options = {}, .frames = 200, .most_frames = 16};
  Enhance(*Denoiser::Create(network_, {}).value(), 1, alone);
  EXPECT_EQ(longer.output, alone.output);
}

// The times of all sounds add up to that of the crew.
TEST_P(DenoiserCrewTest, TellsTheTimeThatWentToOthers) {
  const auto crew = DenoiserCrew::Create(network_, {.streams = 2, .rows = 32}).value();
  std::vector<std::thread> threads;
  std::vector<std::chrono::nanoseconds> own(2);
  const auto start = std::chrono::steady_clock::now();
  for (size_t t = 0; t < own.size(); ++t) {
    threads.emplace_back([&, t] {
      const DenoiserCrew::Member member(*crew);
      const auto denoiser = crew->NewDenoiser({}).value();
      Sound sound{.options = {}, .frames = 300, .most_frames = 16};
      const auto begin = std::chrono::steady_clock::now();
      Enhance(*denoiser, 1, sound);
      own[t] = std::chrono::steady_clock::now() - begin - denoiser->time_for_others();
      EXPECT_GE(own[t].count(), 0);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE((own[0] + own[1]).count(), (std::chrono::steady_clock::now() - start).count());
}

TEST(DenoiserCrewCreateTest, RefusesOptionsAsADenoiserDoes) {
  const auto network = std::make_shared<FakeNetwork>(SmallConfig(Family::kDeepFilterNet3, 0, 0),
                                                     FakeKind::kIdentity);
  const auto crew = DenoiserCrew::Create(network, {.streams = 2, .rows = 32}).value();
  DenoiserOptions options;
  options.controls.post_filter_beta = -1.0f;
  EXPECT_FALSE(crew->NewDenoiser(options).ok());
  options = {};
  options.channels = 0;
  EXPECT_FALSE(crew->NewDenoiser(options).ok());
}

}  // namespace
}  // namespace dfn
