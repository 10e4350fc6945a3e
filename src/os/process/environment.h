// The environment of this process.
#ifndef DEEPFILTER_OS_PROCESS_ENVIRONMENT_H_
#define DEEPFILTER_OS_PROCESS_ENVIRONMENT_H_

#include <string>

namespace dfn {

// Sets a variable for this process and those that it starts. Call it before other threads start.
void SetEnvironmentVariable(const std::string& name, const std::string& value);

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_ENVIRONMENT_H_
