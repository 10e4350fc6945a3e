#include "cli/enhance/silence_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <string>

#include "cli/compare/trial_signal.h"

namespace dfn {
namespace {

constexpr size_t kRateHz = 48000;
constexpr size_t kBlock = 1000;

struct Checked {
  double snr_db = 0.0;
  uint64_t skipped_frames = 0;
};

Checked Check(const std::vector<float>& input, bool silence_skip) {
  const auto folder = std::filesystem::path(DFN_SOURCE_DIR) / "tests" / "data" / "tiny" / "dfn3";
  const auto engine = OpenEngine(folder.string());
  EXPECT_TRUE(engine.ok());
  DenoiserOptions options;
  options.silence_skip = silence_skip;
  const WholeStreamOptions stream{.fft_size = (*engine)->fft_size()};
  const auto denoiser = (*engine)->NewDenoiser(options);
  EXPECT_TRUE(denoiser.ok());
  WholeStream whole(**denoiser, stream);
  const auto check = SilenceCheck::Create(**engine, options, stream);
  EXPECT_TRUE(check.ok());
  for (size_t at = 0; at < input.size(); at += kBlock) {
    const std::span block = std::span(input).subspan(at, std::min(kBlock, input.size() - at));
    std::vector<float> output;
    whole.Process(block, output);
    if (at + kBlock < input.size()) {
      (*check)->Process(block, output);
    } else {
      whole.Finish(output);
      (*check)->Finish(block, output);
    }
  }
  return {(*check)->snr_db(), (*denoiser)->skipped_frames()};
}

// Returns a second of sound, one of digital silence, and one of sound.
std::vector<float> WithGap() {
  const std::vector<float> sound = *ReadTrialSignal("", kRateHz);
  std::vector<float> signal(3 * kRateHz);
  std::copy_n(sound.begin(), kRateHz, signal.begin());
  std::copy_n(sound.begin(), kRateHz, signal.begin() + 2 * kRateHz);
  return signal;
}

TEST(SilenceCheckTest, FindsTheDifferenceThatSilenceLeftOutMakes) {
  const Checked checked = Check(WithGap(), true);
  EXPECT_GT(checked.skipped_frames, 50u);
  EXPECT_TRUE(std::isfinite(checked.snr_db));
}

TEST(SilenceCheckTest, NothingLeftOutIsNoDifference) {
  const Checked checked = Check(WithGap(), false);
  EXPECT_EQ(checked.skipped_frames, 0u);
  EXPECT_EQ(checked.snr_db, std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace dfn
