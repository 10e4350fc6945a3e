// deepfilter pack.
#ifndef DEEPFILTER_CLI_MODELS_PACK_COMMAND_H_
#define DEEPFILTER_CLI_MODELS_PACK_COMMAND_H_

#include <string>

#include "cli/exit_code.h"

namespace dfn {

class Arguments;

struct PackOptions {
  std::string source;  // empty: the user's checkpoint, else the default model
  std::string config;  // of a checkpoint
  std::string output;
  std::string precision;  // empty: that of the source's weights
  bool force = false;
  bool json = false;
};

void DefinePack(Arguments& command, PackOptions& options);

// Writes a model as one packed model file.
ExitCode RunPack(const PackOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MODELS_PACK_COMMAND_H_
