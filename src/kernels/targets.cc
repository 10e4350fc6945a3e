#include "kernels/targets.h"

#include <hwy/highway.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string>

#include "base/printable.h"

namespace dfn {
namespace {

// Set by SelectKernelTarget; 0 before.
std::atomic<KernelTarget> selected_target{0};
// What was chosen or forced last; 0 before.
std::atomic<KernelTarget> active_target{0};

char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool SameName(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Upper(x) == Upper(y); });
}

// The best target has the lowest bit.
KernelTarget LowestBit(KernelTarget targets) { return targets & ~(targets - 1); }

// Asked of Highway once: every call of hwy::SupportedTargets also resets the chosen target.
KernelTarget SupportedBits() noexcept {
  static const KernelTarget bits = hwy::SupportedTargets() & HWY_TARGETS;
  return bits;
}

// The supported target of that name, or 0. Portable code has one of two names, by the build.
KernelTarget FindTarget(std::string_view name) noexcept {
  for (KernelTarget rest = SupportedBits(); rest != 0; rest &= rest - 1) {
    const KernelTarget target = LowestBit(rest);
    const bool portable = target == HWY_SCALAR || target == HWY_EMU128;
    if (SameName(name, KernelTargetName(target)) ||
        (portable && (SameName(name, "SCALAR") || SameName(name, "EMU128")))) {
      return target;
    }
  }
  return 0;
}

// The variable's value; empty where it is not set.
std::string_view Variable() noexcept {
  const char* value = std::getenv(kKernelTargetVariable);
  return value != nullptr ? value : "";
}

// The target that the user asks for, or 0.
KernelTarget AskedFor() noexcept {
  const KernelTarget selected = selected_target.load();
  return selected != 0 ? selected : FindTarget(Variable());
}

void Use(KernelTarget target) noexcept {
  active_target.store(target);
  hwy::GetChosenTarget().Update(target);
}

void UseDefault() noexcept {
  const KernelTarget asked = AskedFor();
  Use(asked != 0 ? asked : LowestBit(SupportedBits()));
}

Error UnknownTarget(const std::string& what, std::string_view name) {
  std::string known;
  for (const KernelTarget target : SupportedKernelTargets()) {
    known += (known.empty() ? "" : ", ") + std::string(KernelTargetName(target));
  }
  return {ErrorCode::kInvalidArgument,
          what + " is " + Quoted(name) + ", expected an instruction set of this machine: " + known};
}

}  // namespace

void ChooseKernelTarget() noexcept {
  // Not Highway's own flag: asking for the supported targets sets it.
  if (active_target.load() == 0) UseDefault();
}

Status PrepareKernelTarget() {
  const std::string_view name = Variable();
  if (selected_target.load() == 0 && !name.empty() && FindTarget(name) == 0) {
    return UnknownTarget(kKernelTargetVariable, name);
  }
  ChooseKernelTarget();
  return {};
}

Status SelectKernelTarget(std::string_view name) {
  const KernelTarget target = FindTarget(name);
  if (target == 0) return UnknownTarget("the SIMD target", name);
  selected_target.store(target);
  Use(target);
  return {};
}

KernelTarget ActiveKernelTarget() noexcept {
  ChooseKernelTarget();
  return active_target.load();
}

bool KernelTargetIsSelected() noexcept { return AskedFor() != 0; }

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

}  // namespace dfn
