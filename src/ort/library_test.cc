#include "ort/library.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/testing/scratch_folder.h"

namespace dfn::ort {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(LibraryTest, MissingLibrarySaysWhatToInstall) {
  const auto library = Library::Open("no/such/libonnxruntime.so");
  ASSERT_FALSE(library.ok());
  EXPECT_EQ(library.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(library.error().message, AllOf(HasSubstr("no/such/libonnxruntime.so"),
                                             HasSubstr("onnxruntime"), HasSubstr("--ort-library")));
}

TEST(LibraryTest, AFileThatIsNoLibraryIsRefused) {
  const ScratchFolder folder;
  const std::filesystem::path path = folder / "not_a_library.so";
  std::ofstream(path) << "text";
  const auto library = Library::Open(path);
  ASSERT_FALSE(library.ok());
  EXPECT_THAT(library.error().message, HasSubstr("not_a_library.so"));
}

TEST(LibraryTest, AnotherLibraryIsRefused) {
  // The C++ library is loaded in any case; its path is what the loader knows.
  Dl_info info;
  ASSERT_NE(dladdr(dlsym(RTLD_DEFAULT, "_ZSt9terminatev"), &info), 0);
  const auto library = Library::Open(info.dli_fname);
  ASSERT_FALSE(library.ok());
  EXPECT_EQ(library.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(library.error().message, HasSubstr("OrtGetApiBase"));
}

TEST(LibraryTest, ATooOldLibraryIsRefused) {
  const auto library = Library::Open(DFN_OLD_LIBRARY);
  ASSERT_FALSE(library.ok());
  EXPECT_EQ(library.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(library.error().message,
              AllOf(HasSubstr("ONNX Runtime 0.9.0 is too old"), HasSubstr("1.12")));
}

TEST(LibraryTest, ThePlaceNamedByTheEnvironmentIsTheOnlyOne) {
  const char* before = std::getenv("ORT_DYLIB_PATH");
  const std::string kept = before != nullptr ? before : "";
  setenv("ORT_DYLIB_PATH", "named/libonnxruntime.so", 1);
  const auto library = Library::Open();
  kept.empty() ? unsetenv("ORT_DYLIB_PATH") : setenv("ORT_DYLIB_PATH", kept.c_str(), 1);
  ASSERT_FALSE(library.ok());
  EXPECT_EQ(library.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(library.error().message, HasSubstr("named/libonnxruntime.so"));
}

}  // namespace
}  // namespace dfn::ort
