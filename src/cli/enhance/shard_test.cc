#include "cli/enhance/shard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace dfn {
namespace {

TEST(ShardTest, ReadsWhatUsersWrite) {
  const auto shard = ParseShard("3/8");
  ASSERT_TRUE(shard.ok());
  EXPECT_EQ(shard->index, 3u);
  EXPECT_EQ(shard->count, 8u);
  EXPECT_TRUE(ParseShard("1/1").ok());
  EXPECT_TRUE(ParseShard("1000000/1000000").ok());
  EXPECT_EQ(ParseShard("")->count, 1u);
  for (const char* wrong : {"0/8", "9/8", "3", "/", "3/", "/8", "3/8/2", "-1/8", "+1/8", " 1/8",
                            "1/0", "1/1000001", "a/b", "1/99999999999999999999"}) {
    const auto refused = ParseShard(wrong);
    ASSERT_FALSE(refused.ok()) << wrong;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  }
}

// What other programs compute: printf %s talks/a.wav | sha256sum.
TEST(ShardTest, IsTheDocumentedHash) {
  // The first 16 digits of the sum of "abc" (FIPS 180-4): ba7816bf8f01cfea.
  EXPECT_EQ(ShardOf("abc", 1'000'000), 1 + 0xba7816bf8f01cfeaULL % 1'000'000);
  EXPECT_EQ(ShardOf("abc", 1), 1u);
}

// Names like these have all the same parity in simple sums.
TEST(ShardTest, ShardsAreOfAboutTheSameSize) {
  constexpr size_t kFiles = 4000;
  for (const uint64_t count : {2u, 4u, 7u, 64u}) {
    std::vector<size_t> sizes(count);
    for (size_t i = 0; i < kFiles; ++i) {
      const std::string number = std::to_string(10'000 + i);
      const uint64_t shard = ShardOf(number + "/" + number + ".wav", count);
      ASSERT_TRUE(1 <= shard && shard <= count);
      ++sizes[shard - 1];
    }
    const double mean = static_cast<double>(kFiles) / static_cast<double>(count);
    for (const size_t size : sizes) {
      // Five standard deviations of a fair distribution.
      EXPECT_NEAR(static_cast<double>(size), mean, 5.0 * std::sqrt(mean)) << count;
    }
  }
}

}  // namespace
}  // namespace dfn
