// Tests that the frame functions of the libDF API make no calls to the system either.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/noise.h"
#include "common/identity_model.h"
#include "common/model_folder.h"
#include "deep_filter/deep_filter.h"
#include "engine/testing/random_model.h"
#include "rt/system_calls.h"
#include "rt/trap.h"

namespace dfn::test {
namespace {

struct FreeState {
  void operator()(DFState* state) const { df_free(state); }
};

class LibdfRealTimeTest : public ::testing::TestWithParam<std::string> {
 protected:
  LibdfRealTimeTest()
      : folder_(RandomModel(SmallLiveConfig(GetParam()), 3)),
        state_(df_create(folder_.path().c_str(), 100.0f, "trace")),
        raw_(df_create(folder_.path().c_str(), 100.0f, nullptr)) {
    const Config config = SmallLiveConfig(GetParam());
    frame_.resize(config.hop_size);
    spectrum_.resize(2 * config.freq_bins());
    gains_.resize(config.erb_bands);
    coefs_.resize(config.df_order * config.df_bins * 2);
  }

  // Processes frames of noise, and one with a null state.
  void Frames(size_t number) noexcept {
    for (size_t i = 0; i < number; ++i) {
      for (float& sample : frame_) sample = Next();
      df_process_frame(state_.get(), frame_.data(), frame_.data());
      for (float& value : spectrum_) value = Next();
      float* gains = gains_.data();
      float* coefs = coefs_.data();
      df_process_frame_raw(raw_.get(), spectrum_.data(), &gains, &coefs);
    }
    df_process_frame(nullptr, frame_.data(), frame_.data());
  }

  float Next() noexcept {
    return static_cast<float>(static_cast<int32_t>(random_.NextBits())) * 0x1p-34f;
  }

  ModelFolder folder_;
  std::unique_ptr<DFState, FreeState> state_;
  std::unique_ptr<DFState, FreeState> raw_;
  std::vector<float> frame_, spectrum_, gains_, coefs_;
  NoiseGenerator random_;
};

TEST_P(LibdfRealTimeTest, FramesCallNothing) {
  ASSERT_NE(state_, nullptr);
  ASSERT_NE(raw_, nullptr);
  // The frames go through the network, bypass it, and go through it again.
  for (const float limit_db : {100.0f, 12.0f, 0.0f, 100.0f}) {
    df_set_atten_lim(state_.get(), limit_db);
    df_set_post_filter_beta(state_.get(), limit_db == 12.0f ? 0.02f : -1.0f);
    {
      RealTimeScope scope;
      Frames(20);
    }
    EXPECT_EQ(TakeTrapped(), "") << limit_db << " dB";
    const SystemCalls calls = RunWithoutSystemCalls([&] { Frames(20); });
    if (!calls.not_tested.empty()) GTEST_SKIP() << "NOT TESTED: " << calls.not_tested;
    EXPECT_EQ(calls.failure, "");
    EXPECT_EQ(calls.numbers, std::vector<int>());
  }
}

INSTANTIATE_TEST_SUITE_P(Families, LibdfRealTimeTest, ::testing::ValuesIn(SmallLiveFamilies()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace dfn::test
