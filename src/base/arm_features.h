// Instructions of 64-bit ARM processors beyond those that every one of them has.
#ifndef DEEPFILTER_BASE_ARM_FEATURES_H_
#define DEEPFILTER_BASE_ARM_FEATURES_H_

namespace dfn {

struct ArmFeatures {
  bool dot_product = false;  // SDOT and UDOT (FEAT_DotProd)
  bool int8_matrix = false;  // SMMLA, UMMLA, USMMLA and USDOT (FEAT_I8MM)
};

// Asks the system what this processor has and the system lets programs use. Nothing on other
// processors, and where the system gives no answer. Any thread.
ArmFeatures DetectArmFeatures() noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_BASE_ARM_FEATURES_H_
