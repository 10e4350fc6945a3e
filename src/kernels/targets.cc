#include "kernels/targets.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/printable.h"

namespace dfn {
namespace {

char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool SameName(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Upper(x) == Upper(y); });
}

// The best target has the lowest bit.
KernelTarget LowestBit(KernelTarget targets) { return targets & ~(targets - 1); }

// Returns the target that Highway dispatches to, or 0 before one has been chosen. Highway keeps it
// for the whole process as a bit of its table of functions; portable code is the table's last
// entry.
KernelTarget Chosen() noexcept {
  const hwy::ChosenTarget& chosen = hwy::GetChosenTarget();
  if (!chosen.IsInitialized()) return 0;
  const int64_t bit = int64_t{1} << chosen.GetIndex();
  for (KernelTarget rest = HWY_TARGETS; rest != 0; rest &= rest - 1) {
    if (HWY_CHOSEN_TARGET_SHIFT(LowestBit(rest)) == bit) return LowestBit(rest);
  }
  return HWY_TARGETS & (HWY_SCALAR | HWY_EMU128);
}

void Use(KernelTarget target) noexcept { hwy::GetChosenTarget().Update(target); }

// hwy::SupportedTargets also chooses the best target, so the choice before the call is restored.
KernelTarget SupportedBits() noexcept {
  const KernelTarget chosen = Chosen();
  const KernelTarget bits = hwy::SupportedTargets() & HWY_TARGETS;
  if (chosen != 0) {
    Use(chosen);
  } else {
    hwy::GetChosenTarget().DeInit();
  }
  return bits;
}

// Portable code has one of two names, which depends on the build.
bool HasName(KernelTarget target, std::string_view name) noexcept {
  const bool portable = target == HWY_SCALAR || target == HWY_EMU128;
  return SameName(name, KernelTargetName(target)) ||
         (portable && (SameName(name, "SCALAR") || SameName(name, "EMU128")));
}

// Returns the supported target of that name, or 0.
KernelTarget FindTarget(std::string_view name) noexcept {
  for (KernelTarget rest = SupportedBits(); rest != 0; rest &= rest - 1) {
    if (HasName(LowestBit(rest), name)) return LowestBit(rest);
  }
  return 0;
}

// Returns the variable's value, or "" if it is not set.
std::string_view Variable() noexcept {
  const char* value = std::getenv(kKernelTargetVariable);
  return value != nullptr ? value : "";
}

KernelTarget Default() noexcept {
  const KernelTarget selected = FindTarget(Variable());
  return selected != 0 ? selected : LowestBit(SupportedBits());
}
void UseDefault() noexcept { Use(Default()); }

}  // namespace

void ChooseKernelTarget() noexcept {
  if (Chosen() == 0) UseDefault();
}

Status CheckKernelTarget(const std::string& what, std::string_view name) {
  if (FindTarget(name) != 0) return {};
  std::string known;
  for (const KernelTarget target : SupportedKernelTargets()) {
    known += (known.empty() ? "" : ", ") + std::string(KernelTargetName(target));
  }
  return Error{
      ErrorCode::kInvalidArgument,
      what + " is " + Quoted(name) + ", expected an instruction set of this machine: " + known};
}

Status PrepareKernelTarget() {
  // Once chosen, a target stays: other threads may be running kernels, and streams keep their bits.
  if (Chosen() != 0) return {};
  if (!Variable().empty()) DFN_CHECK(CheckKernelTarget(kKernelTargetVariable, Variable()));
  UseDefault();
  return {};
}

KernelTarget ActiveKernelTarget() noexcept {
  const KernelTarget chosen = Chosen();
  return chosen != 0 ? chosen : Default();
}

bool KernelTargetIsSelected() noexcept { return FindTarget(Variable()) != 0; }

std::vector<KernelTarget> SupportedKernelTargets() {
  std::vector<KernelTarget> targets;
  for (KernelTarget rest = SupportedBits(); rest != 0; rest &= rest - 1) {
    targets.push_back(LowestBit(rest));
  }
  return targets;
}

const char* KernelTargetName(KernelTarget target) { return hwy::TargetName(target); }

void ForceKernelTarget(KernelTarget target) {
  if (target != 0) return Use(target);
  UseDefault();
}

void ForgetKernelTarget() noexcept { hwy::GetChosenTarget().DeInit(); }

}  // namespace dfn
