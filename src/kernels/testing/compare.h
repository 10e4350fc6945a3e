// Random numbers and comparisons that the tests of kernels and engine share.
#ifndef DEEPFILTER_KERNELS_TESTING_COMPARE_H_
#define DEEPFILTER_KERNELS_TESTING_COMPARE_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "kernels/targets.h"
#include "os/tiles.h"

namespace dfn {

// A generator of the same numbers on every machine, which std distributions are not.
class RandomFloats {
 public:
  explicit RandomFloats(uint64_t seed) : state_(seed * 2654435761u + 1) {}
  // Uniform in [-scale, scale).
  float Next(float scale = 1.0f) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    const auto bits = static_cast<int32_t>(state_ >> 32);
    return static_cast<float>(bits) * 0x1p-31f * scale;
  }
  std::vector<float> Vector(size_t n, float scale = 1.0f) {
    std::vector<float> v(n);
    for (float& x : v) x = Next(scale);
    return v;
  }
  AlignedBuffer<float> Aligned(size_t n, float scale = 1.0f) {
    AlignedBuffer<float> v(n);
    for (float& x : v.span()) x = Next(scale);
    return v;
  }

 private:
  uint64_t state_;
};

// Runs `body` on every instruction set of this machine, or only on the one that the environment
// variable DEEPFILTER_TEST_TARGET names, since an emulated machine is too slow for all of them.
template <class Body>
void ForEachKernelTarget(Body body) {
  if (RequestTiles()) AllowTiles();
  const char* only = std::getenv("DEEPFILTER_TEST_TARGET");
  bool ran = false;
  for (KernelTarget target : SupportedKernelTargets()) {
    const std::string name = KernelTargetName(target);
    if (only != nullptr && name != only) continue;
    ForceKernelTarget(target);
    SCOPED_TRACE(name);
    body();
    ForceKernelTarget({});
    ran = true;
  }
  EXPECT_TRUE(ran) << only << " is no instruction set of this machine and build";
}

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_TESTING_COMPARE_H_
