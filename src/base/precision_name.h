// The names of the precisions that weights are stored in.
#ifndef DEEPFILTER_BASE_PRECISION_NAME_H_
#define DEEPFILTER_BASE_PRECISION_NAME_H_

#include <optional>
#include <span>
#include <string_view>

#include "base/precision.h"

namespace dfn {

// All precisions, the most exact first.
std::span<const Precision> Precisions();

// "f32", "f16", "i8".
const char* PrecisionName(Precision precision);

// The precision of that name.
std::optional<Precision> FindPrecision(std::string_view name);

}  // namespace dfn

#endif  // DEEPFILTER_BASE_PRECISION_NAME_H_
