// The program under the name of the official one: `deep-filter [OPTIONS] FILES...`.
#ifndef DEEPFILTER_CLI_DEEP_FILTER_DEEP_FILTER_H_
#define DEEPFILTER_CLI_DEEP_FILTER_DEEP_FILTER_H_

#include "cli/exit_code.h"

namespace dfn {

// Whether the program was called by that name, from whatever folder.
bool CalledDeepFilter(int argc, const char* const* argv);

// As main(): returns the exit status.
ExitCode RunDeepFilter(int argc, const char* const* argv);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_DEEP_FILTER_DEEP_FILTER_H_
