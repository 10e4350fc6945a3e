#include "bench/time_summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/percentile.h"

namespace dfn::bench {

TimeSummary Summarize(std::span<const float> times) {
  if (times.empty()) return {};
  std::vector<float> sorted(times.begin(), times.end());
  std::sort(sorted.begin(), sorted.end());
  return {.count = sorted.size(),
          .min = sorted.front(),
          .median = Percentile<float>(sorted, 50.0),
          .p99 = Percentile<float>(sorted, 99.0),
          .max = sorted.back(),
          .mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) /
                  static_cast<double>(sorted.size())};
}

}  // namespace dfn::bench
