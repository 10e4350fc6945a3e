// A whole file, for tests.
#ifndef DEEPFILTER_BASE_TESTING_FILE_CONTENT_H_
#define DEEPFILTER_BASE_TESTING_FILE_CONTENT_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace dfn {

// The bytes of a file. The test fails if there is no such file.
inline std::string FileContent(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_TESTING_FILE_CONTENT_H_
