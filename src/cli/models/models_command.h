// deepfilter models.
#ifndef DEEPFILTER_CLI_MODELS_MODELS_COMMAND_H_
#define DEEPFILTER_CLI_MODELS_MODELS_COMMAND_H_

#include <string>

#include "cli/exit_code.h"

namespace CLI {
class App;
}

namespace dfn {

struct ModelsOptions {
  bool json = false;
  bool pull = false;  // else list
  std::string name;   // what to pull
};

void DefineModels(CLI::App& command, ModelsOptions& options);

// Lists the known models, or fetches one and prints where it lies.
ExitCode RunModels(const ModelsOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MODELS_MODELS_COMMAND_H_
