// deepfilter inspect.
#ifndef DEEPFILTER_CLI_INSPECT_COMMAND_H_
#define DEEPFILTER_CLI_INSPECT_COMMAND_H_

#include <string>

#include "cli/exit_code.h"
#include "model/model.h"

namespace CLI {
class App;
}

namespace dfn {

struct InspectOptions {
  std::string source;
  bool json = false;
};

void DefineInspect(CLI::App& command, InspectOptions& options);

// Prints what a model is made of.
ExitCode RunInspect(const InspectOptions& options);

// The texts that RunInspect prints.
std::string DescribeModel(const Model& model);
std::string DescribeModelJson(const Model& model);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_INSPECT_COMMAND_H_
