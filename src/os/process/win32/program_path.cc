#include "os/process/program_path.h"

#include <windows.h>

#include <string>

namespace dfn {

std::filesystem::path ProgramPath() {
  std::wstring path(260, L'\0');
  for (;;) {
    const DWORD size = GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    if (size < path.size()) return path.substr(0, size);
    path.resize(2 * path.size());
  }
}

}  // namespace dfn
