// Processes signals that no microphone should give, then speech: the output stays finite, and the
// speech is enhanced as usual.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "audio/sound_file.h"
#include "base/noise.h"
#include "common/c_api.h"
#include "common/real_model.h"

namespace dfn::test {
namespace {

constexpr size_t kRate = 48000;
// Compares the level of the output in each half second, from a second after the start of the
// speech, with that of the speech alone through a fresh stream.
constexpr double kMostLevelErrorDb = 1.0;
constexpr size_t kWindow = kRate / 2;
// Enhanced speech stays below full scale; samples far beyond it are from the disturbance.
constexpr float kMostSample = 4.0f;

std::vector<float> Speech() {
  const auto reader = OpenSoundFile(DFN_SOURCE_DIR "/examples/sample/noisy.flac");
  EXPECT_TRUE(reader.ok()) << reader.error().message;
  EXPECT_EQ((*reader)->info().rate_hz, kRate);
  const size_t channels = (*reader)->info().channels;
  std::vector<float> interleaved(5 * kRate * channels);
  const auto frames = (*reader)->Read(interleaved);
  EXPECT_TRUE(frames.ok());
  std::vector<float> speech(*frames);
  for (size_t i = 0; i < speech.size(); ++i) speech[i] = interleaved[i * channels];
  return speech;
}

// Returns sample i of the `seconds` before the speech.
struct Disturbance {
  const char* name;
  double seconds;
  std::function<float(size_t i, uint32_t random)> sample;
};
void PrintTo(const Disturbance& disturbance, std::ostream* out) { *out << disturbance.name; }

const std::vector<Disturbance>& Disturbances() {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  static const std::vector<Disturbance> all = {
      {"Nan", 1, [](size_t, uint32_t) { return std::numeric_limits<float>::quiet_NaN(); }},
      {"Infinity", 1, [](size_t i, uint32_t) { return i % 2 == 0 ? kInfinity : -kInfinity; }},
      {"Huge", 1, [](size_t i, uint32_t) { return i % 3 == 0 ? 3e38f : -1e11f; }},
      {"BrokenNow", 3,
       [](size_t, uint32_t random) {
         return random % 500 == 0 ? std::numeric_limits<float>::quiet_NaN()
                                  : static_cast<float>(random >> 8) * 0x1p-27f - 0.0625f;
       }},
      {"Denormals", 5,
       [](size_t, uint32_t random) {
         return static_cast<float>(static_cast<int32_t>(random) * 0x1p-160);
       }},
      {"Clipped", 5,
       [](size_t i, uint32_t random) {
         const double tone = 8 * std::sin(0.03 * static_cast<double>(i)) +
                             static_cast<double>(random >> 8) * 0x1p-23 - 1;
         return static_cast<float>(std::clamp(tone, -1.0, 1.0));
       }},
      {"Dc", 5, [](size_t, uint32_t) { return 0.5f; }},
      {"FullScaleDc", 5, [](size_t, uint32_t) { return -1.0f; }},
      {"MinuteOfSilence", 60, [](size_t, uint32_t) { return 0.0f; }}};
  return all;
}

// Processes `before` and then `speech` in blocks of a little more than 10 ms.
std::vector<float> Enhance(dfn_stream* stream, std::vector<float> sound) {
  constexpr size_t kBlock = 500;
  const size_t delay = dfn_stream_delay_samples(stream);
  for (size_t at = 0; at < sound.size(); at += kBlock) {
    const float* in = &sound[at];
    float* out = &sound[at];
    EXPECT_EQ(dfn_stream_process(stream, &in, &out, std::min(kBlock, sound.size() - at)), DFN_OK);
  }
  std::vector<float> tail(delay);
  float* out = tail.data();
  EXPECT_EQ(dfn_stream_flush(stream, &out, delay), DFN_OK);
  sound.insert(sound.end(), tail.begin(), tail.end());
  sound.erase(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(delay));
  return sound;
}

double Energy(const std::vector<float>& sound, size_t begin, size_t samples) {
  double energy = 0;
  for (size_t i = begin; i < begin + samples; ++i)
    energy += static_cast<double>(sound[i]) * sound[i];
  return energy;
}

class RobustnessTest : public ::testing::TestWithParam<std::tuple<Disturbance, dfn_profile>> {};

TEST_P(RobustnessTest, SpeechAfterItIsAsLoudAsEver) {
  DFN_REAL_MODEL_OR_SKIP(path, "dfn3");
  static const CModel model = OpenModel(path->string());
  static const std::vector<float> speech = Speech();
  const auto& [disturbance, profile] = GetParam();
  dfn_stream_options options = DefaultOptions();
  options.profile = profile;
  const CStream stream = CreateStream(model, options);
  ASSERT_NE(stream, nullptr);
  const std::vector<float> clean = Enhance(stream.get(), speech);

  const auto before = static_cast<size_t>(disturbance.seconds * kRate);
  std::vector<float> sound(before);
  NoiseGenerator random;
  for (size_t i = 0; i < before; ++i) {
    sound[i] = disturbance.sample(i, random.NextBits());
  }
  sound.insert(sound.end(), speech.begin(), speech.end());
  dfn_stream_reset(stream.get());
  const std::vector<float> output = Enhance(stream.get(), sound);

  ASSERT_EQ(output.size(), sound.size());
  const auto wrong = std::find_if(output.begin(), output.end(), [](float value) {
    return !std::isfinite(value) || std::abs(value) > kMostSample;
  });
  EXPECT_EQ(wrong, output.end()) << *wrong << " at " << wrong - output.begin();
  for (size_t begin = kRate; begin + kWindow <= speech.size(); begin += kWindow) {
    const double level_db =
        10 * std::log10(Energy(output, before + begin, kWindow) / Energy(clean, begin, kWindow));
    EXPECT_LE(std::abs(level_db), kMostLevelErrorDb)
        << static_cast<double>(begin) / kRate << " s after the speech began";
  }
}

INSTANTIATE_TEST_SUITE_P(Disturbances, RobustnessTest,
                         ::testing::Combine(::testing::ValuesIn(Disturbances()),
                                            ::testing::Values(DFN_PROFILE_REFERENCE,
                                                              DFN_PROFILE_LIBDF)),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param).name) +
                                  (std::get<1>(test.param) == DFN_PROFILE_LIBDF ? "Libdf"
                                                                                : "Reference");
                         });

}  // namespace
}  // namespace dfn::test
