// deepfilter merge and deepfilter split.
#ifndef DEEPFILTER_CLI_MODELS_MERGE_COMMAND_H_
#define DEEPFILTER_CLI_MODELS_MERGE_COMMAND_H_

#include <string>

#include "cli/exit_code.h"
#include "cli/models/export_options.h"

namespace dfn {

class Arguments;

struct MergeOptions {
  std::string folder;
  std::string output;  // empty: the merged file's usual name, in `folder`
  bool force = false;
};

struct SplitOptions {
  std::string source;
  std::string output;
  ExportForm form;
  bool force = false;
};

void DefineMerge(Arguments& command, MergeOptions& options);
void DefineSplit(Arguments& command, SplitOptions& options);

// Joins a folder's networks, or its streaming files, into one ONNX file.
ExitCode RunMerge(const MergeOptions& options);
// Makes the four streaming files of a model.
ExitCode RunSplit(const SplitOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MODELS_MERGE_COMMAND_H_
