#include "os/shared_library.h"

#include <gtest/gtest.h>

#include <utility>

namespace dfn {
namespace {

TEST(SharedLibraryTest, FindsFunctions) {
  auto opened = SharedLibrary::Open(DFN_PLAIN_LIBRARY);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  const SharedLibrary library = std::move(*opened);
  auto* answer = library.Find<int()>("dfn_test_answer");
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer(), 42);
  EXPECT_EQ(library.Find<int()>("no_such_function"), nullptr);
  EXPECT_EQ(opened->Find<int()>("dfn_test_answer"), nullptr);
}

TEST(SharedLibraryTest, AMissingLibraryIsNotFound) {
  const auto library = SharedLibrary::Open("no/such/library.so");
  ASSERT_FALSE(library.ok());
  EXPECT_EQ(library.error().code, ErrorCode::kNotFound);
  EXPECT_NE(library.error().message.find("no/such/library.so"), std::string::npos);
}

}  // namespace
}  // namespace dfn
