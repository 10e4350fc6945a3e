#include "live/live_engine.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

namespace dfn {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Above this share of a block's time, one hop's work is spread over several blocks: the other half is
// for the rest of the machine's audio, and for a busy moment.
constexpr double kMostDirectShare = 0.5;
// Hops that are run to measure one: those that warm up, and those of which the median counts.
constexpr size_t kWarmHops = 4;
constexpr size_t kTimedHops = 9;
// Share of a new block in the load that is shown: half a second's mean at 10 ms.
constexpr float kLoadShare = 0.02f;

// Calls of Prepare for which another work mode must be the right one before it is chosen.
constexpr int kCallsBeforeMode = 8;

constexpr size_t kMostRateHz = 192000;

}  // namespace

LiveEngine::LiveEngine(std::shared_ptr<const Network> network, const LiveEngineOptions& options)
    : network_(std::move(network)),
      options_(options),
      tap_(static_cast<size_t>(options.tap_seconds * 48000.0) * 2 * options.channels) {}

LiveEngine::~LiveEngine() {
  delete next_.load();
  delete retired_.load();
  delete current_;
}

void LiveEngine::TakeOver() noexcept {
  if (next_.load(std::memory_order_relaxed) == nullptr ||
      retired_.load(std::memory_order_relaxed) != nullptr) {
    return;
  }
  EngineStream* next = next_.exchange(nullptr, std::memory_order_acquire);
  if (next == nullptr) return;
  retired_.store(std::exchange(current_, next), std::memory_order_release);
  segment_begin_.store(tap_.written(), std::memory_order_relaxed);
  segment_rate_.store(next->rate_hz, std::memory_order_relaxed);
  segment_delay_.store(next->host->delay_samples(), std::memory_order_relaxed);
  segment_number_.store(segment_number_.load(std::memory_order_relaxed) + 1,
                        std::memory_order_release);
}

