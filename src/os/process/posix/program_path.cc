#include "os/process/program_path.h"

#include <system_error>

#if defined(__APPLE__)
#include <mach-o/dyld.h>

#include <cstdint>
#include <string>
#endif

namespace dfn {

#if defined(__APPLE__)
std::filesystem::path ProgramPath() {
  uint32_t size = 0;
  _NSGetExecutablePath(nullptr, &size);
  std::string path(size, '\0');
  if (_NSGetExecutablePath(path.data(), &size) != 0) return {};
  std::error_code failed;
  std::filesystem::path real = std::filesystem::canonical(path.c_str(), failed);
  return failed ? std::filesystem::path() : real;
}
#else
std::filesystem::path ProgramPath() {
  std::error_code failed;
  std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::filesystem::path() : path;
}
#endif

}  // namespace dfn
