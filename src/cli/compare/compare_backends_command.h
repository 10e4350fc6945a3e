// deepfilter compare-backends.
#ifndef DEEPFILTER_CLI_COMPARE_COMPARE_BACKENDS_COMMAND_H_
#define DEEPFILTER_CLI_COMPARE_COMPARE_BACKENDS_COMMAND_H_

#include <string>
#include <vector>

#include "cli/engine_options.h"
#include "cli/exit_code.h"

namespace dfn {

class Arguments;

struct CompareBackendsOptions {
  std::string audio;  // empty: SyntheticSignal
  std::string model;
  std::vector<size_t> windows;          // of mode stateless; empty: the default
  std::vector<std::string> precisions;  // of the native network, besides f32
  size_t rounds = 3;
  EngineFlags engine;
  bool json = false;
};

void DefineCompareBackends(Arguments& command, CompareBackendsOptions& options);

// Runs one sound through the native network, through ONNX Runtime in every mode that the model's
// files allow, and through the exact export; prints for each its SNR against native, speed, memory.
ExitCode RunCompareBackends(const CompareBackendsOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_COMPARE_COMPARE_BACKENDS_COMMAND_H_
