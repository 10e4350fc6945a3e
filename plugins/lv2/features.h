// The features that a host passes at instantiation: a log, and the length of its blocks.
#ifndef DEEPFILTER_PLUGINS_LV2_FEATURES_H_
#define DEEPFILTER_PLUGINS_LV2_FEATURES_H_

#include <lv2/core/lv2.h>

#include <cstddef>

#include "common/settings.h"

namespace dfn::plugin {

// Returns a log that writes to the host's (lv2-log), or to stderr without one. It may be used as
// long as the instance lives.
Log HostLog(const LV2_Feature* const* features);

// The length of the blocks that the host will bring, by its options (lv2-buf-size): the nominal
// length, else the greatest if that is less than `hop_samples`. It is 0 if the host declares
// neither, or only a greatest length of a hop or more.
size_t HostBlockSamples(const LV2_Feature* const* features, size_t hop_samples);

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_LV2_FEATURES_H_
