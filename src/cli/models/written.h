// What the commands that write models share.
#ifndef DEEPFILTER_CLI_MODELS_WRITTEN_H_
#define DEEPFILTER_CLI_MODELS_WRITTEN_H_

#include <cstdint>
#include <string>

#include "api/tools/export_model.h"
#include "base/result.h"

namespace dfn {

// A line for the source and the folder, and one for each file.
std::string DescribeWritten(const WrittenFiles& written);

// A StepFunction. Errors: kCancelled, once the user wants to stop.
Status StopWhenInterrupted(uint64_t done, uint64_t total);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MODELS_WRITTEN_H_