void LiveEngine::Process(const DeviceBlock& block) noexcept {
  const SteadyClock::time_point begin = SteadyClock::now();
  seen_rate_.store(block.rate_hz, std::memory_order_relaxed);
  seen_block_.store(block.samples, std::memory_order_relaxed);
  TakeOver();
  if (current_ == nullptr || current_->rate_hz != block.rate_hz ||
      block.channels != options_.channels) {
    for (size_t c = 0; c < block.channels; ++c) std::fill_n(block.output[c], block.samples, 0.0f);
    return;
  }
  current_->host->Process(block.input, block.output, block.samples);
  local_snr_db_.store(current_->host->local_snr_db(), std::memory_order_relaxed);
  level_gain_db_.store(current_->host->level_gain_db(), std::memory_order_relaxed);
  Tap(block);
  blocks_.store(blocks_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  const std::chrono::duration<float> work = SteadyClock::now() - begin;
  const float load =
      work.count() * static_cast<float>(block.rate_hz) / static_cast<float>(block.samples);
  if (load > 1.0f) {
    late_blocks_.store(late_blocks_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  smooth_load_ += (load - smooth_load_) * kLoadShare;
  load_.store(smooth_load_, std::memory_order_relaxed);
  if (load > worst_load_.load(std::memory_order_relaxed)) {
    worst_load_.store(load, std::memory_order_relaxed);
  }
}

void LiveEngine::Tap(const DeviceBlock& block) noexcept {
  const size_t width = 2 * block.channels;
  if (tap_.Room() < width * block.samples) {
    untapped_.store(untapped_.load(std::memory_order_relaxed) + block.samples,
                    std::memory_order_relaxed);
    return;
  }
  for (size_t c = 0; c < block.channels; ++c) {
    for (size_t i = 0; i < block.samples; ++i) {
      tap_.Put(i * width + c, block.input[c][i]);
      tap_.Put(i * width + block.channels + c, block.output[c][i]);
    }
  }
  tap_.Commit(width * block.samples);
}

LiveEngine::Segment LiveEngine::segment() const {
  Segment segment;
  segment.number = segment_number_.load(std::memory_order_acquire);
  segment.begin = segment_begin_.load(std::memory_order_relaxed);
  segment.rate_hz = segment_rate_.load(std::memory_order_relaxed);
  segment.delay_samples = segment_delay_.load(std::memory_order_relaxed);
  return segment;
}

Result<std::unique_ptr<EngineStream>> LiveEngine::MakeStream(size_t rate_hz, size_t block_samples) {
  HostStreamOptions host;
  host.sample_rate_hz = rate_hz;
  host.channels = options_.channels;
  host.channel_mode = options_.channel_mode;
  host.profile = options_.profile;
  host.fills_band = options_.fills_band;
  host.silence_skip = options_.silence_skip;
  host.controls = options_.controls;
  host.work_mode = options_.work_mode ? *options_.work_mode
                                      : (NeedsSpread(rate_hz, block_samples) ? WorkMode::kSpread
                                                                             : WorkMode::kDirect);
  auto stream = std::make_unique<EngineStream>();
  DFN_TRY(stream->host, HostStream::Create(network_, host));
  stream->host->SetBypass(options_.bypass);
  stream->rate_hz = rate_hz;
  stream->block_samples = block_samples;
  stream->work_mode = host.work_mode;
  return stream;
}

bool LiveEngine::NeedsSpread(size_t rate_hz, size_t block_samples) {
  if (rate_hz == 0) return false;
  const Config& config = network_->config();
  const double hop_length =
      static_cast<double>(config.hop_size) / static_cast<double>(config.sample_rate_hz);
  const double block_length = static_cast<double>(block_samples) / static_cast<double>(rate_hz);
  // A block of a hop and more brings its whole work with it.
  if (block_length >= hop_length) return false;
  if (hop_seconds_ < 0.0) {
    HostStreamOptions timed;
    timed.sample_rate_hz = config.sample_rate_hz;
    timed.channels = options_.channels;
    timed.profile = options_.profile;
    auto host = HostStream::Create(network_, timed);
    if (!host.ok()) return false;
    std::vector<float> sound(config.hop_size, 1e-3f);
    std::vector<const float*> in(options_.channels, sound.data());
    std::vector<std::vector<float>> planes(options_.channels, sound);
    std::vector<float*> out;
    for (std::vector<float>& plane : planes) out.push_back(plane.data());
    std::array<double, kTimedHops> seconds = {};
    for (size_t i = 0; i < kWarmHops + kTimedHops; ++i) {
      const SteadyClock::time_point begin = SteadyClock::now();
      (*host)->Process(in.data(), out.data(), config.hop_size);
      const std::chrono::duration<double> work = SteadyClock::now() - begin;
      if (i >= kWarmHops) seconds[i - kWarmHops] = work.count();
    }
    std::nth_element(seconds.begin(), seconds.begin() + kTimedHops / 2, seconds.end());
    hop_seconds_ = seconds[kTimedHops / 2];
  }
  return hop_seconds_ > kMostDirectShare * block_length;
}

void LiveEngine::Hand(std::unique_ptr<EngineStream> stream) {
  newest_ = stream.get();
  // One that the device's thread has not taken yet is not wanted any more.
  delete next_.exchange(stream.release(), std::memory_order_acq_rel);
}

Status LiveEngine::Expect(size_t rate_hz, size_t block_samples) {
  DFN_TRY(auto stream, MakeStream(rate_hz, block_samples));
  Hand(std::move(stream));
  return {};
}

Result<bool> LiveEngine::Prepare() {
  delete retired_.exchange(nullptr, std::memory_order_acquire);
  const size_t rate_hz = seen_rate_.load(std::memory_order_relaxed);
  const size_t block = seen_block_.load(std::memory_order_relaxed);
  if (rate_hz == 0 || block == 0 || rate_hz > kMostRateHz) return false;
  // The previous handover comes first.
  if (next_.load(std::memory_order_relaxed) != nullptr && newest_ != nullptr &&
      newest_->rate_hz == rate_hz && !restart_) {
    return false;
  }
  const bool fits = newest_ != nullptr && newest_->rate_hz == rate_hz && !restart_;
  if (fits) {
    if (newest_->block_samples == block || options_.work_mode) return false;
    // Another block matters only where the work has to be done in another way.
    const WorkMode mode = NeedsSpread(rate_hz, block) ? WorkMode::kSpread : WorkMode::kDirect;
    if (mode == newest_->work_mode) {
      newest_->block_samples = block;
      other_mode_calls_ = 0;
      return false;
    }
    // Blocks of some devices vary, and one that is shorter is no reason for another delay.
    if (++other_mode_calls_ < kCallsBeforeMode) return false;
  }
  DFN_TRY(auto stream, MakeStream(rate_hz, block));
  restart_ = false;
  other_mode_calls_ = 0;
  Hand(std::move(stream));
  return true;
}

void LiveEngine::SetControls(const DenoiserControls& controls) {
  options_.controls = controls;
  if (newest_ != nullptr) newest_->host->controls().Set(controls);
}

void LiveEngine::SetBypass(bool bypass) {
  options_.bypass = bypass;
  if (newest_ != nullptr) newest_->host->SetBypass(bypass);
}

EngineState LiveEngine::state() {
  EngineState state;
  const Segment part = segment();
  state.rate_hz = part.rate_hz;
  state.delay_samples = part.delay_samples;
  if (newest_ != nullptr) state.work_mode = newest_->work_mode;
  state.local_snr_db = local_snr_db_.load(std::memory_order_relaxed);
  state.level_gain_db = level_gain_db_.load(std::memory_order_relaxed);
  state.load = load_.load(std::memory_order_relaxed);
  state.blocks = blocks_.load(std::memory_order_relaxed);
  if (state.blocks != asked_blocks_) {
    asked_blocks_ = state.blocks;
    asked_worst_load_ = worst_load_.exchange(0.0f, std::memory_order_relaxed);
  }
  state.worst_load = asked_worst_load_;
  state.late_blocks = late_blocks_.load(std::memory_order_relaxed);
  return state;
}

}  // namespace dfn
