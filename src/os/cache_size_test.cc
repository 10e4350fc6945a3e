#include "os/cache_size.h"

#include <gtest/gtest.h>

namespace dfn {
namespace {

TEST(CacheSizeTest, IsUnknownOrThatOfACache) {
  const size_t bytes = SecondLevelCacheBytes();
  if (bytes == 0) return;  // some systems and emulators do not tell
  EXPECT_GE(bytes, size_t{16} << 10);
  EXPECT_LE(bytes, size_t{1} << 30);
  EXPECT_EQ(SecondLevelCacheBytes(), bytes);
}

}  // namespace
}  // namespace dfn
