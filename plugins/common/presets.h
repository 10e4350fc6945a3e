// Settings with a name, for interfaces in which hosts offer them. A preset leaves all parameters as
// they are that it does not name. A test compares lv2/presets.ttl with this table.
#ifndef DEEPFILTER_PLUGINS_COMMON_PRESETS_H_
#define DEEPFILTER_PLUGINS_COMMON_PRESETS_H_

#include "common/parameters.h"

namespace dfn::plugin {

struct Preset {
  const char* symbol;  // for files and URIs
  const char* name;
  const char* meaning;  // a sentence for users
  float attenuation_limit_db;
  float post_filter_beta;
};

inline constexpr Preset kPresets[] = {
    {.symbol = "full",
     .name = "Full",
     .meaning = "Takes out all noise, as the network was trained to.",
     .attenuation_limit_db = kAttenuationLimit.default_value,
     .post_filter_beta = kPostFilterBeta.default_value},
    {.symbol = "strong",
     .name = "Strong",
     .meaning = "Takes out all noise, and more of what is left between words.",
     .attenuation_limit_db = kAttenuationLimit.default_value,
     .post_filter_beta = 0.02f},
    {.symbol = "natural",
     .name = "Natural",
     .meaning = "Leaves some of the room's sound.",
     .attenuation_limit_db = 24.0f,
     .post_filter_beta = kPostFilterBeta.default_value},
    {.symbol = "gentle",
     .name = "Gentle",
     .meaning = "Makes noise quieter, and takes none of it out.",
     .attenuation_limit_db = 12.0f,
     .post_filter_beta = kPostFilterBeta.default_value}};

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_COMMON_PRESETS_H_
