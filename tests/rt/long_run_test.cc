// Runs the LADSPA and the CLAP plugin for a long time with the other cores busy: no sample is lost, the delay
// stays constant, and memory does not grow. It processes a minute of sound, or
// $DEEPFILTER_LONG_SECONDS.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "base/noise.h"
#include "common/identity_model.h"
#include "common/model_folder.h"
#include "plugins/clap_host.h"
#include "plugins/ladspa_host.h"

namespace dfn::test {
namespace {

constexpr size_t kRate = 48000;
// The network does not change the sound, so the error is its transforms' rounding. The noise is at
// most 0.25; a sample that is missing, repeated or late would be wrong by a thousand times this
// tolerance.
constexpr float kTolerance = 2e-6f;
// The most that memory may grow between measurements, which are made once a minute of sound.
constexpr size_t kMostGrowthBytes = 256 * 1024;

size_t Seconds() {
  const char* seconds = std::getenv("DEEPFILTER_LONG_SECONDS");
  return seconds != nullptr ? static_cast<size_t>(std::atoi(seconds)) : 60;
}

size_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  size_t total = 0;
  size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// Keeps all cores but this thread's busy.
class BusyCores {
 public:
  BusyCores() {
    const unsigned cores = std::max(2u, std::thread::hardware_concurrency());
    for (unsigned i = 1; i < cores; ++i) {
      threads_.emplace_back([this] {
        while (!done_.load(std::memory_order_relaxed)) {
        }
      });
    }
  }
  ~BusyCores() {
    done_.store(true);
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::atomic<bool> done_{false};
  std::vector<std::thread> threads_;
};

// The official model's sizes, so that the work is that of dfn3.
Config FullConfig() {
  Config c = SmallLiveConfig("dfn3");
  c.conv_channels = 64;
  c.emb_hidden = c.df_hidden = 256;
  c.linear_groups = 16;
  c.enc_linear_groups = 32;
  return c;
}

// A mono plugin of either kind with its memory connected.
class Plugin {
 public:
  Plugin(bool clap, size_t quantum, float* input, float* output)
      : quantum_(quantum), input_(input), output_(output) {
    if (clap) {
      clap_ = std::make_unique<ClapInstance>(clap_library_, 1);
      made_ = clap_->Activate(kRate, static_cast<uint32_t>(quantum));
      return;
    }
    ladspa_ = std::make_unique<LadspaInstance>(ladspa_library_.ForChannels(1), kRate);
    made_ = ladspa_->made();
    if (!made_) return;
    ladspa_->Activate();
    ladspa_->Connect(0, input);
    ladspa_->Connect(1, output);
  }
  bool made() const { return made_; }
  void Run() {
    if (ladspa_ != nullptr) {
      ladspa_->Run(quantum_);
    } else {
      clap_->Run(&input_, &output_, quantum_, no_events_);
    }
  }

 private:
  const LadspaLibrary ladspa_library_;
  const ClapLibrary clap_library_;
  std::unique_ptr<LadspaInstance> ladspa_;
  std::unique_ptr<ClapInstance> clap_;
  const ClapEvents no_events_;
  bool made_ = false;
  size_t quantum_;
  float* input_;
  float* output_;
};

class LongRunTest : public ::testing::TestWithParam<std::tuple<bool, size_t>> {};

TEST_P(LongRunTest, EverySampleComesAsLateAsTheFirst) {
  const auto [clap, quantum] = GetParam();
  const ModelFolder folder(IdentityModel(FullConfig()));
  setenv("DEEPFILTER_PLUGIN_MODEL", folder.path().c_str(), 1);
  setenv("DEEPFILTER_PLUGIN_WORK", "auto", 1);
  setenv("DEEPFILTER_PLUGIN_LOAD", "wait", 1);
  dfn_stream_options options = clap ? ClapOptions(1, kRate) : LadspaOptions(1, kRate);
  if (quantum < 480) options = Spread(options);
  dfn_model* opened = nullptr;
  ASSERT_EQ(dfn_model_open(folder.path().c_str(), nullptr, &opened, nullptr), DFN_OK);
  const size_t delay = dfn_model_delay_samples(opened, &options);
  dfn_model_free(opened);

  std::vector<float> input(quantum);
  std::vector<float> output(quantum);
  Plugin plugin(clap, quantum, input.data(), output.data());
  ASSERT_TRUE(plugin.made());
  const BusyCores busy;

  // The last input samples; the oldest is compared next.
  std::vector<float> past(delay);
  size_t oldest = 0;
  NoiseGenerator noise;
  float worst = 0.0f;
  size_t wrong = 0;
  size_t first_rss = 0;
  size_t most_rss = 0;
  double longest_us = 0.0;
  size_t late_blocks = 0;
  const size_t blocks = Seconds() * kRate / quantum;
  const double block_us = 1e6 * static_cast<double>(quantum) / kRate;
  for (size_t block = 0; block < blocks; ++block) {
    for (float& sample : input) {
      sample = static_cast<float>(static_cast<int32_t>(noise.NextBits())) * 0x1p-33f;
    }
    const auto begin = std::chrono::steady_clock::now();
    plugin.Run();
    const double us =
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
    longest_us = std::max(longest_us, us);
    if (us > block_us) ++late_blocks;
    for (size_t i = 0; i < quantum; ++i) {
      const float error = std::abs(output[i] - past[oldest]);
      if (!(error <= kTolerance)) ++wrong;
      worst = std::max(worst, error);
      past[oldest] = input[i];
      oldest = oldest + 1 == delay ? 0 : oldest + 1;
    }
    // The measurement is made once a minute of sound, and first after a second, when all memory has
    // been touched.
    const size_t samples = (block + 1) * quantum;
    if (samples >= kRate && (first_rss == 0 || samples % (60 * kRate) < quantum)) {
      most_rss = std::max(most_rss, ResidentBytes());
      if (first_rss == 0) first_rss = most_rss;
    }
  }
  std::printf(
      "%s, quantum %zu: %zu s of sound, delay %zu samples, largest error %.2g, resident %.1f MB "
      "+ %zu KB, longest run() %.0f us, %zu of %zu longer than their %.0f us\n",
      clap ? "CLAP" : "LADSPA", quantum, Seconds(), delay, static_cast<double>(worst),
      static_cast<double>(first_rss) / 1e6, (most_rss - first_rss) / 1024, longest_us, late_blocks,
      blocks, block_us);
  EXPECT_EQ(wrong, 0u) << "samples of " << blocks * quantum;
  EXPECT_LE(most_rss, first_rss + kMostGrowthBytes);
}

INSTANTIATE_TEST_SUITE_P(Quanta, LongRunTest,
                         ::testing::Combine(::testing::Bool(), ::testing::Values(64, 1024)),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param) ? "Clap" : "Ladspa") +
                                  std::to_string(std::get<1>(test.param));
                         });

}  // namespace
}  // namespace dfn::test
