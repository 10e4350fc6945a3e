#include "os/process/program_path.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace dfn {
namespace {

TEST(ProgramPathTest, IsThisTest) {
  const std::filesystem::path path = ProgramPath();
  EXPECT_TRUE(path.is_absolute());
  EXPECT_EQ(path.stem(), "os_process_test");
}

#if defined(__linux__)
TEST(ProgramPathTest, IsTheSameWithoutProc) { EXPECT_EQ(ProgramPathByStart(), ProgramPath()); }
#endif

}  // namespace
}  // namespace dfn
