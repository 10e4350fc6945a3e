// DenoiserOptions::threads gives the same bits for any number, with the native network and its real
// sharing of state and workspace.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/native/native_network.h"
#include "engine/testing/random_model.h"
#include "stream/denoise/denoiser.h"
#include "stream/testing/fake_network.h"

namespace dfn {
namespace {

constexpr size_t kFrames = 61;
constexpr size_t kFlush = 5;

struct Enhanced {
  std::vector<std::vector<float>> samples;  // [channels]
  std::vector<float> lsnr_db;
  bool operator==(const Enhanced&) const = default;
};

// Processes the samples in place, in calls of `call` frames.
Enhanced Enhance(Denoiser& denoiser, size_t call) {
  const size_t hop = denoiser.hop_size();
  Enhanced enhanced;
  enhanced.lsnr_db.resize(kFrames + kFlush);
  for (size_t c = 0; c < denoiser.channels(); ++c) {
    enhanced.samples.push_back(TestSignal(kFrames * hop, static_cast<uint32_t>(c)));
    enhanced.samples.back().resize((kFrames + kFlush) * hop);
  }
  std::vector<float*> samples(denoiser.channels());
  for (size_t first = 0; first < kFrames + kFlush;) {
    const size_t now = std::min(call, (first < kFrames ? kFrames : kFrames + kFlush) - first);
    for (size_t c = 0; c < samples.size(); ++c) {
      samples[c] = enhanced.samples[c].data() + first * hop;
    }
    float* lsnr_db = enhanced.lsnr_db.data() + first;
    if (first < kFrames) {
      denoiser.Process(samples.data(), samples.data(), now, lsnr_db);
    } else {
      denoiser.Flush(samples.data(), now, lsnr_db);
    }
    first += now;
  }
  return enhanced;
}

std::unique_ptr<Denoiser> MakeDenoiser(const std::shared_ptr<const Network>& network,
                                       const DenoiserOptions& options) {
  auto denoiser = Denoiser::Create(network, options);
  EXPECT_TRUE(denoiser.ok()) << denoiser.error().message;
  return std::move(denoiser).value();
}

// Options with thresholds at quartiles of the stream's local SNR, so that each decoder runs only on
// some frames.
DenoiserOptions Gated(const std::shared_ptr<const Network>& network) {
  DenoiserOptions options;
  options.profile = Profile::kLibdf;
  std::vector<float> lsnr_db = Enhance(*MakeDenoiser(network, options), kFrames).lsnr_db;
  std::sort(lsnr_db.begin(), lsnr_db.end());
  options.controls.min_db_thresh = lsnr_db[lsnr_db.size() / 4];
  options.controls.max_db_df_thresh = lsnr_db[lsnr_db.size() / 2];
  options.controls.max_db_erb_thresh = lsnr_db[lsnr_db.size() * 3 / 4];
  return options;
}

class ThreadsTest : public testing::TestWithParam<NamedConfig> {
 protected:
  ThreadsTest() : network_(NewNativeNetwork(RandomModel(GetParam().config, 5))) {}

  void ExpectSameBits(const DenoiserOptions& options) {
    const Enhanced expected = Enhance(*MakeDenoiser(network_, options), kFrames);
    for (size_t threads : {2u, 3u, 5u}) {
      DenoiserOptions threaded = options;
      threaded.threads = threads;
      for (const auto& [most, call] :
           {std::pair<size_t, size_t>{1, 1}, {32, 1}, {1, kFrames}, {7, 20}, {8, kFrames}}) {
        threaded.max_frames_per_call = most;
        EXPECT_EQ(Enhance(*MakeDenoiser(network_, threaded), call), expected)
            << threads << " threads, chunks of " << most << ", calls of " << call;
      }
    }
  }

  std::shared_ptr<const Network> network_;
};

INSTANTIATE_TEST_SUITE_P(Configs, ThreadsTest, testing::ValuesIn(SmallConfigs()),
                         [](const auto& test) { return test.param.name; });

TEST_P(ThreadsTest, ReferenceHasTheSameBits) {
  DenoiserOptions options;
  options.channels = 2;
  ExpectSameBits(options);
}

TEST_P(ThreadsTest, LibdfWithGatingHasTheSameBits) {
  DenoiserOptions options = Gated(network_);
  options.channels = 2;
  options.controls.post_filter = true;
  ExpectSameBits(options);
}

// Streams are created and freed while others run on the same network.
TEST_P(ThreadsTest, StreamsShareANetworkAndEndAtAnyTime) {
  DenoiserOptions options;
  options.threads = 2;
  options.max_frames_per_call = 4;
  const Enhanced expected = Enhance(*MakeDenoiser(network_, options), kFrames);
  std::vector<std::thread> users;
  std::vector<Enhanced> results(3);
  for (Enhanced& result : results) {
    users.emplace_back([&] {
      for (int i = 0; i < 3; ++i) result = Enhance(*MakeDenoiser(network_, options), 9);
    });
  }
  for (std::thread& user : users) user.join();
  for (const Enhanced& result : results) EXPECT_EQ(result, expected);
}

// A network that reports that its parts share memory is never run by two threads.
class WholeNetwork final : public Network {
 public:
  explicit WholeNetwork(const Config& config) : network_(config, FakeKind::kRecurrent) {}

  const Config& config() const noexcept override { return network_.config(); }
  const StateLayout& state_layout() const noexcept override { return network_.state_layout(); }
  std::unique_ptr<NetworkWorkspace> NewWorkspace(size_t max_rows) const override {
    return network_.NewWorkspace(max_rows);
  }
  void Encode(std::span<const StreamRows> streams, const float* feat_erb, const float* feat_spec,
              float* lsnr_db, NetworkWorkspace& workspace) const noexcept override {
    Note();
    network_.Encode(streams, feat_erb, feat_spec, lsnr_db, workspace);
  }
  void DecodeErb(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* gains,
                 NetworkWorkspace& workspace) const noexcept override {
    Note();
    network_.DecodeErb(streams, rows, gains, workspace);
  }
  void DecodeDf(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* coefs,
                NetworkWorkspace& workspace) const noexcept override {
    Note();
    network_.DecodeDf(streams, rows, coefs, workspace);
  }
  bool StayedOnThisThread() const { return stayed_; }

 private:
  void Note() const noexcept { stayed_ &= std::this_thread::get_id() == thread_; }

  FakeNetwork network_;
  std::thread::id thread_ = std::this_thread::get_id();
  mutable bool stayed_ = true;
};

TEST(WholeNetworkTest, StaysOnTheCallersThread) {
  const auto network =
      std::make_shared<const WholeNetwork>(SmallConfig(Family::kDeepFilterNet3, 2, 2));
  DenoiserOptions options;
  options.threads = 4;
  options.max_frames_per_call = 2;
  Enhance(*MakeDenoiser(network, options), kFrames);
  EXPECT_TRUE(network->StayedOnThisThread());
}

}  // namespace
}  // namespace dfn
