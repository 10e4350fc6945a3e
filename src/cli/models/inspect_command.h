// The command `deepfilter inspect`.
#ifndef DEEPFILTER_CLI_MODELS_INSPECT_COMMAND_H_
#define DEEPFILTER_CLI_MODELS_INSPECT_COMMAND_H_

#include <string>

#include "cli/exit_code.h"

namespace dfn {

class Arguments;

struct InspectOptions {
  std::string source;
  bool json = false;
};

void DefineInspect(Arguments& command, InspectOptions& options);

// Prints a model's sizes and states and how ONNX Runtime would run it; only the latter for a model
// that cannot be lifted.
ExitCode RunInspect(const InspectOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MODELS_INSPECT_COMMAND_H_
