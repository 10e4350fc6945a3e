// deepfilter compare-backends.
#ifndef DEEPFILTER_CLI_COMPARE_COMPARE_BACKENDS_COMMAND_H_
#define DEEPFILTER_CLI_COMPARE_COMPARE_BACKENDS_COMMAND_H_

#include <string>
#include <vector>

#include "cli/engine_options.h"
#include "cli/exit_code.h"

namespace CLI {
class App;
}

namespace dfn {

struct CompareBackendsOptions {
  std::string audio;  // empty: SyntheticSignal
  std::string model;
  std::vector<size_t> windows;          // of mode stateless; empty: the default
  std::vector<std::string> precisions;  // of the native network, besides f32
  size_t rounds = 3;
  EngineFlags engine;
  bool json = false;
};

void DefineCompareBackends(CLI::App& command, CompareBackendsOptions& options);

// The same sound through the native network and through ONNX Runtime in every mode that the model's
// files allow, and as the exact export; prints how far from native, how fast, how much memory.
ExitCode RunCompareBackends(const CompareBackendsOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_COMPARE_COMPARE_BACKENDS_COMMAND_H_
