// A few figures for many times of the same work.
#ifndef DEEPFILTER_BENCH_TIME_SUMMARY_H_
#define DEEPFILTER_BENCH_TIME_SUMMARY_H_

#include <cstddef>
#include <span>

namespace dfn::bench {

// In the unit of the times. Percentiles as in base/percentile.h.
struct TimeSummary {
  size_t count = 0;
  double min = 0.0;
  double median = 0.0;
  double p99 = 0.0;
  double max = 0.0;
  double mean = 0.0;
};

// All zero for no times. Allocates.
TimeSummary Summarize(std::span<const float> times);

}  // namespace dfn::bench

#endif  // DEEPFILTER_BENCH_TIME_SUMMARY_H_
