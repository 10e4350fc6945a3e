// deepfilter compare.
#ifndef DEEPFILTER_CLI_COMPARE_COMPARE_COMMAND_H_
#define DEEPFILTER_CLI_COMPARE_COMPARE_COMMAND_H_

#include <string>

#include "cli/exit_code.h"

namespace dfn {

class Arguments;

struct CompareOptions {
  std::string reference;
  std::string signal;
  std::string report;  // an HTML file; empty: none
  bool force = false;  // replaces it
  bool json = false;
};

void DefineCompare(Arguments& command, CompareOptions& options);

// Prints how far two sounds are apart. Reads both block by block, twice.
ExitCode RunCompare(const CompareOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_COMPARE_COMPARE_COMMAND_H_
