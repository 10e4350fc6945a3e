#include "os/process/environment.h"

#include <cstdlib>

namespace dfn {

void SetEnvironmentVariable(const std::string& name, const std::string& value) {
  setenv(name.c_str(), value.c_str(), 1);
}

}  // namespace dfn
