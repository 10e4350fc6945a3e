#include "ort/library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/testing/environment.h"
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
  const auto library = Library::Open(DFN_PLAIN_LIBRARY);
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
  const ScopedVariable place("ORT_DYLIB_PATH", "named/libonnxruntime.so");
  const auto library = Library::Open();
  ASSERT_FALSE(library.ok());
  EXPECT_EQ(library.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(library.error().message, HasSubstr("named/libonnxruntime.so"));
}

}  // namespace
}  // namespace dfn::ort
