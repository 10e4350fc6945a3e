// deepfilter live.
#ifndef DEEPFILTER_CLI_LIVE_LIVE_COMMAND_H_
#define DEEPFILTER_CLI_LIVE_LIVE_COMMAND_H_

#include "cli/exit_code.h"
#include "cli/live/live_options.h"

namespace dfn {

// Takes the noise out of a microphone's sound until the user ends it, on a screen where standard
// output is a terminal, else with lines.
ExitCode RunLive(const LiveOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_LIVE_LIVE_COMMAND_H_
