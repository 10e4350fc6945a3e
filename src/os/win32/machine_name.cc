#include "os/machine_name.h"

#include <windows.h>

#include "os/win32/wide.h"

namespace dfn {

std::string SystemName() {
  SYSTEM_INFO info;
  GetNativeSystemInfo(&info);
  switch (info.wProcessorArchitecture) {
    case PROCESSOR_ARCHITECTURE_AMD64:
      return "Windows x86_64";
    case PROCESSOR_ARCHITECTURE_ARM64:
      return "Windows aarch64";
    default:
      return "Windows";
  }
}

std::string ProcessorName() {
  wchar_t name[256];
  DWORD bytes = sizeof(name);
  if (RegGetValueW(HKEY_LOCAL_MACHINE, L"HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0",
                   L"ProcessorNameString", RRF_RT_REG_SZ, nullptr, name, &bytes) != ERROR_SUCCESS) {
    return {};
  }
  return Narrow(name);
}

}  // namespace dfn
