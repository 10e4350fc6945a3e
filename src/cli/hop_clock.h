// Times of a stream's hops, from samples in to samples out.
#ifndef DEEPFILTER_CLI_HOP_CLOCK_H_
#define DEEPFILTER_CLI_HOP_CLOCK_H_

#include <chrono>
#include <utility>
#include <vector>

namespace dfn {

// A stopwatch that runs from Start to Stop. Time before a Lap counts for the hop that the Lap ends;
// time between the last Lap and Stop counts for that Lap's hop, or, if there was no Lap, for the
// next one.
class HopClock {
 public:
  void Start() {
    mark_ = Clock::now();
    lapped_ = false;
  }
  void Lap() {
    hop_us_.push_back(std::exchange(waiting_us_, 0.0f) + ElapsedUs());
    lapped_ = true;
  }
  void Stop() { (lapped_ ? hop_us_.back() : waiting_us_) += ElapsedUs(); }

  // Each hop's time so far in microseconds.
  const std::vector<float>& hop_us() const { return hop_us_; }

 private:
  using Clock = std::chrono::steady_clock;

  // Since this or Start was called last.
  float ElapsedUs() {
    const Clock::time_point now = Clock::now();
    return std::chrono::duration<float, std::micro>(now - std::exchange(mark_, now)).count();
  }

  Clock::time_point mark_;
  bool lapped_ = false;      // since Start
  float waiting_us_ = 0.0f;  // of the next hop
  std::vector<float> hop_us_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_HOP_CLOCK_H_
