// deepfilter models.
#ifndef DEEPFILTER_CLI_MODELS_MODELS_COMMAND_H_
#define DEEPFILTER_CLI_MODELS_MODELS_COMMAND_H_

#include <string>

#include "cli/exit_code.h"

namespace dfn {

class Arguments;

struct ModelsOptions {
  bool json = false;
  bool pull = false;  // else list
  std::string name;   // of the model to pull
};

void DefineModels(Arguments& command, ModelsOptions& options);

// Lists the known models, or fetches one and prints its path.
ExitCode RunModels(const ModelsOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MODELS_MODELS_COMMAND_H_
