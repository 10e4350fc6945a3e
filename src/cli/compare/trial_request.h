// What a trial runs, as bytes that go to the process that runs it.
#ifndef DEEPFILTER_CLI_COMPARE_TRIAL_REQUEST_H_
#define DEEPFILTER_CLI_COMPARE_TRIAL_REQUEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "api/select/engine.h"
#include "base/bytes.h"

namespace dfn {

struct TrialRequest {
  std::string source;    // of the model
  EngineOptions engine;  // as EngineOptionsOf makes them
  std::string audio;     // the path for ReadTrialSignal
};

std::vector<uint8_t> RequestBytes(const TrialRequest& request);

// `bytes` are those of RequestBytes: both are of one program.
TrialRequest RequestOf(Bytes bytes);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_COMPARE_TRIAL_REQUEST_H_
