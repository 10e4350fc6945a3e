// libDF's rule for lasting quiet, of profile kLibdf.
#ifndef DEEPFILTER_STREAM_DENOISE_MUTE_RULE_H_
#define DEEPFILTER_STREAM_DENOISE_MUTE_RULE_H_

#include <cstddef>

#include "base/realtime.h"

namespace dfn {

// A hop whose mean square over all channels is below this, -70 dBFS, is quiet.
inline constexpr float kQuietMeanSquare = 1e-7f;

// Counts quiet hops, and once more each hop that stays as it is (Stage::kAsIs); a hop with gains
// starts the count again, as a louder one does. The rule therefore only mutes where nothing else is
// done to the sound (libDF `DfTract::process`, skip_counter). Real-time safe.
class MuteRule {
 public:
  // Above five.
  static constexpr size_t kMuting = 6;

  // Takes a hop that is not quiet.
  void HearLoud() noexcept DFN_REALTIME { count_ = 0; }
  // Takes a quiet hop, and returns whether it is muted: the output is silent, and nothing else of
  // the stream advances.
  bool MutesQuiet() noexcept DFN_REALTIME {
    Count();
    return count_ == kMuting;
  }
  // Takes what was done to a hop that was not muted.
  void Did(bool as_is) noexcept DFN_REALTIME {
    if (as_is) {
      Count();
    } else {
      count_ = 0;
    }
  }
  void Reset() noexcept DFN_REALTIME { count_ = 0; }

  size_t count() const noexcept DFN_REALTIME { return count_; }
  // count <= kMuting
  void SetCount(size_t count) noexcept DFN_REALTIME { count_ = count; }

 private:
  void Count() noexcept DFN_REALTIME {
    if (count_ < kMuting) ++count_;
  }

  size_t count_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_MUTE_RULE_H_
