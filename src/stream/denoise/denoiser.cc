// From a denoiser's options to the denoiser: checks them, and says what they mean for its parts.
#include "stream/denoise/denoiser.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "dsp/post_filter.h"
#include "stream/denoise/level_rule.h"
#include "stream/denoise/live_denoiser.h"

namespace dfn {
namespace {

constexpr size_t kMaxChannels = 64;
constexpr size_t kMaxFramesPerCall = 4096;
constexpr size_t kMaxThreads = 256;

// From here on libDF sets no limit on attenuation, and below this one it lets the input pass.
constexpr float kNoLimitDb = 100.0f;
constexpr float kPassThroughDb = 0.01f;

Error Invalid(const std::string& sentence) { return {ErrorCode::kInvalidArgument, sentence}; }

Status CheckCount(const char* name, size_t value, size_t most) {
  if (value >= 1 && value <= most) return {};
  return Invalid(std::string(name) + " is " + std::to_string(value) + ", expected 1 to " +
                 std::to_string(most));
}

Status CheckOptions(const DenoiserOptions& options) {
  DFN_CHECK(CheckCount("channels", options.channels, kMaxChannels));
  DFN_CHECK(CheckCount("max_frames_per_call", options.max_frames_per_call, kMaxFramesPerCall));
  DFN_CHECK(CheckCount("threads", options.threads, kMaxThreads));
  DFN_CHECK(CheckControls(options.controls));
  if (!options.level_gains_db.empty() && options.level_gains_db.size() != options.channels) {
    return Invalid("level_gains_db has " + std::to_string(options.level_gains_db.size()) +
                   " gains for " + std::to_string(options.channels) + " channels");
  }
  for (const float gain_db : options.level_gains_db) {
    if (!(std::fabs(gain_db) <= kMostLevelGainDb)) return Invalid("level_gains_db is beyond 60 dB");
  }
  if (options.profile == Profile::kLibdf && options.channels > 1 && options.gate_channels_alone &&
      options.reduce_mask != ReduceMask::kNone) {
    return Invalid("gate_channels_alone goes with reduce_mask none only");
  }
  return {};
}

PostFilter PostFilterOf(const Config& config, const DenoiserOptions& options) noexcept {
  const DenoiserControls& controls = options.controls;
  if (!controls.post_filter) return PostFilter::kNone;
  if (options.profile == Profile::kLibdf) {
    return controls.post_filter_beta > 0.0f ? PostFilter::kLibdf : PostFilter::kNone;
  }
  return config.post_filters_gains() ? PostFilter::kGains : PostFilter::kSpectrum;
}

}  // namespace

LiveDenoiser::Rules LiveDenoiser::RulesOf(const Config& config,
                                          const DenoiserOptions& options) noexcept {
  const DenoiserControls& controls = options.controls;
  const bool reference = options.profile == Profile::kReference;
  const float limit_db = std::fabs(controls.atten_lim_db);
  const bool all_noise = !reference && limit_db < kPassThroughDb;
  Rules rules;
  // libDF's runtime applies the gains whatever the deep filter covers.
  rules.signal.masks = !reference || config.has_erb_stage();
  rules.signal.post_filter = PostFilterOf(config, options);
  rules.signal.beta = controls.post_filter_beta;
  if (all_noise) {
    rules.signal.noisy_share = 1.0f;
  } else if (limit_db < kNoLimitDb) {
    rules.signal.noisy_share = NoisyShare(controls.atten_lim_db);
  }
  rules.gating = {.lsnr_min_db = config.lsnr_min_db,
                  .lsnr_max_db = config.lsnr_max_db,
                  .min_db_thresh = controls.min_db_thresh,
                  .max_db_erb_thresh = controls.max_db_erb_thresh,
                  .max_db_df_thresh = controls.max_db_df_thresh};
  rules.link = !reference           ? options.reduce_mask
               : options.link_gains ? ReduceMask::kMax
                                    : ReduceMask::kNone;
  // Channels on their own would mute on their own, which those of one stream cannot.
  const bool may_stay = controls.max_db_erb_thresh < config.lsnr_max_db;
  rules.mutes = !reference && !options.gate_channels_alone &&
                (all_noise ? !options.constant_delay : may_stay);
  rules.passes_through = all_noise && !options.constant_delay;
  return rules;
}

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
  const Rules rules = RulesOf(network->config(), fitting);
  std::vector<SignalPath> paths;
  for (size_t i = 0; i < (fitting.threads > 1 ? 2 : 1); ++i) {
    DFN_TRY(SignalPath path, SignalPath::Create(network->config(), rules.signal));
    paths.push_back(std::move(path));
  }
  std::unique_ptr<LiveDenoiser> denoiser(
      new LiveDenoiser(std::move(network), fitting, rules, std::move(paths)));
  DFN_TRY(denoiser->pipeline_, Pipeline::Create(*denoiser, fitting.threads));
  return denoiser;
}

}  // namespace dfn
