// The limits of one core of this machine, as a yardstick for the kernels.
#ifndef DEEPFILTER_BENCH_ROOF_H_
#define DEEPFILTER_BENCH_ROOF_H_

#include <cstddef>
#include <span>
#include <vector>

namespace dfn::bench {

// Bytes a second that come from an array of that size when it is read again and again from start to
// end with the current target's vectors.
struct ReadSpeed {
  size_t bytes = 0;
  double gb_per_s = 0.0;  // 1e9
};

// From 16 KiB, which every first-level cache holds, to 256 MiB, which hardly any cache does.
std::span<const size_t> RoofSizes();

// The best of several passes of some milliseconds each over an array of `bytes` (a multiple of
// 1024). Allocates that much.
ReadSpeed MeasureReadSpeed(size_t bytes);

// Float multiply-adds a second, in 1e9, on registers alone with the current target's vectors: one
// fused operation where the target has it, a product and a sum where not.
double MeasureMultiplyAdds();

struct Roof {
  double gmac_per_s = 0.0;
  std::vector<ReadSpeed> reads;
};
// Everything for the active kernel target (kernels/targets.h). Takes about half a second.
Roof MeasureRoof();

}  // namespace dfn::bench

#endif  // DEEPFILTER_BENCH_ROOF_H_
