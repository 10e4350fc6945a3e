#include "stream/denoise/gating.h"

#include <algorithm>

namespace dfn {

Stage DecideStage(float lsnr_db, const GatingRule& rule) noexcept {
  const float lsnr = std::clamp(lsnr_db, rule.lsnr_min_db, rule.lsnr_max_db);
  if (lsnr < rule.min_db_thresh) return Stage::kZero;
  if (lsnr > rule.max_db_erb_thresh) return Stage::kAsIs;
  if (lsnr > rule.max_db_df_thresh) return Stage::kGains;
  return Stage::kFilter;
}

void ReduceGains(ReduceMask rule, size_t channels, size_t values, float* gains) noexcept {
  if (rule == ReduceMask::kNone) return;
  for (size_t c = 1; c < channels; ++c) {
    const float* other = gains + c * values;
    for (size_t i = 0; i < values; ++i) {
      gains[i] = rule == ReduceMask::kMax ? std::max(gains[i], other[i]) : gains[i] + other[i];
    }
  }
  if (rule == ReduceMask::kMean) {
    const float divisor = static_cast<float>(channels);
    for (size_t i = 0; i < values; ++i) gains[i] /= divisor;
  }
  for (size_t c = 1; c < channels; ++c) std::copy_n(gains, values, gains + c * values);
}

}  // namespace dfn
