// Tests many whole sounds in one call: each has the bits that dfn_enhance gives it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deepfilter/tools.hpp>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "capi/small_model.h"

namespace dfn::test {
namespace {

using deepfilter::EnhanceBatchOptions;
using deepfilter::EnhanceOptions;
using deepfilter::Model;
using deepfilter::StreamOptions;
using testing::HasSubstr;

// Clips with their outputs.
class Clips {
 public:
  Clips(const std::vector<size_t>& lengths, size_t channels) {
    uint32_t seed = 0;
    for (const size_t length : lengths) {
      input_.emplace_back();
      for (size_t c = 0; c < channels; ++c) input_.back().push_back(TestNoise(length, ++seed));
      output_.emplace_back(channels, std::vector<float>(length, -1.0f));
    }
    for (size_t i = 0; i < lengths.size(); ++i) {
      inputs_.emplace_back();
      outputs_.emplace_back();
      for (size_t c = 0; c < channels; ++c) {
        inputs_.back().push_back(input_[i][c].data());
        outputs_.back().push_back(output_[i][c].data());
      }
      clips_.push_back({nullptr, nullptr, lengths[i]});
    }
    for (size_t i = 0; i < lengths.size(); ++i) {
      clips_[i].input = inputs_[i].data();
      clips_[i].output = outputs_[i].data();
    }
  }

  const std::vector<dfn_clip>& clips() const { return clips_; }
  const std::vector<std::vector<std::vector<float>>>& output() const { return output_; }

  // One by one.
  std::vector<std::vector<std::vector<float>>> Alone(const Model& model,
                                                     const dfn_stream_options& stream) const {
    auto options = EnhanceOptions();
    options.stream = &stream;
    std::vector<std::vector<std::vector<float>>> all;
    for (const auto& planes : input_) {
      all.emplace_back();
      std::vector<const float*> in;
      std::vector<float*> out;
      for (const auto& plane : planes) all.back().emplace_back(plane.size());
      for (size_t c = 0; c < planes.size(); ++c) {
        in.push_back(planes[c].data());
        out.push_back(all.back()[c].data());
      }
      deepfilter::Enhance(model, in.data(), out.data(), planes.front().size(), options);
    }
    return all;
  }

