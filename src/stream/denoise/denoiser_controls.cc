#include "stream/denoise/denoiser_controls.h"

#include <cmath>
#include <string>

#include "stream/denoise/level_rule.h"

namespace dfn {
namespace {

Status CheckNumber(const char* name, float value) {
  if (!std::isnan(value)) return {};
  return Error{ErrorCode::kInvalidArgument, std::string(name) + " is not a number"};
}

}  // namespace

Status CheckControls(const DenoiserControls& controls) {
  DFN_CHECK(CheckNumber("atten_lim_db", controls.atten_lim_db));
  DFN_CHECK(CheckNumber("min_db_thresh", controls.min_db_thresh));
  DFN_CHECK(CheckNumber("max_db_erb_thresh", controls.max_db_erb_thresh));
  DFN_CHECK(CheckNumber("max_db_df_thresh", controls.max_db_df_thresh));
  if (!(std::fabs(controls.level_gain_db) <= kMostLevelGainDb)) {
    return Error{
        ErrorCode::kInvalidArgument,
        "level_gain_db is " + std::to_string(controls.level_gain_db) + ", expected -60 to 60"};
  }
  if (std::isfinite(controls.post_filter_beta) && controls.post_filter_beta >= 0.0f) return {};
  return Error{
      ErrorCode::kInvalidArgument,
      "post_filter_beta is " + std::to_string(controls.post_filter_beta) + ", expected 0 or more"};
}

}  // namespace dfn
