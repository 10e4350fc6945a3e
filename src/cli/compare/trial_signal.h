// The sound that engines are held against each other on.
#ifndef DEEPFILTER_CLI_COMPARE_TRIAL_SIGNAL_H_
#define DEEPFILTER_CLI_COMPARE_TRIAL_SIGNAL_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace dfn {

// The first channel of a sound file, its first 30 s; an empty `path` is SyntheticSignal. Errors:
// those of OpenSoundFile; kUnsupported (a rate other than `rate_hz`).
Result<std::vector<float>> ReadTrialSignal(const std::string& path, size_t rate_hz);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_COMPARE_TRIAL_SIGNAL_H_
