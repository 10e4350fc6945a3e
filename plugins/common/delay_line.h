// A delay by a fixed number of samples.
#ifndef DEEPFILTER_PLUGINS_COMMON_DELAY_LINE_H_
#define DEEPFILTER_PLUGINS_COMMON_DELAY_LINE_H_

#include <algorithm>
#include <cstddef>
#include <vector>

namespace dfn::plugin {

// One channel. Every function but the constructor is real-time.
class DelayLine {
 public:
  explicit DelayLine(size_t max_delay) : ring_(max_delay + 1) {}

  // Clears the line and sets the delay, at most the constructor's `max_delay` samples.
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
