// Many whole sounds through the C API: each thread takes a group of them through the network
// together.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "api/c/c_clip.h"
#include "api/c/c_error.h"
#include "api/c/c_model.h"
#include "api/c/c_options.h"
#include "api/c/c_stream.h"
#include "deepfilter/tools.h"
#include "os/cache_size.h"
#include "stream/denoise/batch_shape.h"
#include "stream/host/whole_batch.h"
#include "stream/host/whole_sound.h"

namespace dfn {
namespace {

constexpr size_t kMostThreads = 256;
// Of a clip in a call, where few are left: what WholeSound gives one alone.
constexpr size_t kMostHops = 64;
// How often a thread without work asks whether to go on.
constexpr std::chrono::milliseconds kPatience{20};

// What the threads of a call share.
struct BatchWork {
  std::span<const dfn_clip> clips;
  HostStreamOptions host;
  std::shared_ptr<const Network> network;
  std::vector<size_t> order;      // of the clips, the longest first
  std::atomic<size_t> taken{0};   // places in `order`
  std::atomic<uint64_t> done{0};  // samples of one channel
  std::atomic<bool> stopped{false};
};

// The clips that one thread has in work.
class ClipGroup {
 public:
  ClipGroup(BatchWork& work, size_t threads)
      : work_(work), channels_(work.host.channels), network_channels_(EnhancedChannels(work.host)) {
    const size_t share = (work.clips.size() + threads - 1) / threads;
    most_clips_ = std::clamp<size_t>(shape_.streams / network_channels_, 1, share);
  }

  // Works until no clip is left or `stopped`. `after_call` returns a Status after each call of the
  // network. Errors: those of WholeSound::Create and of `after_call`.
  template <class AfterCall>
  Status Run(const AfterCall& after_call) {
    if (most_clips_ > 1) {
      DFN_TRY(batch_, WholeBatch::Create(work_.network, shape_.rows));
    }
    while (!work_.stopped.load(std::memory_order_relaxed)) {
      DFN_CHECK(TakeClips());
      if (clips_.empty()) return {};
      if (RunOnce()) DFN_CHECK(after_call());
    }
    return {};
  }

 private:
  struct Clip {
    const dfn_clip* caller;
    std::unique_ptr<WholeSound> sound;
    size_t read = 0;
    size_t written = 0;
    bool ended = false;
  };

  // Hops of each clip in a call. They only grow: clips get fewer only when none is left to take.
  size_t Hops() const {
    return std::min(shape_.FramesOf(clips_.size() * network_channels_), kMostHops);
  }

  size_t MostHops() const { return std::min(shape_.FramesOf(network_channels_), kMostHops); }

  Status TakeClips() {
    while (clips_.size() < most_clips_) {
      const size_t place = work_.taken.fetch_add(1, std::memory_order_relaxed);
      if (place >= work_.order.size()) return {};
      const dfn_clip& clip = work_.clips[work_.order[place]];
      HostStreamOptions host = work_.host;
      const Planar<const float> input{clip.input};
      if (host.controls.auto_level) GiveGains(input, clip.samples, host);
      DFN_TRY(auto sound, WholeSound::Create(work_.network, host, SoundEnd::kPadded, MostHops()));
      clips_.push_back({.caller = &clip, .sound = std::move(sound)});
    }
    return {};
  }

  // Takes each clip through the network, and forgets those that are complete. Returns whether any
  // was left.
  bool RunOnce() {
    const size_t hops = Hops();
    std::erase_if(clips_, [&](Clip& clip) { return !Prepare(clip, hops); });
    if (clips_.empty()) return false;
    sounds_.clear();
    for (const Clip& clip : clips_) sounds_.push_back(clip.sound.get());
    if (batch_ != nullptr) {
      batch_->Run(sounds_);
    } else {
      sounds_.front()->Denoise();
    }
    for (Clip& clip : clips_) {
      block_.clear();
      clip.sound->Done(block_);
      const Planar<float> output{clip.caller->output};
      const size_t count = WriteSamples(block_, output, clip.written, channels_);
      clip.written += count;
      work_.done.fetch_add(count, std::memory_order_relaxed);
    }
    return true;
  }

  // Gives samples to a clip until hops of it wait; returns whether any do.
  bool Prepare(Clip& clip, size_t hops) {
    const Planar<const float> input{clip.caller->input};
    while (clip.sound->Prepare(hops) == 0) {
      if (clip.ended) return false;
      const size_t count = std::min(clip.caller->samples - clip.read, clip.sound->block_samples());
      if (count == 0) {
        clip.sound->End();
        clip.ended = true;
        continue;
      }
      ReadSamples(input, clip.read, count, channels_, block_);
      clip.sound->Give(block_);
      clip.read += count;
    }
    return true;
  }

  BatchWork& work_;
  const size_t channels_;
  const size_t network_channels_;
  // Each clip in work costs memory. Fewer clips have more hops each.
  const BatchShape shape_ = ChooseBatchShape(SecondLevelCacheBytes());
  size_t most_clips_;
  std::unique_ptr<WholeBatch> batch_;  // null for one clip at a time
  std::vector<Clip> clips_;
  std::vector<WholeSound*> sounds_;
  std::vector<float> block_;  // interleaved
};

// Threads beside the caller's, each with a group of clips.
class Helpers {
 public:
  // Starts up to `count`; where the system refuses one, there are fewer.
  Helpers(BatchWork& work, size_t count, size_t threads) : work_(work) {
    for (size_t i = 0; i < count; ++i) {
      {
        const std::scoped_lock lock(mutex_);
        ++running_;
      }
      try {
        threads_.emplace_back([this, threads] { Run(threads); });
      } catch (const std::system_error&) {
        const std::scoped_lock lock(mutex_);
        --running_;
        return;
      }
    }
  }
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;
  ~Helpers() {
    work_.stopped.store(true);
    for (std::thread& thread : threads_) thread.join();
  }

