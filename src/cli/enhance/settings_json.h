// The options that decide the samples of an output.
#ifndef DEEPFILTER_CLI_ENHANCE_SETTINGS_JSON_H_
#define DEEPFILTER_CLI_ENHANCE_SETTINGS_JSON_H_

#include <string>

#include "cli/enhance/enhance_job.h"
#include "cli/enhance/enhance_options.h"

namespace dfn {

// A JSON object in one line. The defaults of profile and model are filled in. What only changes
// speed (threads, --simd) is not in it, nor is what --precision auto decides on a machine: a run
// that goes on elsewhere is the same run.
std::string SettingsJson(const EnhanceOptions& options, const JobSettings& settings);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_SETTINGS_JSON_H_
