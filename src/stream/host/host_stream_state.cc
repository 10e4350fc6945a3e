// The state of a stream as floats: its counts and single values, the denoiser's state, then the
// samples of each channel.
#include <algorithm>
#include <cmath>

#include "base/finite.h"
#include "base/float_count.h"
#include "stream/host/host_stream.h"

namespace dfn {
namespace {

using SampleCount = FloatCount<4, 12>;

// Three counts; whether flushing, the fade's position, two local SNRs.
constexpr size_t kSingles = 3 * SampleCount::kFloats + 4;

// Writes a state from front to back.
class StateWriter {
 public:
  explicit StateWriter(float* state) : state_(state) {}
  void Number(float value) noexcept { *state_++ = value; }
  void Count(uint64_t count) noexcept { SampleCount::Write(count, Samples(SampleCount::kFloats)); }
  float* Samples(size_t count) noexcept {
    state_ += count;
    return state_ - count;
  }

 private:
  float* state_;
};

// Reads a state from front to back.
class StateReader {
 public:
  explicit StateReader(const float* state) : state_(state) {}
  float Number() noexcept { return *state_++; }
  // Returns a whole number below `bound`, or 0, and ok() is false from then on.
  uint64_t Whole(uint64_t bound) noexcept {
    const float value = Number();
    if (value >= 0.0f && value < static_cast<float>(bound) && value == std::floor(value)) {
      return static_cast<uint64_t>(value);
    }
    ok_ = false;
    return 0;
  }
  uint64_t Count() noexcept {
    uint64_t count = 0;
    ok_ = SampleCount::Read(Samples(SampleCount::kFloats), count) && ok_;
    return count;
  }
  const float* Samples(size_t count) noexcept {
    state_ += count;
    return state_ - count;
  }
  bool ok() const noexcept { return ok_; }

 private:
  const float* state_;
  bool ok_ = true;
};

}  // namespace

size_t HostStream::state_size() const noexcept {
  size_t size = kSingles + denoiser_->state_size();
  for (const SampleHistory& history : input_) size += history.keep();
  for (const SampleHistory& history : mix_) size += history.keep();
  for (const EnhancedChannel& channel : enhanced_) {
    size += 2 * config_.hop_size + channel.enhanced.keep();
  }
  return size;
}

void HostStream::SaveState(float* state) noexcept {
  FinishOpenHop();
  StateWriter writer(state);
  writer.Count(pushed_);
  writer.Count(emitted_);
  writer.Count(end_);
  writer.Number(flushing_ ? 1.0f : 0.0f);
  writer.Number(static_cast<float>(fade_.position()));
  writer.Number(local_snr_db());
  writer.Number(hop_local_snr_db_);
  denoiser_->SaveState(writer.Samples(denoiser_->state_size()));
  const size_t hop = config_.hop_size;
  for (const SampleHistory& history : input_) history.Save(writer.Samples(history.keep()));
  for (const SampleHistory& history : mix_) history.Save(writer.Samples(history.keep()));
  for (const EnhancedChannel& channel : enhanced_) {
    std::copy_n(channel.hops[complete_ % 2].data(), hop, writer.Samples(hop));
    std::copy_n(channel.done.data(), hop, writer.Samples(hop));
    channel.enhanced.Save(writer.Samples(channel.enhanced.keep()));
  }
}

bool HostStream::RestoreState(const float* state) noexcept {
  StateReader reader(state);
  Counts counts;
  counts.pushed = reader.Count();
  counts.emitted = reader.Count();
  counts.end = reader.Count();
  counts.flushing = reader.Whole(2) == 1;
  const auto fade = static_cast<size_t>(reader.Whole(fade_.samples() + 1));
  const float* local_snrs_db = reader.Samples(2);
  if (!reader.ok() || FirstNotFinite({local_snrs_db, 2}) < 2 || !AreCounts(counts)) return false;
  const float* denoiser_state = reader.Samples(denoiser_->state_size());
  const size_t others = kSingles + denoiser_->state_size();
  if (!AreSamples(state + others, state_size() - others)) return false;
  FinishOpenHop();
  if (!denoiser_->RestoreState(denoiser_state)) return false;

  pushed_ = counts.pushed;
  emitted_ = counts.emitted;
  end_ = counts.end;
  flushing_ = counts.flushing;
  DeriveCounts();
  fade_.Jump(fade);
  local_snr_db_.store(local_snrs_db[0], std::memory_order_relaxed);
  hop_local_snr_db_ = local_snrs_db[1];
  level_gain_db_.store(denoiser_->level_gain_db(0), std::memory_order_relaxed);
  call_local_snrs_.Clear();
  pending_ = delivered_ < complete_ ? Pending::kDone : Pending::kNone;
  const auto pushed = static_cast<int64_t>(pushed_);
  const auto delivered = static_cast<int64_t>(delivered_ * config_.hop_size);
  const size_t hop = config_.hop_size;
  for (SampleHistory& history : input_) history.Restore(pushed, reader.Samples(history.keep()));
  for (SampleHistory& history : mix_) history.Restore(pushed, reader.Samples(history.keep()));
  for (EnhancedChannel& channel : enhanced_) {
    std::copy_n(reader.Samples(hop), hop, channel.hops[complete_ % 2].data());
    std::copy_n(reader.Samples(hop), hop, channel.done.data());
    channel.enhanced.Restore(delivered, reader.Samples(channel.enhanced.keep()));
  }
  return true;
}

// Whether a stream of these options can have these counts between two calls.
bool HostStream::AreCounts(const Counts& counts) const noexcept {
  const uint64_t sound = counts.flushing ? counts.end : counts.pushed;
  if (sound % options_.block_multiple != 0) return false;
  if (!counts.flushing) return counts.end == 0 && counts.emitted == counts.pushed;
  if (counts.end > counts.emitted || counts.emitted > counts.pushed) return false;
  if (counts.pushed - counts.emitted > kHopsWaiting * timing_.most_hop_samples()) return false;
  const uint64_t complete = timing_.ModelSamples(counts.pushed) / config_.hop_size;
  return counts.emitted <= timing_.OutputsReady(timing_.HopsReady(complete));
}

// Whether no sum of the filters over these samples can overflow.
bool HostStream::AreSamples(const float* samples, size_t count) noexcept {
  constexpr float kMost = 1e30f;
  bool sound = true;
  for (size_t i = 0; i < count; ++i) sound = sound && std::fabs(samples[i]) <= kMost;
  return sound;
}

}  // namespace dfn
