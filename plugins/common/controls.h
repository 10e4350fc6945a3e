// What the values of a plugin's parameters ask of its instance.
#ifndef DEEPFILTER_PLUGINS_COMMON_CONTROLS_H_
#define DEEPFILTER_PLUGINS_COMMON_CONTROLS_H_

#include "common/parameters.h"

namespace dfn::plugin {

// A value out of range counts as the nearest end of the range; NaN leaves the control as it is.
struct Controls {
  float attenuation_limit_db = kAttenuationLimit.default_value;
  float post_filter_beta = kPostFilterBeta.default_value;
  // The thresholds have an effect with DFN_PROFILE_LIBDF only.
  float min_db_threshold = kMinThreshold.default_value;
  float max_db_erb_threshold = kMaxErbThreshold.default_value;
  float max_db_df_threshold = kMaxDfThreshold.default_value;
  bool auto_level = false;  // with DFN_PROFILE_REFERENCE only
  bool bypass = false;
  float extra_hops = kExtraHops.default_value;  // read by the first Run after Activate
};

// Sets what `parameter` controls. A switch is on above 0. Outputs, options of an instance (kStereo)
// and a switch's NaN change nothing. Real-time.
void SetControl(Controls& controls, const Parameter& parameter, float value) noexcept;

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_COMMON_CONTROLS_H_
