// The environment of this process.
#ifndef DEEPFILTER_OS_ENVIRONMENT_H_
#define DEEPFILTER_OS_ENVIRONMENT_H_

#include <optional>
#include <string>

namespace dfn {

// A variable's value as text (base/path_text.h); nothing if it is not set or empty.
std::optional<std::string> EnvironmentVariable(const char* name);

// Sets a variable for this process and those that it starts. Call it before other threads start.
void PutEnvironmentVariable(const std::string& name, const std::string& value);

}  // namespace dfn

#endif  // DEEPFILTER_OS_ENVIRONMENT_H_
