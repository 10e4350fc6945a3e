#include "os/machine_name.h"

#include <sys/utsname.h>

#include <fstream>

#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace dfn {

std::string SystemName() {
  utsname name;
  if (uname(&name) != 0) return {};
  return std::string(name.sysname) + " " + name.machine;
}

#if defined(__APPLE__)
std::string ProcessorName() {
  char name[256] = {};
  size_t size = sizeof(name) - 1;
  if (sysctlbyname("machdep.cpu.brand_string", name, &size, nullptr, 0) != 0) return {};
  return name;
}
#else
// The value of the first "key : value" line that one of the usual keys opens.
std::string ProcessorName() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with("model name") && !line.starts_with("Model")) continue;
    const size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return {};
}
#endif

}  // namespace dfn
