// Runs one engine in a process of its own and measures its output, speed and memory.
#ifndef DEEPFILTER_CLI_COMPARE_BACKEND_TRIAL_H_
#define DEEPFILTER_CLI_COMPARE_BACKEND_TRIAL_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "api/select/run_choice.h"
#include "base/result.h"
#include "cli/compare/trial_request.h"
#include "os/process/child_process.h"

namespace dfn {

struct TrialResult {
  double rtf = 0.0;     // processing time over sound time, many frames a call
  double p50_us = 0.0;  // of a frame, one a call
  double p99_us = 0.0;
};

// The process lives as long as this does.
class BackendTrial {
 public:
  // Starts the process and returns at once. Errors: kIo.
  static Result<BackendTrial> Start(const TrialRequest& request);

  // Waits until the engine is open and describes it (EngineText, EngineJson). Call once,
  // first. Errors: those of OpenEngine and ReadTrialSignal; kIo (the process died).
  struct Opened {
    std::string text;
    nlohmann::ordered_json json;
  };
  Result<Opened> WaitUntilOpen();
  // Runs the whole sound twice: many frames a call, then one. Errors: those of Engine::NewDenoiser
  // and Engine::status; kIo.
  Result<TrialResult> Run();
  // The output of the last Run, aligned with the input, and the peak memory of the process.
  // Errors: kIo.
  struct Outcome {
    std::vector<float> samples;
    uint64_t peak_bytes = 0;
  };
  Result<Outcome> Finish();

 private:
  explicit BackendTrial(ChildProcess process) : process_(std::move(process)) {}
  Result<nlohmann::ordered_json> Ask(const char* question);

  ChildProcess process_;
};

// The modes in which ONNX Runtime could run a source (FindModes). They are found in a process of
// their own, so that reading the files adds to no engine's memory. Errors: those of FindModes; kIo.
Result<std::vector<RunMode>> FindModesApart(const std::string& source);

// What the processes above do, for RunAsChild.
std::span<const ChildWork> TrialWorks();

}  // namespace dfn

#endif  // DEEPFILTER_CLI_COMPARE_BACKEND_TRIAL_H_
