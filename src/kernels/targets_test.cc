// This file is compiled once for each target, as kernels are.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/targets_test.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/targets.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

int64_t OwnTarget() { return HWY_TARGET; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/testing/environment.h"
#include "os/tiles.h"

namespace dfn {
namespace {

using testing::HasSubstr;

HWY_EXPORT(OwnTarget);

// Returns the target that kernels really run on.
KernelTarget TargetOfKernels() { return {HWY_DYNAMIC_DISPATCH(OwnTarget)(), ActiveByteDotKind()}; }

std::string ActiveName() {
  EXPECT_EQ(TargetOfKernels(), ActiveKernelTarget());
  return KernelTargetName(ActiveKernelTarget());
}
std::string BestName() { return KernelTargetName(SupportedKernelTargets().front()); }

// Brings about the state of a process that has just started with that value of the variable, or
// without the variable if there is no value.
void SetTarget(const std::optional<std::string>& value) {
  SetVariable(kKernelTargetVariable, value);
  ForgetKernelTarget();
}

class TargetsTest : public testing::Test {
 protected:
  ~TargetsTest() override { SetTarget(std::nullopt); }
};

TEST_F(TargetsTest, TheBestOneIsTheDefault) {
  for (const std::optional<std::string>& value :
       {std::optional<std::string>{}, std::optional<std::string>{""}}) {
    SetTarget(value);
    EXPECT_TRUE(PrepareKernelTarget().ok());
    EXPECT_FALSE(KernelTargetIsSelected());
    EXPECT_EQ(ActiveName(), BestName());
  }
}

TEST_F(TargetsTest, TheVariableSelectsEverySupportedOneInAnyCase) {
  for (const KernelTarget target : SupportedKernelTargets()) {
    std::string name = KernelTargetName(target);
    SetTarget(name.c_str());
    EXPECT_TRUE(PrepareKernelTarget().ok());
    EXPECT_TRUE(KernelTargetIsSelected());
    EXPECT_EQ(ActiveKernelTarget(), target);
    // A second preparation and a look at the list change nothing.
    EXPECT_TRUE(PrepareKernelTarget().ok());
    EXPECT_FALSE(SupportedKernelTargets().empty());
    EXPECT_EQ(TargetOfKernels(), target) << name;
    for (char& c : name) c = static_cast<char>(tolower(c));
    SetTarget(std::nullopt);
    SetTarget(name.c_str());
    EXPECT_EQ(ActiveKernelTarget(), target) << name;
  }
}

TEST_F(TargetsTest, AWrongVariableIsAnErrorThatNamesTheChoices) {
  for (const char* wrong : {"AVX99", "AVX", "AVX22", " AVX2"}) {
    SetTarget(wrong);
    const Status status = PrepareKernelTarget();
    ASSERT_FALSE(status.ok()) << wrong;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(status.error().message, HasSubstr("DEEPFILTER_SIMD is \"" + std::string(wrong)));
    EXPECT_THAT(status.error().message, HasSubstr(BestName()));
    // Callers without a way to report errors get the best one.
    ChooseKernelTarget();
    EXPECT_EQ(ActiveName(), BestName());
  }
}

TEST_F(TargetsTest, MeasurementsGoBackToTheSelectedOne) {
  const KernelTarget last = SupportedKernelTargets().back();
  SetTarget(KernelTargetName(last));
  ForceKernelTarget(SupportedKernelTargets().front());
  EXPECT_EQ(ActiveName(), BestName());
  // What the machine supports does not depend on what is forced.
  EXPECT_EQ(SupportedKernelTargets().back(), last);
  ForceKernelTarget({});
  EXPECT_EQ(ActiveKernelTarget(), last);
  EXPECT_EQ(TargetOfKernels(), last);
}

TEST_F(TargetsTest, TheVariableIsReadOnce) {
  SetTarget(KernelTargetName(SupportedKernelTargets().back()));
  ASSERT_TRUE(PrepareKernelTarget().ok());
  for (const std::string& later : {BestName(), std::string("AVX99")}) {
    SetVariable(kKernelTargetVariable, later);
    EXPECT_TRUE(PrepareKernelTarget().ok()) << later;
    EXPECT_EQ(TargetOfKernels(), SupportedKernelTargets().back()) << later;
  }
}

TEST_F(TargetsTest, AskingForTheTargetChoosesNone) {
  SetTarget("AVX99");
  EXPECT_EQ(KernelTargetName(ActiveKernelTarget()), BestName());
  EXPECT_FALSE(PrepareKernelTarget().ok());
}

TEST_F(TargetsTest, TilesAreSupportedWhereTheyMayBeUsed) {
  EXPECT_TRUE(NeedsTiles("avx3_amx"));
  EXPECT_FALSE(NeedsTiles("AVX3_VNNI"));
  const bool allowed = RequestTiles();
  if (allowed) AllowTiles();
  bool supported = false;
  for (const KernelTarget target : SupportedKernelTargets()) {
    supported = supported || target.bytes == ByteDotKind::kAmx;
  }
  const bool built = (HWY_TARGETS & HWY_AVX3) != 0;
  EXPECT_EQ(supported, built && allowed && ProcessorHasByteDot(ByteDotKind::kAmx));
}

TEST_F(TargetsTest, TheSentenceNamesWhatIsWrong) {
  EXPECT_TRUE(CheckKernelTarget("--simd", BestName()).ok());
  const Status unknown = CheckKernelTarget("--simd", "mmx");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(unknown.error().message, HasSubstr("--simd is \"mmx\""));
}

}  // namespace
}  // namespace dfn
#endif  // HWY_ONCE
