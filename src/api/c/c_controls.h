// The controls of a stream, which any thread may turn at any time.
#ifndef DEEPFILTER_API_C_C_CONTROLS_H_
#define DEEPFILTER_API_C_C_CONTROLS_H_

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>

#include "stream/host/host_options.h"

namespace dfn {

// Limits of dfn_stream_options::post_filter_beta, 0 being off.
inline constexpr float kMostBeta = 1.0f;

// What the numbers of the API mean inside.
inline DenoiserControls ToControls(float limit_db, float beta, float min_db, float max_erb_db,
                                   float max_df_db) noexcept {
  DenoiserControls controls;
  controls.atten_lim_db = std::fabs(limit_db);
  controls.post_filter = beta > 0.0f;
  controls.post_filter_beta = beta;
  controls.min_db_thresh = min_db;
  controls.max_db_erb_thresh = max_erb_db;
  controls.max_db_df_thresh = max_df_db;
  return controls;
}

// Any thread; real-time safe. Threads that turn different controls at once lose none: each writes
// its own number, then passes on all of them, again if another number has changed meanwhile.
class StreamControls {
 public:
  explicit StreamControls(const DenoiserControls& controls)
      : limit_db_(controls.atten_lim_db),
        beta_(controls.post_filter ? controls.post_filter_beta : 0.0f),
        min_db_(controls.min_db_thresh),
        max_erb_db_(controls.max_db_erb_thresh),
        max_df_db_(controls.max_db_df_thresh) {}

  void SetLimit(float limit_db, HostStream& host) noexcept {
    Store(limit_db_, limit_db);
    PassOn(host);
  }
  void SetBeta(float beta, HostStream& host) noexcept {
    // Not std::clamp, which would give NaN's place to an end.
    Store(beta_, beta < 0.0f ? 0.0f : beta > kMostBeta ? kMostBeta : beta);
    PassOn(host);
  }
  void SetThresholds(float min_db, float max_erb_db, float max_df_db, HostStream& host) noexcept {
    Store(min_db_, min_db);
    Store(max_erb_db_, max_erb_db);
    Store(max_df_db_, max_df_db);
    PassOn(host);
  }

 private:
  static_assert(std::atomic<float>::is_always_lock_free &&
                std::atomic<uint64_t>::is_always_lock_free);

  static void Store(std::atomic<float>& to, float value) noexcept {
    if (!std::isnan(value)) to.store(value);
  }

  // Who reads a number before it changes sees, after passing it on, that there were more changes.
  void PassOn(HostStream& host) noexcept {
    changes_.fetch_add(1);
    for (uint64_t seen = changes_.load();;) {
      host.SetControls(ToControls(limit_db_.load(), beta_.load(), min_db_.load(),
                                  max_erb_db_.load(), max_df_db_.load()));
      const uint64_t now = changes_.load();
      if (now == seen) return;
      seen = now;
    }
  }

  std::atomic<float> limit_db_;
  std::atomic<float> beta_;
  std::atomic<float> min_db_;
  std::atomic<float> max_erb_db_;
  std::atomic<float> max_df_db_;
  std::atomic<uint64_t> changes_{0};
};

}  // namespace dfn

#endif  // DEEPFILTER_API_C_C_CONTROLS_H_
