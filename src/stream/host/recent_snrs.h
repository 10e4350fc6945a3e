// The local SNRs of the newest hops of a call.
#ifndef DEEPFILTER_STREAM_HOST_RECENT_SNRS_H_
#define DEEPFILTER_STREAM_HOST_RECENT_SNRS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "base/realtime.h"

namespace dfn {

// All is real-time safe.
class RecentSnrs {
 public:
  static constexpr size_t kMost = 32;

  void Clear() noexcept DFN_REALTIME { count_ = 0; }
  // Drops the oldest value if there are kMost.
  void Add(float snr_db) noexcept DFN_REALTIME {
    if (count_ == kMost) {
      std::copy(values_.begin() + 1, values_.end(), values_.begin());
      --count_;
    }
    values_[count_++] = snr_db;
  }
  // In dB, oldest first.
  std::span<const float> values() const noexcept DFN_REALTIME { return {values_.data(), count_}; }

 private:
  std::array<float, kMost> values_{};
  size_t count_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_RECENT_SNRS_H_
