// Handles of Windows behind the C library's descriptors.
#ifndef DEEPFILTER_OS_WIN32_HANDLES_H_
#define DEEPFILTER_OS_WIN32_HANDLES_H_

#include "os/descriptor.h"

namespace dfn {

// The handle of a descriptor, INVALID_HANDLE_VALUE if it has none.
void* HandleOf(int descriptor);

// A descriptor that owns the handle, or the error.
OpenedFile DescriptorOf(void* handle);

}  // namespace dfn

#endif  // DEEPFILTER_OS_WIN32_HANDLES_H_
