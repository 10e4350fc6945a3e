// The options that decide the samples of an output.
#ifndef DEEPFILTER_CLI_ENHANCE_SETTINGS_JSON_H_
#define DEEPFILTER_CLI_ENHANCE_SETTINGS_JSON_H_

#include <string>

#include "base/precision.h"
#include "cli/enhance/enhance_job.h"
#include "cli/enhance/enhance_options.h"

namespace dfn {

// A JSON object in one line. The defaults of profile and model are filled in, and `own_precision` is
// the one that the model has where none is asked for. What only changes
// speed (threads, --simd) is not in it, nor is what --precision auto decides on a machine: a run
// that goes on elsewhere is the same run.
std::string SettingsJson(const EnhanceOptions& options, const JobSettings& settings,
                         Precision own_precision);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_SETTINGS_JSON_H_
