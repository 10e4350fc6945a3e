// The program's exit status.
#ifndef DEEPFILTER_CLI_EXIT_CODE_H_
#define DEEPFILTER_CLI_EXIT_CODE_H_

#include "base/result.h"

namespace dfn {

enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,         // the system refused: disk, folder, network, an existing output
  kExitUsage = 2,          // the command line is wrong
  kExitBadInput = 3,       // a sound or model is missing, damaged or of an unknown kind
  kExitInterrupted = 130,  // as shells count SIGINT
};

constexpr ExitCode ExitCodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return kExitUsage;
    case ErrorCode::kNotFound:
    case ErrorCode::kCorrupt:
    case ErrorCode::kLimit:
    case ErrorCode::kUnsupported:
    case ErrorCode::kMismatch:
      return kExitBadInput;
    case ErrorCode::kIo:
    case ErrorCode::kExists:
      return kExitFailed;
    case ErrorCode::kCancelled:
      return kExitInterrupted;
  }
  return kExitFailed;
}

}  // namespace dfn

#endif  // DEEPFILTER_CLI_EXIT_CODE_H_
