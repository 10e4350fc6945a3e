#include "stream/host/host_options.h"

#include <cmath>
#include <string>
#include <utility>

#include "stream/host/host_stream.h"

namespace dfn {
namespace {

constexpr size_t kLeastRateHz = 8000;
constexpr size_t kMostRateHz = 192000;
constexpr size_t kMostChannels = 16;
constexpr size_t kMostMultiple = 1920000;

Status CheckCount(const char* name, size_t value, size_t least, size_t most) {
  if (value >= least && value <= most) return {};
  return Error{ErrorCode::kInvalidArgument, std::string(name) + " is " + std::to_string(value) +
                                                ", expected " + std::to_string(least) + " to " +
                                                std::to_string(most)};
}

Status CheckNumber(const char* name, float value) {
  if (!std::isnan(value)) return {};
  return Error{ErrorCode::kInvalidArgument, std::string(name) + " is not a number"};
}

Status CheckControls(const DenoiserControls& controls) {
  DFN_CHECK(CheckNumber("atten_lim_db", controls.atten_lim_db));
  DFN_CHECK(CheckNumber("min_db_thresh", controls.min_db_thresh));
  DFN_CHECK(CheckNumber("max_db_erb_thresh", controls.max_db_erb_thresh));
  DFN_CHECK(CheckNumber("max_db_df_thresh", controls.max_db_df_thresh));
  if (std::isfinite(controls.post_filter_beta) && controls.post_filter_beta >= 0.0f) return {};
  return Error{
      ErrorCode::kInvalidArgument,
      "post_filter_beta is " + std::to_string(controls.post_filter_beta) + ", expected 0 or more"};
}

Status CheckOptions(const HostStreamOptions& options) {
  DFN_CHECK(CheckCount("sample_rate_hz", options.sample_rate_hz, kLeastRateHz, kMostRateHz));
  DFN_CHECK(CheckCount("channels", options.channels, 1, kMostChannels));
  DFN_CHECK(CheckCount("block_multiple", options.block_multiple, 1, kMostMultiple));
  if (options.channel_mode == ChannelMode::kLinkedMean && options.profile != Profile::kLibdf) {
    return Error{ErrorCode::kInvalidArgument,
                 "channels share the mean of their gains, which only profile libdf has"};
  }
  return CheckControls(options.controls);
}

}  // namespace

DenoiserOptions DenoiserOptionsOf(const HostStreamOptions& options) {
  DenoiserOptions made;
  made.profile = options.profile;
  made.channels = HostPath::EnhancedChannels(options);
  made.max_frames_per_call = 1;
  made.atten_lim_db = options.controls.atten_lim_db;
  made.post_filter = options.controls.post_filter;
  made.post_filter_beta = options.controls.post_filter_beta;
  made.min_db_thresh = options.controls.min_db_thresh;
  made.max_db_erb_thresh = options.controls.max_db_erb_thresh;
  made.max_db_df_thresh = options.controls.max_db_df_thresh;
  made.constant_delay = true;
  made.silence_skip = options.silence_skip;
  const ChannelMode mode = options.channel_mode;
  if (options.profile == Profile::kReference) {
    made.link_gains = mode == ChannelMode::kLinked;
  } else if (mode == ChannelMode::kLinked || mode == ChannelMode::kLinkedMean) {
    made.reduce_mask = mode == ChannelMode::kLinked ? ReduceMask::kMax : ReduceMask::kMean;
  } else {
    made.reduce_mask = ReduceMask::kNone;
    made.gate_channels_alone = true;
  }
  return made;
}

HostTiming HostTimingOf(const Config& config, const HostStreamOptions& options) {
  const size_t host_hz = options.sample_rate_hz;
  const size_t model_hz = config.sample_rate_hz;
  return HostTiming({.host_hz = host_hz,
                     .model_hz = model_hz,
                     .hop = config.hop_size,
                     .model_delay = config.delay_samples(),
                     .input_ahead = PolyphaseFilter::AheadOf(host_hz, model_hz),
                     .output_ahead = PolyphaseFilter::AheadOf(model_hz, host_hz),
                     .block_multiple = options.block_multiple,
                     .spread = options.work_mode == WorkMode::kSpread});
}

Result<size_t> HostDelaySamples(const Config& config, const HostStreamOptions& options) {
  DFN_CHECK(CheckOptions(options));
  return HostTimingOf(config, options).delay_samples();
}

Result<std::unique_ptr<HostStream>> HostStream::Create(std::shared_ptr<const Network> network,
                                                       const HostStreamOptions& options) {
  DFN_CHECK(CheckOptions(options));
  if (network == nullptr) return Error{ErrorCode::kInvalidArgument, "no network"};
  const Config config = network->config();
  DFN_TRY(std::unique_ptr<LiveDenoiser> denoiser,
          LiveDenoiser::Create(std::move(network), DenoiserOptionsOf(options)));
  return std::unique_ptr<HostStream>(
      std::make_unique<HostPath>(config, options, std::move(denoiser)));
}

}  // namespace dfn
