#include "kernels/targets.h"

#include <hwy/highway.h>

#include <algorithm>
#include <atomic>
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

// Whether the instructions for bytes go with the vectors.
bool Fits(ByteDotKind kind, int64_t vectors) noexcept {
  switch (kind) {
    case ByteDotKind::kNone:
      return true;
    case ByteDotKind::kAvxVnni:
      return vectors == HWY_AVX2;
    case ByteDotKind::kAvx512Vnni:
    case ByteDotKind::kAmx:
      return vectors == HWY_AVX3;
    case ByteDotKind::kArmDot:
    case ByteDotKind::kArmMatrix:
      return vectors == HWY_NEON;
  }
  return false;
}

constexpr const char* kVnniName = "AVX3_VNNI";
constexpr const char* kTilesName = "AVX3_AMX";

std::atomic<bool> tiles_allowed{false};

// The best vectors have the lowest bit.
int64_t LowestBit(int64_t targets) { return targets & ~(targets - 1); }

// Returns the vectors that Highway dispatches to, or 0 before they have been chosen. Highway keeps
// them for the whole process as a bit of its table of functions; portable code is the table's last
// entry.
int64_t ChosenVectors() noexcept {
  const hwy::ChosenTarget& chosen = hwy::GetChosenTarget();
  if (!chosen.IsInitialized()) return 0;
  const int64_t bit = int64_t{1} << chosen.GetIndex();
  for (int64_t rest = HWY_TARGETS; rest != 0; rest &= rest - 1) {
    if (HWY_CHOSEN_TARGET_SHIFT(LowestBit(rest)) == bit) return LowestBit(rest);
  }
  return HWY_TARGETS & (HWY_SCALAR | HWY_EMU128);
}

bool IsChosen() noexcept { return ChosenVectors() != 0; }

void Use(KernelTarget target) noexcept {
  UseByteDot(target.bytes);
  hwy::GetChosenTarget().Update(target.vectors);
}

// hwy::SupportedTargets also chooses the best vectors, so the choice before the call is restored.
int64_t SupportedVectors() noexcept {
  const int64_t chosen = ChosenVectors();
  const int64_t bits = hwy::SupportedTargets() & HWY_TARGETS;
  if (chosen != 0) {
    hwy::GetChosenTarget().Update(chosen);
  } else {
    hwy::GetChosenTarget().DeInit();
  }
  return bits;
}

// Calls visit(target) for each supported target, best first, until it returns true.
template <class Visit>
void VisitSupported(Visit visit) noexcept {
  constexpr ByteDotKind kKinds[] = {ByteDotKind::kAmx,     ByteDotKind::kAvx512Vnni,
                                    ByteDotKind::kAvxVnni, ByteDotKind::kArmMatrix,
                                    ByteDotKind::kArmDot,  ByteDotKind::kNone};
  for (int64_t rest = SupportedVectors(); rest != 0; rest &= rest - 1) {
    for (const ByteDotKind kind : kKinds) {
      if (!Fits(kind, LowestBit(rest)) || !ProcessorHasByteDot(kind)) continue;
      if (kind == ByteDotKind::kAmx && !tiles_allowed) continue;
      if (visit(KernelTarget{LowestBit(rest), kind})) return;
    }
  }
}

// Portable code has one of two names, which depends on the build.
bool HasName(KernelTarget target, std::string_view name) noexcept {
  const bool portable = target.vectors == HWY_SCALAR || target.vectors == HWY_EMU128;
  return SameName(name, KernelTargetName(target)) ||
         (portable && (SameName(name, "SCALAR") || SameName(name, "EMU128")));
}

// Returns the best supported target that `matches`, or none.
template <class Matches>
KernelTarget FirstSupported(Matches matches) noexcept {
  KernelTarget found;
  VisitSupported([&](KernelTarget target) {
    if (matches(target)) found = target;
    return found != KernelTarget{};
  });
  return found;
}

// Returns the supported target of that name, or none.
KernelTarget FindTarget(std::string_view name) noexcept {
  return FirstSupported([&](KernelTarget target) { return HasName(target, name); });
}

// Returns the variable's value, or "" if it is not set.
std::string_view Variable() noexcept {
  const char* value = std::getenv(kKernelTargetVariable);
  return value != nullptr ? value : "";
}

KernelTarget Default() noexcept {
  const KernelTarget selected = FindTarget(Variable());
  return selected != KernelTarget{} ? selected : FirstSupported([](KernelTarget) { return true; });
}
void UseDefault() noexcept { Use(Default()); }

}  // namespace

void ChooseKernelTarget() noexcept {
  if (!IsChosen()) UseDefault();
}

Status CheckKernelTarget(const std::string& what, std::string_view name) {
  if (FindTarget(name) != KernelTarget{}) return {};
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
  if (IsChosen()) return {};
  if (!Variable().empty()) DFN_CHECK(CheckKernelTarget(kKernelTargetVariable, Variable()));
  UseDefault();
  return {};
}

KernelTarget ActiveKernelTarget() noexcept {
  return IsChosen() ? KernelTarget{ChosenVectors(), ActiveByteDotKind()} : Default();
}

bool KernelTargetIsSelected() noexcept { return FindTarget(Variable()) != KernelTarget{}; }

std::vector<KernelTarget> SupportedKernelTargets() {
  std::vector<KernelTarget> targets;
  VisitSupported([&](KernelTarget target) {
    targets.push_back(target);
    return false;
  });
  return targets;
}

const char* KernelTargetName(KernelTarget target) {
  switch (target.bytes) {
    case ByteDotKind::kNone:
      break;
    case ByteDotKind::kAvxVnni:
      return "AVX2_VNNI";
    case ByteDotKind::kAvx512Vnni:
      return kVnniName;
    case ByteDotKind::kAmx:
      return kTilesName;
    case ByteDotKind::kArmDot:
      return "NEON_DOT";
    case ByteDotKind::kArmMatrix:
      return "NEON_I8MM";
  }
  return hwy::TargetName(target.vectors);
}

void ForceKernelTarget(KernelTarget target) {
  if (target != KernelTarget{}) return Use(target);
  UseDefault();
}

void AllowTiles() noexcept {
  if (!ProcessorHasByteDot(ByteDotKind::kAmx)) return;
  tiles_allowed = true;
  if (IsChosen() && ActiveByteDotKind() == ByteDotKind::kAvx512Vnni && !KernelTargetIsSelected()) {
    UseByteDot(ByteDotKind::kAmx);
  }
}

bool NeedsTiles(std::string_view name) noexcept { return SameName(name, kTilesName); }
bool VariableNeedsTiles() noexcept { return NeedsTiles(Variable()); }

void ForgetKernelTarget() noexcept {
  UseByteDot(ByteDotKind::kNone);
  hwy::GetChosenTarget().DeInit();
}

}  // namespace dfn
