#include "os/process/pipe.h"

#include <windows.h>

#include "os/win32/error.h"
#include "os/win32/handles.h"

namespace dfn {

Pipe NewPipe() {
  HANDLE from = INVALID_HANDLE_VALUE;
  HANDLE to = INVALID_HANDLE_VALUE;
  if (!CreatePipe(&from, &to, nullptr, 0)) {
    const int error = LastErrno();
    return {{OwnedDescriptor(), error}, {OwnedDescriptor(), error}};
  }
  return {DescriptorOf(from), DescriptorOf(to)};
}

BrokenPipesFail::BrokenPipesFail() = default;
BrokenPipesFail::~BrokenPipesFail() = default;

}  // namespace dfn
