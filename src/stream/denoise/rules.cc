#include "stream/denoise/rules.h"

#include <cmath>

#include "dsp/post_filter.h"

namespace dfn {
namespace {

// From here on libDF sets no limit on attenuation, and below this one it lets the input pass.
constexpr float kNoLimitDb = 100.0f;
constexpr float kPassThroughDb = 0.01f;

bool AsksToPass(const DenoiserOptions& options) {
  return options.profile == Profile::kLibdf && std::fabs(options.atten_lim_db) < kPassThroughDb;
}

}  // namespace

bool PassesThrough(const DenoiserOptions& options) noexcept {
  return AsksToPass(options) && !options.constant_delay;
}

SignalRules RulesOf(const Config& config, const DenoiserOptions& options) noexcept {
  SignalRules rules;
  const bool reference = options.profile == Profile::kReference;
  const bool filters_masked = config.family == Family::kDeepFilterNet2;
  // Python's DeepFilterNet3 leaves the ERB stage out where it would reach one bin at most.
  rules.masks = !reference || filters_masked || config.df_bins + 1 < config.freq_bins();
  rules.beta = options.post_filter_beta;
  if (options.post_filter) {
    rules.post_filter = reference ? filters_masked ? PostFilter::kGains : PostFilter::kSpectrum
                        : options.post_filter_beta > 0.0f ? PostFilter::kLibdf
                                                          : PostFilter::kNone;
  }
  if (AsksToPass(options)) {
    rules.noisy_share = 1.0f;
  } else if (std::fabs(options.atten_lim_db) < kNoLimitDb) {
    rules.noisy_share = NoisyShare(options.atten_lim_db);
  }
  return rules;
}

GatingRule GatingOf(const Config& config, const DenoiserOptions& options) noexcept {
  return {.lsnr_min_db = config.lsnr_min_db,
          .lsnr_max_db = config.lsnr_max_db,
          .min_db_thresh = options.min_db_thresh,
          .max_db_erb_thresh = options.max_db_erb_thresh,
          .max_db_df_thresh = options.max_db_df_thresh};
}

ReduceMask LinkOf(const DenoiserOptions& options) noexcept {
  if (options.profile == Profile::kLibdf) return options.reduce_mask;
  return options.link_gains ? ReduceMask::kMax : ReduceMask::kNone;
}

void Take(const DenoiserControls& controls, DenoiserOptions& options) noexcept {
  options.atten_lim_db = controls.atten_lim_db;
  options.post_filter = controls.post_filter;
  options.post_filter_beta = controls.post_filter_beta;
  options.min_db_thresh = controls.min_db_thresh;
  options.max_db_erb_thresh = controls.max_db_erb_thresh;
  options.max_db_df_thresh = controls.max_db_df_thresh;
}

}  // namespace dfn
