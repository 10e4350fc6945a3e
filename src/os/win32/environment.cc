#include "os/environment.h"

#include <windows.h>

#include "os/win32/wide.h"

namespace dfn {

std::optional<std::string> EnvironmentVariable(const char* name) {
  const std::wstring wide_name = Wide(name);
  std::wstring value(256, L'\0');
  for (;;) {
    const DWORD room = static_cast<DWORD>(value.size());
    const DWORD size = GetEnvironmentVariableW(wide_name.c_str(), value.data(), room);
    if (size == 0) return std::nullopt;
    value.resize(size);
    // Without enough room it is the size with the final zero.
    if (size < room) return Narrow(value);
  }
}

void PutEnvironmentVariable(const std::string& name, const std::string& value) {
  // The C library's table, where std::getenv looks, and the system's.
  _wputenv_s(Wide(name).c_str(), Wide(value).c_str());
}

}  // namespace dfn
