// A file for a test to write, as the program's own outputs are opened.
#ifndef DEEPFILTER_OS_TESTING_NEW_FILE_H_
#define DEEPFILTER_OS_TESTING_NEW_FILE_H_

#include <gtest/gtest.h>

#include <filesystem>

#include "os/owned_descriptor.h"

#include <fcntl.h>
#if defined(_WIN32)
#include <io.h>
#include <sys/stat.h>
#endif

namespace dfn {

// Empty, for reading and writing, in place of what was there. Bytes pass as they are.
inline OwnedDescriptor NewFile(const std::filesystem::path& path) {
#if defined(_WIN32)
  OwnedDescriptor file(
      _wopen(path.c_str(), _O_RDWR | _O_CREAT | _O_TRUNC | _O_BINARY, _S_IREAD | _S_IWRITE));
#else
  OwnedDescriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0644));
#endif
  EXPECT_GE(file.get(), 0) << path;
  return file;
}

}  // namespace dfn

#endif  // DEEPFILTER_OS_TESTING_NEW_FILE_H_
