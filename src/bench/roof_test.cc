#include "bench/roof.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>

#include "bench/machine.h"
#include "kernels/targets.h"

namespace dfn::bench {
namespace {

TEST(RoofTest, EveryTargetHasOne) {
  for (const KernelTarget target : SupportedKernelTargets()) {
    ForceKernelTarget(target);
    // No machine does less than a million, nor as much as a million times a billion, a second.
    const double gmac = MeasureMultiplyAdds();
    EXPECT_GT(gmac, 1e-3) << KernelTargetName(target);
    EXPECT_LT(gmac, 1e6) << KernelTargetName(target);
    const ReadSpeed read = MeasureReadSpeed(RoofSizes().front());
    EXPECT_EQ(read.bytes, RoofSizes().front());
    EXPECT_GT(read.gb_per_s, 1e-3) << KernelTargetName(target);
    EXPECT_LT(read.gb_per_s, 1e6) << KernelTargetName(target);
  }
  ForceKernelTarget({});
}

TEST(MachineTest, HeapCountsWhatIsTaken) {
  if (!HeapBytes()) GTEST_SKIP() << "NOT TESTED: this heap is not counted";
  const size_t before = *HeapBytes();
  const auto taken = std::make_unique<char[]>(1 << 20);
  EXPECT_GE(*HeapBytes() - before, size_t{1} << 20);
}

}  // namespace
}  // namespace dfn::bench
