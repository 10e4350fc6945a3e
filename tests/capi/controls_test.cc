// Controls turned by several threads at once: each one's last word is heard.
#include "api/c/c_controls.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace dfn {
namespace {

// Keeps the last controls that came, each number for itself, as a stream does.
class Listener final : public HostStream {
 public:
  const HostStreamOptions& options() const noexcept override { return options_; }
  size_t delay_samples() const noexcept override { return 0; }
  void Process(const float* const*, float* const*, size_t) noexcept override {}
  void Flush(float* const*, size_t) noexcept override {}
  bool flushing() const noexcept override { return false; }
  void Reset() noexcept override {}
  void SetControls(const DenoiserControls& controls) noexcept override {
    limit_db = controls.atten_lim_db;
    beta = controls.post_filter ? controls.post_filter_beta : 0.0f;
    std::this_thread::yield();  // more ways for two of them to meet
    min_db = controls.min_db_thresh;
    max_erb_db = controls.max_db_erb_thresh;
    max_df_db = controls.max_db_df_thresh;
  }
  void SetBypass(bool) noexcept override {}
  float local_snr_db() const noexcept override { return 0; }
  std::span<const float> call_local_snrs_db() const noexcept override { return {}; }
  size_t state_size() const noexcept override { return 0; }
  void SaveState(float*) noexcept override {}
  bool RestoreState(const float*) noexcept override { return true; }

  std::atomic<float> limit_db, beta, min_db, max_erb_db, max_df_db;

 private:
  HostStreamOptions options_;
};

TEST(StreamControls, NoneIsLost) {
  for (int round = 0; round < 300; ++round) {
    Listener host;
    StreamControls controls{DenoiserControls{}};
    std::atomic<int> ready{0};
    const auto together = [&](auto set) {
      return std::thread([&, set] {
        ready.fetch_add(1);
        while (ready.load() < 3) std::this_thread::yield();
        for (int i = 1; i <= 20; ++i) set(static_cast<float>(i));
      });
    };
    std::thread threads[] = {
        together([&](float v) { controls.SetLimit(v, host); }),
        together([&](float v) { controls.SetBeta(v / 100.0f, host); }),
        together([&](float v) { controls.SetThresholds(-v, v, v + 1, host); })};
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(host.limit_db, 20.0f);
    ASSERT_EQ(host.beta, 0.2f);
    ASSERT_EQ(host.min_db, -20.0f);
    ASSERT_EQ(host.max_erb_db, 20.0f);
    ASSERT_EQ(host.max_df_db, 21.0f);
  }
}

}  // namespace
}  // namespace dfn
