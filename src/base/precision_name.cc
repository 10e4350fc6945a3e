#include "base/precision_name.h"

namespace dfn {

std::span<const Precision> Precisions() {
  static constexpr Precision kPrecisions[] = {Precision::kF32, Precision::kF16, Precision::kI8};
  return kPrecisions;
}

const char* PrecisionName(Precision precision) {
  switch (precision) {
    case Precision::kF32:
      return "f32";
    case Precision::kF16:
      return "f16";
    case Precision::kI8:
      break;
  }
  return "i8";
}

std::optional<Precision> FindPrecision(std::string_view name) {
  for (const Precision precision : Precisions()) {
    if (name == PrecisionName(precision)) return precision;
  }
  return std::nullopt;
}

}  // namespace dfn
