// Saving and restoring the state of a LiveDenoiser.
#include <algorithm>
#include <cmath>
#include <string_view>

#include "stream/denoise/live_denoiser.h"
#include "stream/denoise/signal_path.h"

namespace dfn {
namespace {

// Far above the state that samples up to kMaxSample can cause, and low enough that no later frame
// overflows.
constexpr float kMaxState = 1e24f;
// The state of a GRU is in [-1, 1], except for rounding.
constexpr float kMaxHidden = 1.01f;

struct Range {
  float low;
  float high;
  bool whole = false;
};

Range RangeOf(std::string_view name, const Config& config) {
  if (name == "stft.analysis") return {-kMaxSample, kMaxSample};
  if (name == "norm.spec") return {0.0f, kMaxState};
  if (name == "frame.stage") return {0.0f, static_cast<float>(Stage::kFilter), true};
  if (name == "frame.count") {
    return {0.0f, static_cast<float>(config.conv_lookahead_frames), true};
  }
  if (name.find(".gru") != std::string_view::npos) return {-kMaxHidden, kMaxHidden};
  return {-kMaxState, kMaxState};
}

bool Within(const Range& range, const float* values, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    // False for NaN too.
    if (!(values[i] >= range.low && values[i] <= range.high)) return false;
    if (range.whole && values[i] != std::floor(values[i])) return false;
  }
  return true;
}

bool Fits(const StateLayout& layout, const Config& config, const float* state) {
  for (const StateEntry& entry : layout.entries()) {
    if (!Within(RangeOf(entry.name, config), state + entry.offset, entry.size)) return false;
  }
  return true;
}

// Leaves the padding between entries alone. Returns where the next block begins.
const float* CopyEntries(const StateLayout& layout, const float* from, float* to) {
  for (const StateEntry& entry : layout.entries()) {
    std::copy_n(from + entry.offset, entry.size, to + entry.offset);
  }
  return from + layout.size();
}

}  // namespace

void LiveDenoiser::SaveState(float* state) const noexcept {
  float* counts = std::copy_n(states_.data(), states_.size(), state);
  *counts++ = static_cast<float>(silence_.count());
  *counts++ = static_cast<float>(mute_.count());
  SkippedCount::Write(skipped_frames_, counts);
  counts += SkippedCount::kFloats;
  *counts++ = start_share_;
  level_.Save(counts);
  fill_.Save(counts + level_.state_size());
}

bool LiveDenoiser::RestoreState(const float* state) noexcept {
  const StateLayout& network_layout = network_->state_layout();
  const float* block = state;
  for (size_t c = 0; c < options_.channels; ++c) {
    if (!Fits(network_layout, config_, block)) return false;
    block += network_layout.size();
    if (!Fits(signal_layout_, config_, block)) return false;
    block += signal_layout_.size();
  }
  const Range silence{0.0f, static_cast<float>(silence_.max_count()), true};
  if (!Within(silence, block, 1)) return false;
  if (!Within({0.0f, static_cast<float>(MuteRule::kMuting), true}, block + 1, 1)) return false;
  uint64_t skipped_frames = 0;
  if (!SkippedCount::Read(block + 2, skipped_frames)) return false;
  const float* share = block + 2 + SkippedCount::kFloats;
  if (!Within({0.0f, 1.0f}, share, 1)) return false;
  const float* level = share + 1;
  if (!fill_.IsState(level + level_.state_size()) || !level_.Restore(level)) return false;
  fill_.Restore(level + level_.state_size());

  const float* from = state;
  for (const StreamRows& stream : chunks_.front().streams) {
    from = CopyEntries(network_layout, from, stream.state);
    from = CopyEntries(signal_layout_, from, stream.state + network_layout.size());
  }
  silence_.SetCount(static_cast<size_t>(block[0]));
  mute_.SetCount(static_cast<size_t>(block[1]));
  skipped_frames_ = skipped_frames;
  start_share_ = *share;
  for (size_t c = 0; c < options_.channels; ++c) gains_db_[c] = level_.gain_db(c);
  return true;
}

}  // namespace dfn