  // Waits for a while. Returns whether all have ended.
  bool Wait() {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, kPatience, [&] { return running_ == 0; });
  }

  // The first error of a helper, once all have ended. Rethrows what one has thrown.
  Status status() const {
    if (thrown_) std::rethrow_exception(thrown_);
    return status_;
  }

 private:
  void Run(size_t threads) {
    Status status;
    std::exception_ptr thrown;
    try {
      status = ClipGroup(work_, threads).Run([] { return Status(); });
    } catch (...) {
      thrown = std::current_exception();
    }
    const bool failed = !status.ok() || thrown;
    if (failed) work_.stopped.store(true);
    const std::scoped_lock lock(mutex_);
    if (status_.ok()) status_ = std::move(status);
    if (!thrown_) thrown_ = thrown;
    --running_;
    ended_.notify_all();
  }

  BatchWork& work_;
  std::mutex mutex_;
  std::condition_variable ended_;
  size_t running_ = 0;
  Status status_;
  std::exception_ptr thrown_;
  std::vector<std::thread> threads_;
};

struct BatchPlan {
  dfn_enhance_batch_options asked;
  StreamPlan stream;
};

dfn_enhance_batch_options DefaultEnhanceBatchOptions() noexcept {
  dfn_enhance_batch_options options = {};
  options.size = sizeof(options);
  options.threads = 1;
  return options;
}

Result<BatchPlan> PlanBatch(const dfn_model* model, const dfn_enhance_batch_options* options) {
  if (model == nullptr) return NullArgument("model");
  BatchPlan plan;
  DFN_TRY(plan.asked, ReadOptions(options, sizeof(dfn_enhance_batch_options),
                                  DefaultEnhanceBatchOptions(), "dfn_enhance_batch_options"));
  if (plan.asked.threads < 1 || plan.asked.threads > kMostThreads) {
    return Error{ErrorCode::kInvalidArgument, "threads is " + std::to_string(plan.asked.threads) +
                                                  ", expected 1 to " +
                                                  std::to_string(kMostThreads)};
  }
  DFN_TRY(plan.stream, PlanStream(*model, plan.asked.stream));
  DFN_CHECK(HostDelaySamples(model->config(), plan.stream.host));
  return plan;
}

Status CheckClips(std::span<const dfn_clip> clips, size_t channels) {
  for (const dfn_clip& clip : clips) {
    if (clip.samples == 0) continue;
    if (!AllPlanes(clip.input, channels)) return NullArgument("the input of a clip");
    if (!AllPlanes(clip.output, channels)) return NullArgument("the output of a clip");
  }
  return {};
}

// Lists the clips that have samples, and returns how many samples these are.
uint64_t OrderClips(BatchWork& work) {
  uint64_t total = 0;
  for (size_t i = 0; i < work.clips.size(); ++i) {
    if (work.clips[i].samples > 0) work.order.push_back(i);
    total += work.clips[i].samples;
  }
  // So that the threads end at about the same time, and groups stay large.
  std::stable_sort(work.order.begin(), work.order.end(), [&](size_t a, size_t b) {
    return work.clips[a].samples > work.clips[b].samples;
  });
  return total;
}

Status EnhanceClips(const dfn_model& model, const BatchPlan& plan,
                    std::span<const dfn_clip> clips) {
  BatchWork work{.clips = clips, .host = plan.stream.host, .network = {}, .order = {}};
  const uint64_t total = OrderClips(work);
  if (total == 0) return {};
  DFN_TRY(work.network, model.NetworkOf(plan.stream.precision));
  const auto tell = [&]() -> Status {
    const uint64_t done = work.done.load(std::memory_order_relaxed);
    const dfn_progress_function progress = plan.asked.progress;
    if (progress == nullptr || progress(plan.asked.progress_data, done, total) == 0) return {};
    work.stopped.store(true);
    return Error{ErrorCode::kCancelled, "cancelled after " + std::to_string(done) + " of " +
                                            std::to_string(total) + " samples"};
  };
  const size_t threads = std::min<size_t>(plan.asked.threads, work.order.size());
  Helpers helpers(work, threads - 1, threads);
  DFN_CHECK(ClipGroup(work, threads).Run(tell));
  while (!helpers.Wait()) DFN_CHECK(tell());
  DFN_CHECK(helpers.status());
  return threads > 1 ? tell() : Status();
}

}  // namespace
}  // namespace dfn

void dfn_enhance_batch_options_init(dfn_enhance_batch_options* options, size_t size) {
  dfn::InitOptions(options, size, dfn::DefaultEnhanceBatchOptions());
}

dfn_result dfn_enhance_batch(const dfn_model* model, const dfn_enhance_batch_options* options,
                             const dfn_clip* clips, size_t count, dfn_error** error) {
  return dfn::Guarded(error, [&]() -> dfn::Status {
    DFN_TRY(const dfn::BatchPlan plan, dfn::PlanBatch(model, options));
    if (clips == nullptr && count > 0) return dfn::NullArgument("clips");
    DFN_CHECK(dfn::CheckClips({clips, count}, plan.stream.host.channels));
    return dfn::EnhanceClips(*model, plan, {clips, count});
  });
}
