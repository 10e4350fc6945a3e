#include "kernels/targets.h"

#include <hwy/highway.h>

namespace dfn {

void ChooseKernelTarget() noexcept {
  hwy::ChosenTarget& chosen = hwy::GetChosenTarget();
  if (!chosen.IsInitialized()) chosen.Update(hwy::SupportedTargets());
}

std::vector<KernelTarget> SupportedKernelTargets() { return hwy::SupportedAndGeneratedTargets(); }

const char* KernelTargetName(KernelTarget target) { return hwy::TargetName(target); }

void ForceKernelTarget(KernelTarget target) {
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace dfn
