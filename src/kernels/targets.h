// The instruction set that the kernels run on: the best one of the machine, unless another is
// forced.
#ifndef DEEPFILTER_KERNELS_TARGETS_H_
#define DEEPFILTER_KERNELS_TARGETS_H_

#include <cstdint>
#include <vector>

namespace dfn {

// One instruction set (a bit of Highway's HWY_TARGET).
using KernelTarget = int64_t;

// Chooses the best target unless one has been chosen already. Call it at preparation: otherwise the
// first kernel call does it, and asks the processor then. Any thread.
void ChooseKernelTarget() noexcept;

// Targets that this build holds and this machine runs, best first; ask before forcing one.
std::vector<KernelTarget> SupportedKernelTargets();
// "AVX3", "AVX2", "SSE4", "NEON", "SCALAR", ...
const char* KernelTargetName(KernelTarget target);
// Makes all kernels of the process use `target`, one of the supported ones; 0 goes back to the
// best. Not while kernels run.
void ForceKernelTarget(KernelTarget target);

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_TARGETS_H_
