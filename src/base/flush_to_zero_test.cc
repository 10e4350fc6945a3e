#include "base/flush_to_zero.h"

#include <gtest/gtest.h>

#include <cfenv>
#include <limits>

namespace dfn {
namespace {

// Halves the least normal number while the program runs, so that the mode decides.
float Denormal() {
  volatile float least = std::numeric_limits<float>::min();
  return least * 0.5f;
}

bool KeepsDenormals() {
  volatile float denormal = Denormal();
  return denormal != 0.0f;
}

TEST(FlushToZeroTest, HoldsWhileItLivesAndComesBack) {
  ASSERT_TRUE(KeepsDenormals());
  {
    const FlushToZero flush;
    EXPECT_EQ(KeepsDenormals(), !FlushToZero::kSupported);
  }
  EXPECT_TRUE(KeepsDenormals());
}

TEST(FlushToZeroTest, TakesDenormalsForZero) {
  volatile float denormal = std::numeric_limits<float>::denorm_min();
  volatile float huge = 0x1p100f;
  const FlushToZero flush;
  EXPECT_EQ(denormal * huge == 0.0f, FlushToZero::kSupported);
}

TEST(FlushToZeroTest, ACallerThatFlushesGoesOnFlushing) {
  const FlushToZero callers;
  { const FlushToZero flush; }
  EXPECT_EQ(KeepsDenormals(), !FlushToZero::kSupported);
}

TEST(FlushToZeroTest, RoundsToNearestAndGivesTheCallersRoundingBack) {
  if (!FlushToZero::kSupported)
    GTEST_SKIP() << "NOT TESTED: this processor has no flush-to-zero mode";
  volatile float one = 1.0f;
  volatile float tiny = 0x1p-30f;
  ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
  // Volatile, since compilers may move a sum, but no access, beyond a change of the mode.
  volatile float inside = 0.0f;
  {
    const FlushToZero flush;
    inside = one + tiny;
  }
  volatile float after = one + tiny;
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(inside, 1.0f);
  EXPECT_GT(after, 1.0f);
}

}  // namespace
}  // namespace dfn
