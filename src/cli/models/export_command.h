// deepfilter export.
#ifndef DEEPFILTER_CLI_MODELS_EXPORT_COMMAND_H_
#define DEEPFILTER_CLI_MODELS_EXPORT_COMMAND_H_

#include <string>

#include "cli/exit_code.h"
#include "cli/models/export_options.h"

namespace dfn {

class Arguments;

struct ExportCommandOptions {
  std::string source;  // empty: the user's checkpoint, else the default model
  std::string config;  // of a checkpoint
  std::string output;
  ExportForm form;
  bool verify = false;
  std::string verify_audio;  // empty: a synthetic signal
  std::string ort_library;
  bool force = false;
  bool json = false;
};

void DefineExport(Arguments& command, ExportCommandOptions& options);

// Writes a model as ONNX files that keep their state, and verifies them if asked to.
ExitCode RunExport(const ExportCommandOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MODELS_EXPORT_COMMAND_H_