 private:
  std::vector<std::vector<std::vector<float>>> input_;  // [clip][channel][sample]
  std::vector<std::vector<std::vector<float>>> output_;
  std::vector<std::vector<const float*>> inputs_;
  std::vector<std::vector<float*>> outputs_;
  std::vector<dfn_clip> clips_;
};

// More than a group has, shorter than a hop and longer than a call of the network; and none.
const std::vector<size_t> kLengths = {7001, 1, 0,   48000,  479,   480,   481, 20000, 3,    30720,
                                      9000, 0, 960, 100000, 12345, 24000, 5,   15360, 61440};

class EnhanceBatchTest : public testing::Test {
 protected:
  const Model model_ = SmallModel();
};

TEST_F(EnhanceBatchTest, EachClipHasTheBitsThatItHasAlone) {
  std::vector<dfn_stream_options> all(10, StreamOptions());
  all[1].sample_rate_hz = 16000;
  all[2].sample_rate_hz = 44100;
  all[2].channels = 2;
  all[3].profile = DFN_PROFILE_LIBDF;
  all[3].channels = 2;
  all[3].channel_mode = DFN_CHANNELS_LINKED;
  all[4].channels = 3;
  all[4].channel_mode = DFN_CHANNELS_DOWNMIX;
  all[4].silence_skip = 1;
  all[5].level = DFN_LEVEL_AUTO;
  all[5].attenuation_limit_db = 12.0f;
  all[6].level = DFN_LEVEL_FIXED;
  all[6].level_gain_db = 20.0f;
  all[6].precision = DFN_PRECISION_I8;
  // Hops past the end are quiet, and each waits for the one before it.
  all[7].profile = DFN_PROFILE_LIBDF;
  all[7].max_db_erb_threshold = -15.0f;
  all[8].sample_rate_hz = 16000;
  all[8].band = DFN_BAND_AUTO;
  // What counts is how loud the network hears a hop: here some are quiet.
  all[9].profile = DFN_PROFILE_LIBDF;
  all[9].level = DFN_LEVEL_FIXED;
  all[9].level_gain_db = -58.0f;
  all[9].min_db_threshold = -100.0f;
  all[9].max_db_erb_threshold = -20.0f;
  for (size_t i = 0; i < all.size(); ++i) {
    for (const uint32_t threads : {1u, 3u}) {
      Clips clips(kLengths, all[i].channels);
      auto options = EnhanceBatchOptions();
      options.stream = &all[i];
      options.threads = threads;
      deepfilter::EnhanceBatch(model_, clips.clips().data(), clips.clips().size(), options);
      EXPECT_EQ(clips.output(), clips.Alone(model_, all[i])) << i << ", threads " << threads;
    }
  }
}

TEST_F(EnhanceBatchTest, AClipMayBeItsOwnOutput) {
  const Clips clips({9000, 700}, 1);
  const auto expected = clips.Alone(model_, StreamOptions());
  std::vector<std::vector<float>> samples = {TestNoise(9000, 1), TestNoise(700, 2)};
  float* planes[] = {samples[0].data(), samples[1].data()};
  const dfn_clip same[] = {{&planes[0], &planes[0], 9000}, {&planes[1], &planes[1], 700}};
  deepfilter::EnhanceBatch(model_, same, 2);
  EXPECT_EQ(samples[0], expected[0][0]);
  EXPECT_EQ(samples[1], expected[1][0]);
}

struct Calls {
  std::vector<std::pair<uint64_t, uint64_t>> list;
  uint64_t stop_at = UINT64_MAX;
  std::thread::id thread = std::this_thread::get_id();
};

int Note(void* data, uint64_t done, uint64_t total) {
  auto& calls = *static_cast<Calls*>(data);
  EXPECT_EQ(std::this_thread::get_id(), calls.thread);
  calls.list.emplace_back(done, total);
  return done >= calls.stop_at ? 1 : 0;
}

TEST_F(EnhanceBatchTest, ProgressGrowsToTheTotalOnTheCallersThread) {
  for (const uint32_t threads : {1u, 2u}) {
    Clips clips(kLengths, 1);
    Calls calls;
    auto options = EnhanceBatchOptions();
    options.threads = threads;
    options.progress = Note;
    options.progress_data = &calls;
    deepfilter::EnhanceBatch(model_, clips.clips().data(), clips.clips().size(), options);
    uint64_t total = 0;
    for (const size_t length : kLengths) total += length;
    ASSERT_FALSE(calls.list.empty());
    EXPECT_TRUE(std::is_sorted(calls.list.begin(), calls.list.end()));
    EXPECT_EQ(calls.list.back(), (std::pair<uint64_t, uint64_t>(total, total)));
  }
}

TEST_F(EnhanceBatchTest, CancelEndsTheWork) {
  for (const uint32_t threads : {1u, 3u}) {
    Clips clips(kLengths, 1);
    Calls calls;
    calls.stop_at = 1;
    auto options = EnhanceBatchOptions();
    options.threads = threads;
    options.progress = Note;
    options.progress_data = &calls;
    dfn_error* error = nullptr;
    EXPECT_EQ(dfn_enhance_batch(model_.get(), &options, clips.clips().data(), clips.clips().size(),
                                &error),
              DFN_ERROR_CANCELLED);
    EXPECT_THAT(dfn_error_message(error), HasSubstr("cancelled after"));
    dfn_error_free(error);
    EXPECT_GE(calls.list.back().first, 1u);
  }
}

TEST_F(EnhanceBatchTest, NothingToDoIsNoError) {
  EXPECT_EQ(dfn_enhance_batch(model_.get(), nullptr, nullptr, 0, nullptr), DFN_OK);
  const dfn_clip empty = {nullptr, nullptr, 0};
  EXPECT_EQ(dfn_enhance_batch(model_.get(), nullptr, &empty, 1, nullptr), DFN_OK);
}

TEST_F(EnhanceBatchTest, WrongArgumentsAreNamed) {
  float sample = 0.0f;
  float* plane = &sample;
  float* none = nullptr;
  const dfn_clip good = {&plane, &plane, 1};
  const auto refusal = [&](const dfn_enhance_batch_options* options, const dfn_clip* clip) {
    dfn_error* error = nullptr;
    EXPECT_EQ(dfn_enhance_batch(model_.get(), options, clip, 1, &error),
              DFN_ERROR_INVALID_ARGUMENT);
    const std::string sentence = dfn_error_message(error);
    dfn_error_free(error);
    return sentence;
  };
  EXPECT_THAT(refusal(nullptr, nullptr), HasSubstr("clips is null"));
  const dfn_clip no_input = {&none, &plane, 1};
  EXPECT_THAT(refusal(nullptr, &no_input), HasSubstr("input"));
  const dfn_clip no_output = {&plane, nullptr, 1};
  EXPECT_THAT(refusal(nullptr, &no_output), HasSubstr("output"));
  auto options = EnhanceBatchOptions();
  for (const uint32_t threads : {0u, 257u}) {
    options.threads = threads;
    EXPECT_THAT(refusal(&options, &good), HasSubstr("threads is"));
  }
  options = EnhanceBatchOptions();
  auto stream = StreamOptions();
  stream.sample_rate_hz = 1;
  options.stream = &stream;
  EXPECT_THAT(refusal(&options, &good), HasSubstr("sample_rate_hz"));
  EXPECT_EQ(dfn_enhance_batch(nullptr, nullptr, &good, 1, nullptr), DFN_ERROR_INVALID_ARGUMENT);
}

TEST(SpeechLevel, IsThatOfTheSpeech) {
  const auto level_of = [](float gain) {
    // Half a second of voice-like sound and half a second of quiet, in turns.
    std::vector<float> sound(5 * 48000);
    for (size_t i = 0; i < sound.size(); ++i) {
      const double phase = 2.0 * 3.14159265358979 * 150.0 * static_cast<double>(i) / 48000.0;
      double voice = 0.0;
      for (int k = 1; k <= 12; ++k) voice += std::sin(phase * k) / k;
      sound[i] = static_cast<float>((i / 24000 % 2 == 0 ? 0.1 : 1e-4) * voice) * gain;
    }
    float level_db = 1.0f;
    EXPECT_EQ(dfn_speech_level_db(sound.data(), sound.size(), 48000, &level_db, nullptr), DFN_OK);
    return level_db;
  };
  const float loud_db = level_of(1.0f);
  EXPECT_LT(loud_db, 0.0f);
  EXPECT_GT(loud_db, -60.0f);
  EXPECT_NEAR(level_of(0.1f), loud_db - 20.0f, 0.1f);
  float level_db = 1.0f;
  const std::vector<float> silence(48000);
  EXPECT_EQ(dfn_speech_level_db(silence.data(), silence.size(), 48000, &level_db, nullptr), DFN_OK);
  EXPECT_EQ(level_db, -std::numeric_limits<float>::infinity());
  EXPECT_EQ(dfn_speech_level_db(nullptr, 0, 48000, &level_db, nullptr), DFN_OK);
  EXPECT_EQ(dfn_speech_level_db(nullptr, 1, 48000, &level_db, nullptr), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_speech_level_db(silence.data(), 1, 48000, nullptr, nullptr),
            DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_speech_level_db(silence.data(), 1, 7999, &level_db, nullptr),
            DFN_ERROR_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace dfn::test
