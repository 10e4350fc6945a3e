#include "bench/time_summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace dfn::bench {

TimeSummary Summarize(std::span<const float> times) {
  if (times.empty()) return {};
  std::vector<float> sorted(times.begin(), times.end());
  std::sort(sorted.begin(), sorted.end());
  const auto percentile = [&](double percent) -> double {
    const double rank = std::ceil(percent / 100.0 * static_cast<double>(sorted.size()));
    return sorted[static_cast<size_t>(std::max(rank, 1.0)) - 1];
  };
  return {.count = sorted.size(),
          .min = sorted.front(),
          .median = percentile(50.0),
          .p99 = percentile(99.0),
          .max = sorted.back(),
          .mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) /
                  static_cast<double>(sorted.size())};
}

}  // namespace dfn::bench
