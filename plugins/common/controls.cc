#include "common/controls.h"

#include <cmath>

namespace dfn::plugin {
namespace {

struct Number {
  const Parameter* parameter;
  float Controls::*control;
};
constexpr Number kNumbers[] = {{&kAttenuationLimit, &Controls::attenuation_limit_db},
                               {&kPostFilterBeta, &Controls::post_filter_beta},
                               {&kMinThreshold, &Controls::min_db_threshold},
                               {&kMaxErbThreshold, &Controls::max_db_erb_threshold},
                               {&kMaxDfThreshold, &Controls::max_db_df_threshold},
                               {&kExtraHops, &Controls::extra_hops}};

struct Switch {
  const Parameter* parameter;
  bool Controls::*control;
  bool when_on;
};
constexpr Switch kSwitches[] = {{&kAutoLevel, &Controls::auto_level, true},
                                {&kBypass, &Controls::bypass, true},
                                {&kEnabled, &Controls::bypass, false}};

}  // namespace

void SetControl(Controls& controls, const Parameter& parameter, float value) noexcept {
  for (const Number& number : kNumbers) {
    if (number.parameter == &parameter) controls.*number.control = value;
  }
  for (const Switch& one : kSwitches) {
    if (one.parameter != &parameter || std::isnan(value)) continue;
    controls.*one.control = (value > 0.0f) == one.when_on;
  }
}

}  // namespace dfn::plugin
