#include "stream/host/host_options.h"

#include <string>

#include "dsp/resampler.h"
#include "stream/denoise/band_fill.h"

namespace dfn {
namespace {

constexpr size_t kLeastRateHz = 8000;
constexpr size_t kMostRateHz = 192000;

Status CheckCount(const char* name, size_t value, size_t least, size_t most) {
  if (value >= least && value <= most) return {};
  return Error{ErrorCode::kInvalidArgument, std::string(name) + " is " + std::to_string(value) +
                                                ", expected " + std::to_string(least) + " to " +
                                                std::to_string(most)};
}

}  // namespace

Status CheckHostOptions(const HostStreamOptions& options) {
  DFN_CHECK(CheckCount("sample_rate_hz", options.sample_rate_hz, kLeastRateHz, kMostRateHz));
  DFN_CHECK(CheckCount("channels", options.channels, 1, kMaxHostChannels));
  DFN_CHECK(CheckCount("block_multiple", options.block_multiple, 1, kMaxBlockMultiple));
  if (options.channel_mode == ChannelMode::kLinkedMean && options.profile != Profile::kLibdf) {
    return Error{ErrorCode::kInvalidArgument,
                 "channels share the mean of their gains, which only profile libdf has"};
  }
  return CheckControls(options.controls);
}

size_t EnhancedChannels(const HostStreamOptions& options) {
  return options.channel_mode == ChannelMode::kDownmix ? 1 : options.channels;
}

namespace {

// What does not depend on the network.
DenoiserOptions CommonOptionsOf(const HostStreamOptions& options) {
  DenoiserOptions made;
  made.profile = options.profile;
  made.channels = EnhancedChannels(options);
  made.max_frames_per_call = 1;
  made.controls = options.controls;
  made.constant_delay = true;
  made.silence_skip = options.silence_skip;
  made.level_gains_db = options.level_gains_db;
  const ChannelMode mode = options.channel_mode;
  if (options.profile == Profile::kReference) {
    made.link_gains = mode == ChannelMode::kLinked;
  } else if (mode == ChannelMode::kLinked || mode == ChannelMode::kLinkedMean) {
    made.reduce_mask = mode == ChannelMode::kLinked ? ReduceMask::kMax : ReduceMask::kMean;
  } else {
    made.reduce_mask = ReduceMask::kNone;
    made.gate_channels_alone = made.channels > 1;
  }
  return made;
}

}  // namespace

DenoiserOptions DenoiserOptionsOf(const Config& config, const HostStreamOptions& options) {
  DenoiserOptions made = CommonOptionsOf(options);
  if (options.fills_band) made.band_hz = FilledAboveHz(config, options.sample_rate_hz);
  return made;
}

bool LinksGains(const HostStreamOptions& options) { return LinksGains(CommonOptionsOf(options)); }

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
  DFN_CHECK(CheckHostOptions(options));
  return HostTimingOf(config, options).delay_samples();
}

}  // namespace dfn
