// Symbolic links, for tests.
#ifndef DEEPFILTER_BASE_TESTING_SYMBOLIC_LINK_H_
#define DEEPFILTER_BASE_TESTING_SYMBOLIC_LINK_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <system_error>

// Makes a symbolic link to a file or, with create_directory_symlink, to a folder. Ends the test as
// skipped where the system refuses, as Windows does to users without that right, or only says that it
// has made one, as Wine does.
#define DFN_SYMLINK_OR_SKIP(create, target, link)                             \
  do {                                                                        \
    std::error_code dfn_refusal;                                              \
    std::filesystem::create(target, link, dfn_refusal);                       \
    if (dfn_refusal || !std::filesystem::is_symlink(link, dfn_refusal)) {     \
      GTEST_SKIP() << "NOT TESTED: this system makes no symbolic links here"; \
    }                                                                         \
  } while (false)

#endif  // DEEPFILTER_BASE_TESTING_SYMBOLIC_LINK_H_
