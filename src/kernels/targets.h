// The vector instruction set ("target") that the kernels run on: the best one of the machine unless
// the user selects another.
#ifndef DEEPFILTER_KERNELS_TARGETS_H_
#define DEEPFILTER_KERNELS_TARGETS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernels/byte_dot.h"

namespace dfn {

// One instruction set: that of the vectors (a bit of Highway's HWY_TARGET), and the instructions for
// products of bytes beside it. No target: {}.
struct KernelTarget {
  int64_t vectors = 0;
  ByteDotKind bytes = ByteDotKind::kNone;

  bool operator==(const KernelTarget&) const = default;
};

// The environment variable that selects a target by name, in upper or lower case.
inline constexpr char kKernelTargetVariable[] = "DEEPFILTER_SIMD";

// Sets the process's target unless it is set already: the one that $DEEPFILTER_SIMD names, or the
// best one if the variable is unset, empty or wrong. Call it at preparation: otherwise the first
// kernel call sets the best vectors, without instructions for bytes, and asks the processor then. Any
// thread.
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
// "AVX3_AMX", "AVX3_VNNI", "AVX3", "AVX2_VNNI", "AVX2", "SSE4", "SSSE3", "NEON_I8MM",
// "NEON_DOT", "NEON", "EMU128", ...
const char* KernelTargetName(KernelTarget target);

// Makes all kernels of the process use `target`, one of the supported ones, for a test or a
// measurement; {} goes back to the selected or best one. Not while kernels run.
void ForceKernelTarget(KernelTarget target);

// Adds AVX3_AMX to the supported targets of a processor that has it, and uses it if AVX3_VNNI is in use
// and no variable selects that. The caller has the operating system's permission to use the tiles
// (os/tiles.h). Results do not change, so kernels may be running. Any thread.
void AllowTiles() noexcept;
// Whether `name`, in upper or lower case, is a target that needs AllowTiles.
bool NeedsTiles(std::string_view name) noexcept;
// The same of the name in the environment variable.
bool VariableNeedsTiles() noexcept;

// Makes the next ChooseKernelTarget choose anew, as in a process that has just started. For tests;
// not while kernels run.
void ForgetKernelTarget() noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_TARGETS_H_
