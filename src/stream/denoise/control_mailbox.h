// Carries live controls from any thread to the thread that processes, without locks.
#ifndef DEEPFILTER_STREAM_DENOISE_CONTROL_MAILBOX_H_
#define DEEPFILTER_STREAM_DENOISE_CONTROL_MAILBOX_H_

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/realtime.h"
#include "stream/denoise/denoiser_controls.h"
#include "stream/denoise/level_rule.h"

namespace dfn {

// Each control is an atomic number of its own, so threads that set different controls at once lose
// none of them. A thread that reads between two writes gets some of either, and the rest the next
// time it reads. All functions are real-time safe and may be called on any thread.
class ControlMailbox {
 public:
  explicit ControlMailbox(const DenoiserControls& controls) noexcept { Set(controls); }

  // NaN changes nothing in any setter.
  void SetAttenuationLimit(float limit_db) noexcept DFN_REALTIME { Store(atten_lim_db_, limit_db); }
  // A beta that is not finite leaves the old one; a negative beta counts as 0.
  void SetPostFilter(bool on, float beta) noexcept DFN_REALTIME {
    const float kept =
        std::isfinite(beta) ? std::fmax(beta, 0.0f) : post_filter_.load(std::memory_order_relaxed);
    post_filter_.store(std::copysign(kept, on ? 1.0f : -1.0f), std::memory_order_relaxed);
  }
  void SetThresholds(float min_db, float max_erb_db, float max_df_db) noexcept DFN_REALTIME {
    Store(min_db_thresh_, min_db);
    Store(max_db_erb_thresh_, max_erb_db);
    Store(max_db_df_thresh_, max_df_db);
  }
  // A gain is held within -60 .. 60 dB.
  void SetLevel(bool automatic, float gain_db) noexcept DFN_REALTIME {
    if (automatic) {
      level_.store(kAutomatic, std::memory_order_relaxed);
    } else {
      Store(level_, std::clamp(gain_db, -kMostLevelGainDb, kMostLevelGainDb));
    }
  }
  void Set(const DenoiserControls& controls) noexcept DFN_REALTIME {
    SetAttenuationLimit(controls.atten_lim_db);
    SetPostFilter(controls.post_filter, controls.post_filter_beta);
    SetThresholds(controls.min_db_thresh, controls.max_db_erb_thresh, controls.max_db_df_thresh);
    SetLevel(controls.auto_level, controls.level_gain_db);
  }

  DenoiserControls Get() const noexcept DFN_REALTIME {
    const float post_filter = post_filter_.load(std::memory_order_relaxed);
    const float level = level_.load(std::memory_order_relaxed);
    return {.atten_lim_db = atten_lim_db_.load(std::memory_order_relaxed),
            .post_filter = !std::signbit(post_filter),
            .post_filter_beta = std::fabs(post_filter),
            .min_db_thresh = min_db_thresh_.load(std::memory_order_relaxed),
            .max_db_erb_thresh = max_db_erb_thresh_.load(std::memory_order_relaxed),
            .max_db_df_thresh = max_db_df_thresh_.load(std::memory_order_relaxed),
            .auto_level = level == kAutomatic,
            .level_gain_db = level == kAutomatic ? 0.0f : level};
  }

 private:
  static_assert(std::atomic<float>::is_always_lock_free);

  static constexpr float kAutomatic = 1000.0f;

  static void Store(std::atomic<float>& to, float value) noexcept DFN_REALTIME {
    if (!std::isnan(value)) to.store(value, std::memory_order_relaxed);
  }

  std::atomic<float> atten_lim_db_{DenoiserControls{}.atten_lim_db};
  // Beta, with a negative sign while the filter is off: one number, so that two threads which
  // switch the filter at once cannot leave the one's switch with the other's beta.
  std::atomic<float> post_filter_{-DenoiserControls{}.post_filter_beta};
  std::atomic<float> min_db_thresh_{DenoiserControls{}.min_db_thresh};
  std::atomic<float> max_db_erb_thresh_{DenoiserControls{}.max_db_erb_thresh};
  std::atomic<float> max_db_df_thresh_{DenoiserControls{}.max_db_df_thresh};
  // The gain in dB, or kAutomatic: one number, as above.
  std::atomic<float> level_{DenoiserControls{}.level_gain_db};
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_CONTROL_MAILBOX_H_
