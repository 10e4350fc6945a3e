// The functions of deep_filter/deep_filter.h over a small model: what they give, to the bit, and
// what they do where libDF's own would end the program.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/testing/scratch_folder.h"
#include "convert/load/load.h"
#include "deep_filter/deep_filter.h"
#include "engine/native/native_network.h"
#include "stream/denoise/live_denoiser.h"
#ifdef DFN_RT_TRAP
#include "rt/trap.h"
#endif

namespace dfn {
namespace {

constexpr char kModel[] = DFN_SOURCE_DIR "/tests/data/tiny/dfn3";
constexpr size_t kHop = 480;
constexpr size_t kFrames = 40;

std::vector<float> Noise(size_t samples) {
  std::mt19937 random(1);
  std::vector<float> noise(samples);
  for (float& sample : noise) sample = static_cast<float>(random() % 20001) / 20000.0f - 0.5f;
  return noise;
}

struct StateDeleter {
  void operator()(DFState* state) const { df_free(state); }
};
using State = std::unique_ptr<DFState, StateDeleter>;

State NewState(float limit_db = 100.0f) { return State(df_create(kModel, limit_db, nullptr)); }

std::shared_ptr<const Network> TinyNetwork() {
  auto model = LoadModel(kModel);
  EXPECT_TRUE(model.ok()) << model.error().message;
  return NewNativeNetwork(*model);
}

std::unique_ptr<LiveDenoiser> NewDenoiser(const DenoiserControls& controls = {}) {
  DenoiserOptions options;
  options.profile = Profile::kLibdf;
  auto denoiser = LiveDenoiser::Create(TinyNetwork(), options);
  EXPECT_TRUE(denoiser.ok());
  (*denoiser)->SetControls(controls);
  return *std::move(denoiser);
}

// One frame through both, with the same bits.
void ExpectSameFrame(DFState* state, LiveDenoiser& denoiser, const float* input,
                     const std::string& what) {
  std::vector<float> frame(input, input + kHop);
  const float lsnr_db = df_process_frame(state, frame.data(), frame.data());
  std::vector<float> expected(kHop);
  float* output = expected.data();
  float expected_lsnr_db = 0.0f;
  denoiser.Process(&input, &output, 1, &expected_lsnr_db);
  EXPECT_EQ(std::memcmp(frame.data(), expected.data(), kHop * sizeof(float)), 0) << what;
  EXPECT_EQ(lsnr_db, expected_lsnr_db) << what;
}

TEST(LibdfTest, FramesAreProfileLibdf) {
  const State state = NewState();
  ASSERT_NE(state, nullptr);
  EXPECT_EQ(df_get_frame_length(state.get()), kHop);
  const auto denoiser = NewDenoiser();
  const std::vector<float> noise = Noise(kFrames * kHop);
  for (size_t t = 0; t < kFrames; ++t) {
    ExpectSameFrame(state.get(), *denoiser, &noise[t * kHop], "frame " + std::to_string(t));
  }
}

TEST(LibdfTest, SettersAreThoseOfTheDenoiserFromTheNextFrameOn) {
  const State state = NewState(12.0f);
  const auto denoiser = NewDenoiser({.atten_lim_db = 12.0f});
  const std::vector<float> noise = Noise(kFrames * kHop);
  const auto change = [&](size_t frame) {
    DFState* const s = state.get();
    switch (frame) {
      case 5:
        df_set_post_filter_beta(s, 0.05f);
        return denoiser->SetControls(
            {.atten_lim_db = 12.0f, .post_filter = true, .post_filter_beta = 0.05f});
      case 10:  // its sign does not matter
        df_set_atten_lim(s, -6.0f);
        return denoiser->SetControls(
            {.atten_lim_db = 6.0f, .post_filter = true, .post_filter_beta = 0.05f});
      case 15:  // below 0 is off
        df_set_post_filter_beta(s, -0.05f);
        return denoiser->SetControls({.atten_lim_db = 6.0f});
      case 20:
        df_set_atten_lim(s, 1e30f);
        return denoiser->SetControls({});
      case 25:  // no numbers change no limit
        df_set_atten_lim(s, std::numeric_limits<float>::quiet_NaN());
        df_set_post_filter_beta(s, std::numeric_limits<float>::infinity());
        return;
      default:
        return;
    }
  };
  for (size_t t = 0; t < kFrames; ++t) {
    change(t);
    ExpectSameFrame(state.get(), *denoiser, &noise[t * kHop], "frame " + std::to_string(t));
  }
}

TEST(LibdfTest, LimitOfNothingPassesTheInputUndelayed) {
  const State state = NewState(0.0f);
  const auto denoiser = NewDenoiser({.atten_lim_db = 0.0f});
  std::vector<float> noise = Noise(kFrames * kHop);
  for (size_t t = 0; t < kFrames; ++t) {
    if (t == 10) {
      df_set_atten_lim(state.get(), 100.0f);
      denoiser->SetControls({});
    }
    if (t == 20) {
      df_set_atten_lim(state.get(), -0.001f);
      denoiser->SetControls({.atten_lim_db = 0.0f});
    }
    ExpectSameFrame(state.get(), *denoiser, &noise[t * kHop], "frame " + std::to_string(t));
    if (t >= 10 && t < 20) continue;
    std::vector<float> output(kHop);
    EXPECT_EQ(df_process_frame(state.get(), &noise[t * kHop], output.data()), 35.0f);
    EXPECT_EQ(std::memcmp(output.data(), &noise[t * kHop], kHop * sizeof(float)), 0);
    // Both have seen the frame twice.
    const float* input = &noise[t * kHop];
    float* passed = output.data();
    denoiser->Process(&input, &passed, 1, nullptr);
  }
}

TEST(LibdfTest, RawGivesTheNetworksGainsAndCoefficients) {
  const State state = NewState();
  const auto denoiser = NewDenoiser();
  const Config config = TinyNetwork()->config();
  const DynArray coef_shape = df_coef_size(state.get());
  const DynArray gain_shape = df_gain_size(state.get());
  ASSERT_EQ(std::vector<size_t>(coef_shape.array, coef_shape.array + coef_shape.length),
            (std::vector<size_t>{1, config.df_order, config.df_bins, 2}));
  ASSERT_EQ(std::vector<size_t>(gain_shape.array, gain_shape.array + gain_shape.length),
            (std::vector<size_t>{1, config.erb_bands}));

  const size_t taps = config.df_bins * config.df_order;
  std::vector<float> gains(config.erb_bands);
  std::vector<float> coefs(taps * 2);
  std::vector<float> expected_gains(gains.size());
  std::vector<float> expected_coefs(coefs.size());
  std::vector<float> spectra = Noise(kFrames * config.freq_bins() * 2);
  for (size_t t = 0; t < kFrames; ++t) {
    float* const spectrum = &spectra[t * config.freq_bins() * 2];
    float* gains_out = gains.data();
    float* coefs_out = coefs.data();
    const float lsnr_db = df_process_frame_raw(state.get(), spectrum, &gains_out, &coefs_out);
    Stage stage = Stage::kNotProduced;
    EXPECT_EQ(lsnr_db, denoiser->ProcessSpectrum(spectrum, expected_gains.data(),
                                                 expected_coefs.data(), stage));
    ASSERT_EQ(stage, Stage::kFilter);
    ASSERT_EQ(gains_out, gains.data());
    ASSERT_EQ(coefs_out, coefs.data());
    EXPECT_EQ(gains, expected_gains);
    for (size_t i = 0; i < taps; ++i) {
      const size_t bin = i / config.df_order;
      const size_t tap = i % config.df_order;
      const size_t turned = tap * config.df_bins + bin;
      ASSERT_EQ(coefs[turned * 2], expected_coefs[i * 2]);
      ASSERT_EQ(coefs[turned * 2 + 1], expected_coefs[i * 2 + 1]);
    }
  }
  // A caller that asks for only one of them, or for none, gets the same.
  float* nothing = nullptr;
  float* gains_out = gains.data();
  df_process_frame_raw(state.get(), spectra.data(), &gains_out, &nothing);
  EXPECT_EQ(nothing, nullptr);
  df_process_frame_raw(state.get(), spectra.data(), nullptr, nullptr);
}

TEST(LibdfTest, NullStatePassesTheInput) {
  const std::vector<float> noise = Noise(kHop);
  std::vector<float> input = noise;
  std::vector<float> output(kHop);
  ASSERT_EQ(df_get_frame_length(nullptr), kHop);
  EXPECT_EQ(df_process_frame(nullptr, input.data(), output.data()), -15.0f);
  EXPECT_EQ(output, noise);
  EXPECT_EQ(df_process_frame(nullptr, input.data(), input.data()), -15.0f);
  EXPECT_EQ(input, noise);
  float* gains = output.data();
  float* coefs = output.data();
  EXPECT_EQ(df_process_frame_raw(nullptr, input.data(), &gains, &coefs), -15.0f);
  EXPECT_EQ(gains, nullptr);
  EXPECT_EQ(coefs, nullptr);
  EXPECT_EQ(df_coef_size(nullptr).length, 0u);
  EXPECT_EQ(df_gain_size(nullptr).length, 0u);
  df_set_atten_lim(nullptr, 3.0f);
  df_set_post_filter_beta(nullptr, 0.02f);
  EXPECT_EQ(df_next_log_msg(nullptr), nullptr);
  df_free(nullptr);
}

TEST(LibdfTest, NullSamplesAreLeftAlone) {
  const State state = NewState();
  std::vector<float> frame(kHop, 0.25f);
  EXPECT_EQ(df_process_frame(state.get(), nullptr, frame.data()), -15.0f);
  EXPECT_EQ(df_process_frame(state.get(), frame.data(), nullptr), -15.0f);
  EXPECT_EQ(frame, std::vector<float>(kHop, 0.25f));
  float* gains = frame.data();
  EXPECT_EQ(df_process_frame_raw(state.get(), nullptr, &gains, nullptr), -15.0f);
  EXPECT_EQ(gains, nullptr);
}

TEST(LibdfTest, WhatIsNoModelGivesNullAndSaysNothing) {
  const ScratchFolder folder;
  const std::string text = (folder / "no_model.tar.gz").string();
  std::ofstream(text) << "no archive at all";
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  for (const std::string& path :
       {std::string("/nonexistent/model.tar.gz"), text, folder.path().string(),
        std::string("no\nname"), std::string(5000, 'x')}) {
    EXPECT_EQ(df_create(path.c_str(), 100.0f, "trace"), nullptr) << path;
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(LibdfTest, LimitThatIsNoNumberIsNone) {
  const State state = NewState(std::numeric_limits<float>::quiet_NaN());
  ASSERT_NE(state, nullptr);
  const auto denoiser = NewDenoiser();
  const std::vector<float> noise = Noise(8 * kHop);
  for (size_t t = 0; t < 8; ++t) ExpectSameFrame(state.get(), *denoiser, &noise[t * kHop], "frame");
}

TEST(LibdfTest, BrokenSamplesDoNotStay) {
  const State state = NewState();
  std::vector<float> noise = Noise(kFrames * kHop);
  for (size_t i = 0; i < kHop; ++i) noise[i] = i % 2 == 0 ? NAN : INFINITY;
  for (size_t t = 0; t < kFrames; ++t) {
    float* const frame = &noise[t * kHop];
    EXPECT_TRUE(std::isfinite(df_process_frame(state.get(), frame, frame)));
    EXPECT_TRUE(std::all_of(frame, frame + kHop, [](float x) { return std::isfinite(x); }));
  }
}

// A program's window sets and reads while its sound thread brings frames.
TEST(LibdfTest, OtherThreadsMaySetAndReadMessages) {
  const State state(df_create(kModel, 100.0f, "debug"));
  std::atomic<bool> done{false};
  std::thread window([&] {
    for (int i = 0; !done; ++i) {
      df_set_atten_lim(state.get(), static_cast<float>(i % 120));
      df_set_post_filter_beta(state.get(), static_cast<float>(i % 3) * 0.02f);
      df_free_log_msg(df_next_log_msg(state.get()));
      std::this_thread::yield();
    }
  });
  std::vector<float> noise = Noise(kFrames * kHop);
  for (size_t t = 0; t < kFrames; ++t) {
    df_process_frame(state.get(), &noise[t * kHop], &noise[t * kHop]);
  }
  done = true;
  window.join();
  EXPECT_TRUE(std::all_of(noise.begin(), noise.end(), [](float x) { return std::isfinite(x); }));
}

#ifdef DFN_RT_TRAP
TEST(LibdfTest, FramesAskNothingOfTheSystem) {
  const State state(df_create(kModel, 100.0f, "trace"));
  const Config config = TinyNetwork()->config();
  std::vector<float> noise = Noise(kFrames * kHop);
  std::vector<float> spectrum = Noise(config.freq_bins() * 2);
  std::vector<float> gains(config.erb_bands);
  std::vector<float> coefs(config.df_bins * config.df_order * 2);
  for (size_t t = 0; t < kFrames; ++t) {
    df_set_atten_lim(state.get(), static_cast<float>(t % 4) * 30.0f);
    df_set_post_filter_beta(state.get(), static_cast<float>(t % 3) * 0.02f);
    noise[t * kHop] = t % 5 == 0 ? NAN : 2.0f;
    const test::RealTimeScope scope;
    df_process_frame(state.get(), &noise[t * kHop], &noise[t * kHop]);
    float* gains_out = gains.data();
    float* coefs_out = coefs.data();
    df_process_frame_raw(state.get(), spectrum.data(), &gains_out, &coefs_out);
  }
  EXPECT_EQ(test::TakeTrapped(), "");
}
#endif

}  // namespace
}  // namespace dfn
