// Floats as the decimal numbers that people gave.
#ifndef DEEPFILTER_BASE_DECIMAL_H_
#define DEEPFILTER_BASE_DECIMAL_H_

#include <cmath>

namespace dfn {

// The number with the fewest digits after the point that is this float: 0.02, where the float's own
// value is 0.0199999995.... Its own value where nine digits do not tell it.
inline double Decimal(float value) {
  for (double scale = 1.0; scale <= 1e9; scale *= 10.0) {
    const double decimal = std::round(static_cast<double>(value) * scale) / scale;
    if (static_cast<float>(decimal) == value) return decimal;
  }
  return value;
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_DECIMAL_H_
