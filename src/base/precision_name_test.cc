#include "base/precision_name.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dfn {
namespace {

TEST(PrecisionNameTest, EveryOneHasANameOfItsOwn) {
  std::vector<std::string> names;
  for (const Precision precision : Precisions()) {
    names.emplace_back(PrecisionName(precision));
    EXPECT_EQ(FindPrecision(names.back()), precision);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"f32", "f16", "i8"}));
  EXPECT_EQ(FindPrecision("auto"), std::nullopt);
}

}  // namespace
}  // namespace dfn
