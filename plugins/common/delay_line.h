// Samples that come back a fixed number of samples later.
#ifndef DEEPFILTER_PLUGINS_COMMON_DELAY_LINE_H_
#define DEEPFILTER_PLUGINS_COMMON_DELAY_LINE_H_

#include <algorithm>
#include <cstddef>
#include <vector>

namespace dfn::plugin {

// One channel. Real-time but for construction.
class DelayLine {
 public:
  explicit DelayLine(size_t max_delay) : ring_(max_delay + 1) {}

  // Forgets everything; from here on Delay gives what it got `delay` samples before, at first
  // zeros. `delay` is at most what the constructor was told.
  void Restart(size_t delay) noexcept {
    std::fill(ring_.begin(), ring_.end(), 0.0f);
    delay_ = delay;
    write_ = 0;
  }

  // output [samples] may be input.
  void Delay(const float* input, float* output, size_t samples) noexcept {
    for (size_t i = 0; i < samples; ++i) {
      ring_[write_] = input[i];
      const size_t read = write_ >= delay_ ? write_ - delay_ : write_ + ring_.size() - delay_;
      output[i] = ring_[read];
      write_ = write_ + 1 == ring_.size() ? 0 : write_ + 1;
    }
  }

 private:
  std::vector<float> ring_;
  size_t delay_ = 0;
  size_t write_ = 0;
};

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_COMMON_DELAY_LINE_H_
