// The choice of the instruction set where the build holds a single one (WebAssembly).
#include <hwy/highway.h>

#include "base/printable.h"
#include "kernels/targets.h"

static_assert((HWY_TARGETS & (HWY_TARGETS - 1)) == 0);

namespace dfn {

void ChooseKernelTarget() noexcept {}
Status PrepareKernelTarget() { return {}; }

Status CheckKernelTarget(const std::string& what, std::string_view name) {
  const char* only = KernelTargetName({HWY_TARGETS});
  if (name == only) return {};
  return Error{
      ErrorCode::kInvalidArgument,
      what + " is " + Quoted(name) + ", expected an instruction set of this machine: " + only};
}

KernelTarget ActiveKernelTarget() noexcept { return {HWY_TARGETS}; }
bool KernelTargetIsSelected() noexcept { return false; }
std::vector<KernelTarget> SupportedKernelTargets() { return {{HWY_TARGETS}}; }
const char* KernelTargetName(KernelTarget target) { return hwy::TargetName(target.vectors); }
void ForceKernelTarget(KernelTarget) {}
void AllowTiles() noexcept {}
bool NeedsTiles(std::string_view) noexcept { return false; }
bool VariableNeedsTiles() noexcept { return false; }
void ForgetKernelTarget() noexcept {}

}  // namespace dfn
