// What any thread may change about a stream, and what it may read, without locks.
#ifndef DEEPFILTER_STREAM_HOST_HOST_CONTROLS_H_
#define DEEPFILTER_STREAM_HOST_HOST_CONTROLS_H_

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>

#include "stream/denoise/live_denoiser.h"

namespace dfn {

// Each number for itself: who reads between two writes has some of either, until the next time. All
// is real-time safe.
class HostControls {
 public:
  explicit HostControls(const DenoiserControls& controls) { Set(controls); }

  // A number that is none leaves the old one.
  void Set(const DenoiserControls& controls) noexcept {
    Store(atten_lim_db_, controls.atten_lim_db);
    post_filter_.store(controls.post_filter, std::memory_order_relaxed);
    if (std::isfinite(controls.post_filter_beta)) {
      Store(post_filter_beta_, std::fmax(controls.post_filter_beta, 0.0f));
    }
    Store(min_db_thresh_, controls.min_db_thresh);
    Store(max_db_erb_thresh_, controls.max_db_erb_thresh);
    Store(max_db_df_thresh_, controls.max_db_df_thresh);
  }

  DenoiserControls Get() const noexcept {
    return {.atten_lim_db = atten_lim_db_.load(std::memory_order_relaxed),
            .post_filter = post_filter_.load(std::memory_order_relaxed),
            .post_filter_beta = post_filter_beta_.load(std::memory_order_relaxed),
            .min_db_thresh = min_db_thresh_.load(std::memory_order_relaxed),
            .max_db_erb_thresh = max_db_erb_thresh_.load(std::memory_order_relaxed),
            .max_db_df_thresh = max_db_df_thresh_.load(std::memory_order_relaxed)};
  }

 private:
  static_assert(std::atomic<float>::is_always_lock_free);

  static void Store(std::atomic<float>& to, float value) noexcept {
    if (!std::isnan(value)) to.store(value, std::memory_order_relaxed);
  }

  std::atomic<float> atten_lim_db_{DenoiserControls{}.atten_lim_db};
  std::atomic<bool> post_filter_{false};
  std::atomic<float> post_filter_beta_{DenoiserControls{}.post_filter_beta};
  std::atomic<float> min_db_thresh_{DenoiserControls{}.min_db_thresh};
  std::atomic<float> max_db_erb_thresh_{DenoiserControls{}.max_db_erb_thresh};
  std::atomic<float> max_db_df_thresh_{DenoiserControls{}.max_db_df_thresh};
};

// Makes the sound of a stream from two, the enhanced one and the input itself, and takes a time to
// go from one to the other. Real-time safe.
class BypassFade {
 public:
  explicit BypassFade(size_t samples) : samples_(samples) {}

  // 0: enhanced, samples(): the input.
  size_t position() const noexcept { return position_; }
  size_t samples() const noexcept { return samples_; }
  void Jump(size_t position) noexcept { position_ = position; }
  // Whether from here on only one is heard.
  bool Rests(bool bypass) const noexcept { return position_ == (bypass ? samples_ : 0); }

  // The next sample of each of the channels; output: [count]. All channels start from the position
  // before Advance of the same count.
  void Mix(bool bypass, const float* enhanced, const float* input, size_t count,
           float* output) const noexcept {
    if (Rests(bypass)) {
      std::copy_n(bypass ? input : enhanced, count, output);
      return;
    }
    size_t position = position_;
    for (size_t i = 0; i < count; ++i) {
      position = Next(bypass, position);
      const float share = static_cast<float>(position) / static_cast<float>(samples_);
      output[i] = position == 0          ? enhanced[i]
                  : position == samples_ ? input[i]
                                         : enhanced[i] + (input[i] - enhanced[i]) * share;
    }
  }
  void Advance(bool bypass, size_t count) noexcept {
    for (size_t i = 0; i < count && !Rests(bypass); ++i) position_ = Next(bypass, position_);
  }

 private:
  size_t Next(bool bypass, size_t position) const noexcept {
    if (bypass) return position == samples_ ? samples_ : position + 1;
    return position == 0 ? 0 : position - 1;
  }

  size_t samples_;
  size_t position_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_HOST_CONTROLS_H_
