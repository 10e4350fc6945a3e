#include "api/select/precision.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "base/noise.h"
#include "base/percentile.h"
#include "stream/denoise/denoiser.h"

namespace dfn {
namespace {

// A machine has more to do than this, and may be slower a minute later.
constexpr double kMostBusyShare = 0.25;

// Enough for a median that a moment's work of another program does not move.
constexpr size_t kWarmUpFrames = 10;
constexpr size_t kTimedFrames = 41;

std::string Percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.0f %%", 100.0 * share);
  return text.data();
}

}  // namespace

Result<PrecisionChoice> ChoosePrecision(
    const std::function<Result<double>(Precision precision)>& busy_share) {
  PrecisionChoice choice;
  for (const Precision precision : Precisions()) {
    DFN_TRY(const double share, busy_share(precision));
    choice.precision = precision;
    choice.reason += (choice.reason.empty() ? "" : ", ") + std::string(PrecisionName(precision)) +
                     " takes " + Percent(share);
    if (share <= kMostBusyShare) break;
  }
  choice.reason += " of real time in a short live run, " + Percent(kMostBusyShare) + " are allowed";
  return choice;
}

Result<double> MeasureBusyShare(std::shared_ptr<const Network> network) {
  using Clock = std::chrono::steady_clock;
  DFN_TRY(const auto denoiser, Denoiser::Create(std::move(network), {.max_frames_per_call = 1}));
  std::vector<float> hop(denoiser->hop_size());
  float* const samples = hop.data();
  NoiseGenerator noise;
  std::vector<double> seconds;
  for (size_t frame = 0; frame < kWarmUpFrames + kTimedFrames; ++frame) {
    for (float& sample : hop) sample = 0.1f * noise.Next();
    const Clock::time_point start = Clock::now();
    denoiser->Process(&samples, &samples, 1, nullptr);
    const std::chrono::duration<double> time = Clock::now() - start;
    if (frame >= kWarmUpFrames) seconds.push_back(time.count());
  }
  std::sort(seconds.begin(), seconds.end());
  const double hop_seconds =
      static_cast<double>(hop.size()) / static_cast<double>(denoiser->sample_rate_hz());
  return Percentile<double>(seconds, 50.0) / hop_seconds;
}

}  // namespace dfn
