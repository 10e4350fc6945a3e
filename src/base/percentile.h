// Percentiles of measured values.
#ifndef DEEPFILTER_BASE_PERCENTILE_H_
#define DEEPFILTER_BASE_PERCENTILE_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace dfn {

// The smallest of `sorted` that `percent` % of the values do not exceed (nearest rank), so it is
// always one of them. `sorted` holds at least one value, in ascending order; `percent` lies in
// [0, 100].
template <class T>
T Percentile(std::span<const T> sorted, double percent) {
  const double rank = std::ceil(percent / 100.0 * static_cast<double>(sorted.size()));
  return sorted[static_cast<size_t>(std::max(rank, 1.0)) - 1];
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_PERCENTILE_H_
