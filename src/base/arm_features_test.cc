#include "base/arm_features.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace dfn {
namespace {

#if defined(__aarch64__) && defined(__linux__)
// Linux names the features of the first processor in a line of words.
bool SystemNames(const std::string& feature) {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with("Features")) continue;
    std::istringstream words(line.substr(line.find(':') + 1));
    for (std::string word; words >> word;) {
      if (word == feature) return true;
    }
    return false;
  }
  return false;
}

TEST(ArmFeaturesTest, AreThoseThatTheSystemNames) {
  std::ifstream file("/proc/cpuinfo");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.find("Features") == std::string::npos) {
    GTEST_SKIP() << "NOT TESTED: an emulator shows the features of another processor";
  }
  const ArmFeatures features = DetectArmFeatures();
  EXPECT_EQ(features.dot_product, SystemNames("asimddp"));
  EXPECT_EQ(features.int8_matrix, SystemNames("i8mm"));
}
#elif !defined(__aarch64__) && !defined(_M_ARM64)
TEST(ArmFeaturesTest, AreNoneOnOtherProcessors) {
  EXPECT_FALSE(DetectArmFeatures().dot_product);
  EXPECT_FALSE(DetectArmFeatures().int8_matrix);
}
#endif

TEST(ArmFeaturesTest, MatrixProductsComeWithDotProducts) {
  const ArmFeatures features = DetectArmFeatures();
  if (features.int8_matrix) EXPECT_TRUE(features.dot_product);
}

}  // namespace
}  // namespace dfn
