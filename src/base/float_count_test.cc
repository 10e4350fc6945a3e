#include "base/float_count.h"

#include <gtest/gtest.h>

#include <limits>

namespace dfn {
namespace {

template <class Count>
void ExpectKept(uint64_t count) {
  float digits[Count::kFloats];
  Count::Write(count, digits);
  uint64_t read = 1;
  EXPECT_TRUE(Count::Read(digits, read)) << count;
  EXPECT_EQ(read, count);
}

TEST(FloatCountTest, KeepsEveryCount) {
  for (const uint64_t count : {uint64_t{0}, uint64_t{1}, uint64_t{4095}, uint64_t{4096},
                               uint64_t{65536}, (uint64_t{1} << 48) - 1}) {
    ExpectKept<FloatCount<4, 12>>(count);
    ExpectKept<FloatCount<4, 16>>(count);
  }
  ExpectKept<FloatCount<4, 16>>(std::numeric_limits<uint64_t>::max());
}

TEST(FloatCountTest, DigitsAreLowestFirst) {
  float digits[4];
  FloatCount<4, 12>::Write(3 + 4096 * 5, digits);
  EXPECT_EQ(digits[0], 3.0f);
  EXPECT_EQ(digits[1], 5.0f);
  EXPECT_EQ(digits[2], 0.0f);
}

TEST(FloatCountTest, RefusesWhatIsNoDigit) {
  for (const float wrong : {-1.0f, 0.5f, 4096.0f, std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::quiet_NaN()}) {
    const float digits[] = {0.0f, wrong, 0.0f, 0.0f};
    uint64_t count = 7;
    EXPECT_FALSE((FloatCount<4, 12>::Read(digits, count))) << wrong;
    EXPECT_EQ(count, 7u);
  }
}

}  // namespace
}  // namespace dfn
