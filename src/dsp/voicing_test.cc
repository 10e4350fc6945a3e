#include "dsp/voicing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

namespace dfn {
namespace {

using Sound = std::function<float(double seconds)>;

// Ten harmonics, the weaker the higher.
float Voice(double hz, double seconds) {
  double sum = 0.0;
  for (int n = 1; n <= 10; ++n) sum += std::sin(2.0 * std::numbers::pi * hz * n * seconds) / n;
  return static_cast<float>(sum);
}

class VoicingTest : public testing::Test {
 protected:
  // Hears 0.2 s in pieces of `count` samples; returns the last periodicity.
  static float Hear(const Voicing& voicing, size_t rate_hz, size_t count, const Sound& sound,
                    std::vector<float>& state) {
    std::vector<float> samples(count);
    for (size_t begin = 0; begin < rate_hz / 5; begin += count) {
      for (size_t i = 0; i < count; ++i) {
        samples[i] = sound(static_cast<double>(begin + i) / static_cast<double>(rate_hz));
      }
      voicing.Hear(samples.data(), count, state.data());
    }
    return voicing.Periodicity(state.data());
  }

  static float Periodicity(size_t rate_hz, const Sound& sound) {
    const Voicing voicing(rate_hz);
    std::vector<float> state(voicing.state_size());
    return Hear(voicing, rate_hz, rate_hz / 100, sound, state);
  }

  float Noise() { return normal_(random_); }

  std::mt19937 random_{5};
  std::normal_distribution<float> normal_;
};

TEST_F(VoicingTest, VoicesRepeatThemselves) {
  for (size_t rate_hz : {8000u, 16000u, 44100u, 48000u}) {
    for (double hz : {80.0, 120.0, 210.0, 350.0}) {
      const float periodicity = Periodicity(rate_hz, [=](double s) { return Voice(hz, s); });
      EXPECT_GT(periodicity, 0.9f) << hz << " Hz at " << rate_hz;
      EXPECT_LE(periodicity, 1.0f);
    }
  }
}

TEST_F(VoicingTest, VoicesAreHeardInNoiseAndAtAnyLevel) {
  for (float level : {1e-7f, 1.0f, 1e9f}) {
    const auto voice = [&](double s) { return level * (Voice(130.0, s) + Noise()); };
    EXPECT_GT(Periodicity(48000, voice), 0.65f) << level;
  }
}

TEST_F(VoicingTest, NoiseDoesNot) {
  for (size_t rate_hz : {16000u, 48000u}) {
    for (int i = 0; i < 100; ++i) {
      EXPECT_LT(Periodicity(rate_hz, [&](double) { return Noise(); }), 0.6f);
    }
  }
}

TEST_F(VoicingTest, ADropOrALongerPauseIsNoVoice) {
  EXPECT_LT(Periodicity(48000, [](double s) { return s < 0.18 ? 0.0f : 1.0f; }), 0.6f);
  EXPECT_EQ(Periodicity(48000, [](double) { return 0.0f; }), 0.0f);
}

TEST_F(VoicingTest, PiecesDoNotMatter) {
  const Voicing voicing(44100);
  const Sound sound = [](double s) { return Voice(100.0, s); };
  std::vector<float> expected(voicing.state_size());
  Hear(voicing, 44100, 1, sound, expected);
  for (size_t count : {7u, 20u, 441u, 8820u}) {
    std::vector<float> state(voicing.state_size());
    Hear(voicing, 44100, count, sound, state);
    if (8820 % count == 0) EXPECT_EQ(state, expected) << count;
  }
}

TEST_F(VoicingTest, LowRatesHaveTheirLags) {
  for (size_t rate_hz : {800u, 2000u, 3000u}) {
    EXPECT_GT(Periodicity(rate_hz, [](double s) { return Voice(150.0, s); }), 0.7f) << rate_hz;
  }
}

TEST_F(VoicingTest, KnowsWhatNoStateCanBe) {
  const Voicing voicing(48000);
  std::vector<float> state(voicing.state_size());
  Hear(
      voicing, 48000, 100, [](double s) { return Voice(100.0, s); }, state);
  EXPECT_TRUE(voicing.IsState(state.data()));
  for (float& number : state) {
    const float kept = number;
    for (float value : {std::numeric_limits<float>::quiet_NaN(),
                        std::numeric_limits<float>::infinity(), -1e30f, 1e30f}) {
      number = value;
      EXPECT_FALSE(voicing.IsState(state.data()));
    }
    number = kept;
  }
}

}  // namespace
}  // namespace dfn
