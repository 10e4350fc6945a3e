#include "base/finite.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace dfn {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(FirstNotFiniteTest, FindsTheFirstOfAnyKindAnywhere) {
  for (size_t size : {1u, 7u, 1023u, 1024u, 1025u, 5000u}) {
    for (float odd : {kInf, -kInf, kNan, -kNan, std::numeric_limits<float>::signaling_NaN()}) {
      for (size_t at : {size_t{0}, size / 2, size - 1}) {
        std::vector<float> values(size, std::numeric_limits<float>::max());
        values[at] = odd;
        values.back() = odd;
        EXPECT_EQ(FirstNotFinite(values), at) << size;
      }
    }
  }
}

TEST(FirstNotFiniteTest, IsTheSizeWhereAllAreNumbers) {
  EXPECT_EQ(FirstNotFinite({}), 0u);
  const std::vector<float> values = {0.0f, -0.0f, std::numeric_limits<float>::denorm_min(),
                                     std::numeric_limits<float>::lowest()};
  EXPECT_EQ(FirstNotFinite(values), values.size());
}

}  // namespace
}  // namespace dfn
