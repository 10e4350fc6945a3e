#include "os/process/program_path.h"

#include <system_error>

#if defined(__APPLE__)
#include <mach-o/dyld.h>

#include <cstdint>
#include <string>
#elif defined(__linux__)
#include <sys/auxv.h>
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
  if (!failed) return path;
#if defined(__linux__)
  return ProgramPathByStart();
#else
  return {};
#endif
}
#endif

#if defined(__linux__)
std::filesystem::path ProgramPathByStart() {
  // The kernel's copy, which nothing that the program is told by its caller changes.
  const auto* started = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  if (started == nullptr) return {};
  std::error_code failed;
  std::filesystem::path path = std::filesystem::canonical(started, failed);
  return failed ? std::filesystem::path() : path;
}
#endif

}  // namespace dfn
