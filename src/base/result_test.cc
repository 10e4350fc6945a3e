#include "base/result.h"

#include <gtest/gtest.h>

namespace dfn {
namespace {

Result<int> Half(int value) {
  if (value % 2 != 0) return Error{ErrorCode::kInvalidArgument, "odd"};
  return value / 2;
}

Result<int> Quarter(int value) {
  DFN_TRY(const int half, Half(value));
  DFN_TRY(const int quarter, Half(half));
  return quarter;
}

Status IsEven(int value) {
  DFN_CHECK(Half(value).ok() ? Status() : Status(Error{ErrorCode::kMismatch, "not even"}));
  return {};
}

TEST(ResultTest, ValuePassesThroughTry) {
  ASSERT_TRUE(Quarter(12).ok());
  EXPECT_EQ(*Quarter(12), 3);
}

TEST(ResultTest, FirstErrorComesBackWhole) {
  const Result<int> result = Quarter(6);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(result.error().message, "odd");
}

TEST(ResultTest, StatusCarriesItsError) {
  EXPECT_TRUE(IsEven(4).ok());
  EXPECT_EQ(IsEven(5).error().code, ErrorCode::kMismatch);
}

}  // namespace
}  // namespace dfn
