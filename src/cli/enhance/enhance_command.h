// deepfilter enhance.
#ifndef DEEPFILTER_CLI_ENHANCE_ENHANCE_COMMAND_H_
#define DEEPFILTER_CLI_ENHANCE_ENHANCE_COMMAND_H_

#include "cli/enhance/enhance_options.h"
#include "cli/exit_code.h"

namespace dfn {

// Enhances all inputs. A sound that fails is reported and the rest go on; the status is that of the
// first failure. An interrupt ends the run.
ExitCode RunEnhance(const EnhanceOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_ENHANCE_COMMAND_H_
