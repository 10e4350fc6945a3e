#include "picture/number_text.h"

#include <cmath>
#include <cstdint>

namespace dfn {

std::string NumberText(double value, int digits) {
  int64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  // Beyond it, digits behind the point tell nothing.
  const double most = 9e18 / static_cast<double>(unit);
  const double kept = std::isfinite(value) ? std::fmin(std::fmax(value, -most), most) : 0.0;
  const int64_t scaled = std::llround(kept * static_cast<double>(unit));
  const int64_t size = scaled < 0 ? -scaled : scaled;
  std::string text = (scaled < 0 ? "-" : "") + std::to_string(size / unit);
  int64_t rest = size % unit;
  if (rest == 0) return text;
  std::string behind = std::to_string(unit + rest).substr(1);
  behind.erase(behind.find_last_not_of('0') + 1);
  return text + "." + behind;
}

}  // namespace dfn
