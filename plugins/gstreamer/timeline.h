// The times of the samples that pass an element with a delay.
#ifndef DEEPFILTER_PLUGINS_GSTREAMER_TIMELINE_H_
#define DEEPFILTER_PLUGINS_GSTREAMER_TIMELINE_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace dfn::gst {

// GST_CLOCK_TIME_NONE.
inline constexpr uint64_t kNoTime = UINT64_MAX;
inline constexpr uint64_t kSecondNs = 1'000'000'000;

// The duration of `samples`, rounded down as GStreamer does, and how many samples are nearest to a
// duration. Neither overflows in a century.
uint64_t SamplesToNs(uint64_t samples, uint32_t rate_hz) noexcept;
uint64_t NsToSamples(uint64_t ns, uint32_t rate_hz) noexcept;

// Counts samples in and out, and gives each sample on its way out the time that it had on its way
// in. Input times that follow from the samples before them give output times without any rounding
// error that grows; jitter and drift of the input's clock are those of the output. Sample numbers
// begin at 0 with each Clear.
//
// All functions are real-time.
class Timeline {
 public:
  // What to do before a buffer is taken.
  struct Verdict {
    enum Kind {
      kContinue,
      kBridge,   // this much silence goes first
      kRestart,  // what is inside goes out, and the time line begins anew
    };
    Kind kind = kContinue;
    uint64_t bridge_samples = 0;
  };
  // The part of a block that is put out: it leaves out the first `skip` samples, which are older
  // than the first sample of the input.
  struct Part {
    size_t skip = 0;
    size_t samples = 0;
    uint64_t first = 0;          // number of the first sample
    uint64_t time_ns = kNoTime;  // its time
  };

  Timeline() = default;
  Timeline(uint32_t rate_hz, size_t delay_samples)
      : rate_hz_(rate_hz), delay_samples_(delay_samples) {}

  void Clear() noexcept;
  bool empty() const noexcept { return heard_ == 0; }
  // The number of the next input sample.
  uint64_t heard() const noexcept { return heard_; }
  // The time that the next input sample has if its clock runs on; kNoTime if there is none.
  uint64_t next_time_ns() const noexcept { return TimeOf(heard_); }

  // Judges the time of the next buffer. Where the source says `discontinuous`, more than
  // kRoundingNs is a gap, elsewhere more than kJitterNs. A gap is bridged if it is not longer than
  // `max_gap_ns`; steps back in time always are a new start.
  Verdict Judge(uint64_t time_ns, bool discontinuous, uint64_t max_gap_ns) const noexcept;

  // Counts a block of input, whose first sample has this time, and tells which part of the block
  // that comes out for it counts. kNoTime: it follows the block before, and its samples have no
  // time on their way out either.
  Part Take(size_t samples, uint64_t time_ns) noexcept;
  // The part of a last block of delay_samples that still has to come out.
  Part Rest() const noexcept;

 private:
  // Sources that stamp buffers as they arrive are off by what the machine was busy with.
  static constexpr uint64_t kJitterNs = 1'000'000'000;
  // Some containers round times to milliseconds.
  static constexpr uint64_t kRoundingNs = 1'000'000;
  // From sample `sample` on, times count from `time_ns`; kNoTime: they have none.
  struct Mark {
    uint64_t sample;
    uint64_t time_ns;
  };
  // A delay is some tens of milliseconds, and shorter buffers than one of these are unknown. More
  // marks than fit take the newest one's place.
  static constexpr size_t kMarks = 64;

  uint64_t TimeOf(uint64_t sample) const noexcept;
  void SetMark(uint64_t time_ns) noexcept;
  void ForgetMarksBefore(uint64_t sample) noexcept;

  uint32_t rate_hz_ = 1;
  size_t delay_samples_ = 0;
  uint64_t heard_ = 0;
  std::array<Mark, kMarks> marks_{};
  size_t mark_count_ = 0;
};

}  // namespace dfn::gst

#endif  // DEEPFILTER_PLUGINS_GSTREAMER_TIMELINE_H_
