// Signals and scratch folders for the tests of this room.
#ifndef DEEPFILTER_AUDIO_TESTING_SIGNAL_H_
#define DEEPFILTER_AUDIO_TESTING_SIGNAL_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace dfn {

// Reproducible noise in [-amplitude, amplitude).
inline std::vector<float> TestNoise(size_t size, float amplitude = 0.5f, uint32_t seed = 1) {
  std::vector<float> samples(size);
  for (float& sample : samples) {
    seed = seed * 1664525u + 1013904223u;
    sample = amplitude * (static_cast<float>(seed >> 8) / static_cast<float>(1u << 23) - 1.0f);
  }
  return samples;
}

// An empty folder that goes with the test.
class ScratchFolder {
 public:
  ScratchFolder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::path(testing::TempDir()) /
            (std::string(test->test_suite_name()) + "." + test->name());
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  size_t Entries() const {
    size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path_)) ++count;
    return count;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_TESTING_SIGNAL_H_
