// Symbolic links, for tests.
#ifndef DEEPFILTER_BASE_TESTING_SYMBOLIC_LINK_H_
#define DEEPFILTER_BASE_TESTING_SYMBOLIC_LINK_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <system_error>

// Whether a test may go without symbolic links: Windows refuses them to users without that right, and
// Wine only says that it has made one.
#if defined(_WIN32)
#define DFN_LINKS_MAY_BE_MISSING true
#else
#define DFN_LINKS_MAY_BE_MISSING false
#endif

// Makes a symbolic link to a file or, with create_directory_symlink, to a folder. Where none comes of
// it, the test fails, or is skipped where links may be missing.
#define DFN_SYMLINK_OR_SKIP(create, target, link)                             \
  do {                                                                        \
    std::error_code dfn_refusal;                                              \
    std::filesystem::create(target, link, dfn_refusal);                       \
    if (dfn_refusal || !std::filesystem::is_symlink(link, dfn_refusal)) {     \
      if (!DFN_LINKS_MAY_BE_MISSING) FAIL() << "no symbolic link was made";   \
      GTEST_SKIP() << "NOT TESTED: this system makes no symbolic links here"; \
    }                                                                         \
  } while (false)

#endif  // DEEPFILTER_BASE_TESTING_SYMBOLIC_LINK_H_
