// The vector instruction set ("target") that the kernels run on: the best one of the machine unless
// the user selects another.
#ifndef DEEPFILTER_KERNELS_TARGETS_H_
#define DEEPFILTER_KERNELS_TARGETS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dfn {

// One instruction set (a bit of Highway's HWY_TARGET).
using KernelTarget = int64_t;

// The environment variable that selects a target by name, in upper or lower case.
inline constexpr char kKernelTargetVariable[] = "DEEPFILTER_SIMD";

// Sets the process's target unless it is set already: the one that $DEEPFILTER_SIMD names, or the
// best one if the variable is unset, empty or wrong. Call it at preparation: otherwise the first
// kernel call sets the best target, and asks the processor then. Any thread.
void ChooseKernelTarget() noexcept;

// ChooseKernelTarget for callers that report errors. Errors: those of CheckKernelTarget for the
// variable, unless a target has been set. Any thread.
Status PrepareKernelTarget();

// Checks that `name`, in upper or lower case, is a target of this machine and build. The error's
// sentence begins with `what`. Errors: kInvalidArgument.
Status CheckKernelTarget(const std::string& what, std::string_view name);

// The target that the process uses, or would choose now. Any thread.
KernelTarget ActiveKernelTarget() noexcept;

// Whether the variable selects a target.
bool KernelTargetIsSelected() noexcept;

// Targets that this build holds and this machine runs, best first; ask before forcing one.
std::vector<KernelTarget> SupportedKernelTargets();
// "AVX3", "AVX2", "SSE4", "SSSE3", "SSE2", "NEON", "EMU128", ...
const char* KernelTargetName(KernelTarget target);

// Makes all kernels of the process use `target`, one of the supported ones, for a test or a
// measurement; 0 goes back to the selected or best one. Not while kernels run.
void ForceKernelTarget(KernelTarget target);

// Makes the next ChooseKernelTarget choose anew, as in a process that has just started. For tests;
// not while kernels run.
void ForgetKernelTarget() noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_TARGETS_H_
