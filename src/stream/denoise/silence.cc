#include "stream/denoise/silence.h"

#include <cmath>

#include "stream/denoise/signal_path.h"

namespace dfn {

bool IsSilent(const float* hop, size_t size) noexcept {
  for (size_t i = 0; i < size; ++i) {
    const float level = std::fabs(hop[i]);
    if (level > 0.0f && level <= kMaxSample) return false;
  }
  return true;
}

}  // namespace dfn
