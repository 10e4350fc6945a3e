#include "stream/denoise/denoiser.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "stream/denoise/live_denoiser.h"
#include "stream/denoise/stream_denoiser.h"

namespace dfn {
namespace {

constexpr size_t kMaxChannels = 64;
constexpr size_t kMaxFramesPerCall = 4096;
constexpr size_t kMaxThreads = 256;

Error Invalid(const std::string& sentence) { return {ErrorCode::kInvalidArgument, sentence}; }

Status CheckCount(const char* name, size_t value, size_t most) {
  if (value >= 1 && value <= most) return {};
  return Invalid(std::string(name) + " is " + std::to_string(value) + ", expected 1 to " +
                 std::to_string(most));
}

Status CheckNumber(const char* name, float value) {
  if (!std::isnan(value)) return {};
  return Invalid(std::string(name) + " is not a number");
}

Status CheckOptions(const DenoiserOptions& options) {
  DFN_CHECK(CheckCount("channels", options.channels, kMaxChannels));
  DFN_CHECK(CheckCount("max_frames_per_call", options.max_frames_per_call, kMaxFramesPerCall));
  DFN_CHECK(CheckCount("threads", options.threads, kMaxThreads));
  DFN_CHECK(CheckNumber("atten_lim_db", options.atten_lim_db));
  DFN_CHECK(CheckNumber("min_db_thresh", options.min_db_thresh));
  DFN_CHECK(CheckNumber("max_db_erb_thresh", options.max_db_erb_thresh));
  DFN_CHECK(CheckNumber("max_db_df_thresh", options.max_db_df_thresh));
  if (!std::isfinite(options.post_filter_beta) || options.post_filter_beta < 0.0f) {
    return Invalid("post_filter_beta is " + std::to_string(options.post_filter_beta) +
                   ", expected 0 or more");
  }
  if (options.profile == Profile::kLibdf && options.channels > 1 && options.gate_channels_alone &&
      options.reduce_mask != ReduceMask::kNone) {
    return Invalid("gate_channels_alone goes with reduce_mask none only");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Denoiser>> Denoiser::Create(std::shared_ptr<const Network> network,
                                                   const DenoiserOptions& options) {
  DFN_TRY(std::unique_ptr<LiveDenoiser> denoiser,
          LiveDenoiser::Create(std::move(network), options));
  return std::unique_ptr<Denoiser>(std::move(denoiser));
}

Result<std::unique_ptr<LiveDenoiser>> LiveDenoiser::Create(std::shared_ptr<const Network> network,
                                                           const DenoiserOptions& options) {
  if (network == nullptr) return Invalid("no network");
  DFN_CHECK(CheckOptions(options));
  DenoiserOptions fitting = options;
  fitting.max_frames_per_call =
      std::min(options.max_frames_per_call, network->max_frames_a_stream());
  if (!network->parts_run_side_by_side()) fitting.threads = 1;
  return StreamDenoiser::Create(std::move(network), fitting);
}

}  // namespace dfn
