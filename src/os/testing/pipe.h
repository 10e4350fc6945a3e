// A pipe, for tests.
#ifndef DEEPFILTER_OS_TESTING_PIPE_H_
#define DEEPFILTER_OS_TESTING_PIPE_H_

#include <gtest/gtest.h>

#include "os/owned_descriptor.h"

#if defined(_WIN32)
#include <fcntl.h>
#include <io.h>
#else
#include <unistd.h>
#endif

namespace dfn {

// Bytes pass as they are. Either end may be closed before the other.
struct TestPipe {
  TestPipe() {
    int ends[2] = {-1, -1};
#if defined(_WIN32)
    constexpr unsigned kBufferBytes = 65536;
    EXPECT_EQ(_pipe(ends, kBufferBytes, _O_BINARY | _O_NOINHERIT), 0);
#else
    EXPECT_EQ(pipe(ends), 0);
#endif
    reading = OwnedDescriptor(ends[0]);
    writing = OwnedDescriptor(ends[1]);
  }

  OwnedDescriptor reading;
  OwnedDescriptor writing;
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_TESTING_PIPE_H_
