#include "dsp/whole_level.h"

#include <algorithm>
#include <cmath>

namespace dfn {
namespace {

constexpr double kBlockSeconds = 0.1;
constexpr double kLowestDb = -100.0;  // the first bin's lower end
constexpr double kBinDb = 0.1;
constexpr double kFloorShare = 0.1;  // of the blocks are noise alone
constexpr double kOverFloorDb = 5.0;
constexpr double kUnderPeakDb = 16.0;
constexpr double kLeastPeakDb = -72.0;
constexpr double kLeastPeakOverFloorDb = 9.0;
constexpr uint64_t kLeastBlocks = 3;

double LowerEndDb(size_t bin) { return kLowestDb + kBinDb * static_cast<double>(bin); }

}  // namespace

WholeLevel::WholeLevel(double hop_seconds)
    : hops_per_block_(static_cast<size_t>(std::max(1.0, std::round(kBlockSeconds / hop_seconds)))) {
}

void WholeLevel::Hear(float power) {
  power_ += static_cast<double>(power);
  if (++hops_ < hops_per_block_) return;
  const double mean = power_ / static_cast<double>(hops_);
  const double bin = (10.0 * std::log10(mean + 1e-20) - kLowestDb) / kBinDb;
  Bin& chosen = bins_[static_cast<size_t>(std::clamp(bin, 0.0, static_cast<double>(kBins - 1)))];
  ++chosen.blocks;
  chosen.power += mean;
  ++blocks_;
  hops_ = 0;
  power_ = 0.0;
}

std::optional<float> WholeLevel::level_db() const {
  const auto below_floor = static_cast<uint64_t>(kFloorShare * static_cast<double>(blocks_));
  size_t floor = 0;
  for (uint64_t below = 0; floor + 1 < kBins; ++floor) {
    below += bins_[floor].blocks;
    if (below > below_floor) break;
  }
  size_t peak = kBins - 1;
  while (peak > 0 && bins_[peak].blocks == 0) --peak;
  const double floor_db = LowerEndDb(floor);
  const double peak_db = LowerEndDb(peak);
  if (peak_db < std::max(kLeastPeakDb, floor_db + kLeastPeakOverFloorDb)) return std::nullopt;
  Bin speech;
  for (size_t i = floor; i <= peak; ++i) {
    if (LowerEndDb(i) <= std::max(floor_db + kOverFloorDb, peak_db - kUnderPeakDb)) continue;
    speech.blocks += bins_[i].blocks;
    speech.power += bins_[i].power;
  }
  if (speech.blocks < kLeastBlocks) return std::nullopt;
  return static_cast<float>(10.0 * std::log10(speech.power / static_cast<double>(speech.blocks)));
}

}  // namespace dfn
