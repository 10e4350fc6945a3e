#include "os/shared_library.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <utility>

namespace dfn {
namespace {

TEST(SharedLibraryTest, FindsFunctions) {
  // The C++ library is loaded in any case; the loader knows its path.
  Dl_info info;
  ASSERT_NE(dladdr(dlsym(RTLD_DEFAULT, "_ZSt9terminatev"), &info), 0);
  auto opened = SharedLibrary::Open(info.dli_fname);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  const SharedLibrary library = std::move(*opened);
  EXPECT_NE(library.Find<void()>("_ZSt9terminatev"), nullptr);
  EXPECT_EQ(library.Find<void()>("no_such_function"), nullptr);
  EXPECT_EQ(opened->Find<void()>("_ZSt9terminatev"), nullptr);
}

TEST(SharedLibraryTest, AMissingLibraryIsNotFound) {
  const auto library = SharedLibrary::Open("no/such/library.so");
  ASSERT_FALSE(library.ok());
  EXPECT_EQ(library.error().code, ErrorCode::kNotFound);
  EXPECT_NE(library.error().message.find("no/such/library.so"), std::string::npos);
}

}  // namespace
}  // namespace dfn
