#include "stream/denoise/signal_state.h"

#include <algorithm>
#include <string_view>

namespace dfn {
namespace {

size_t HistoryFrames(const StateLayout& layout, std::string_view name) {
  const StateEntry* entry = layout.Find(name);
  return entry == nullptr ? 0 : entry->shape.front();
}

}  // namespace

SignalView ViewSignalState(const StateLayout& layout, float* block) {
  const auto at = [&](std::string_view name) -> float* {
    const StateEntry* entry = layout.Find(name);
    return entry == nullptr ? nullptr : block + entry->offset;
  };
  return {.analysis = at("stft.analysis"),
          .synthesis = at("stft.synthesis"),
          .erb_mean = at("norm.erb"),
          .spec_mean = at("norm.spec"),
          .noisy = at("spec.noisy"),
          .masked = at("spec.masked"),
          .coefs = at("df.coefs"),
          .stage = at("frame.stage"),
          .count = at("frame.count")};
}

void FrameTrack::Load(const float* history) noexcept {
  if (history_ > 0) std::copy_n(history, history_ * width_, frames_.data());
}

void FrameTrack::Store(size_t frames, float* history) const noexcept {
  if (history_ > 0) std::copy_n(frames_.data() + frames * width_, history_ * width_, history);
}

ChannelFrames::ChannelFrames(const Config& config, const StateLayout& layout, float* block,
                             size_t max_frames)
    : state(ViewSignalState(layout, block)),
      noisy(HistoryFrames(layout, "spec.noisy"), max_frames, 2 * config.freq_bins()),
      masked(HistoryFrames(layout, "spec.masked"), max_frames, 2 * config.freq_bins()),
      coefs(HistoryFrames(layout, "df.coefs"), max_frames, config.coef_floats()),
      stage(HistoryFrames(layout, "frame.stage"), max_frames, 1) {}

void ChannelFrames::BeginChunk() noexcept {
  noisy.Load(state.noisy);
  masked.Load(state.masked);
  coefs.Load(state.coefs);
  stage.Load(state.stage);
}

void ChannelFrames::EndChunk(size_t frames) noexcept {
  noisy.Store(frames, state.noisy);
  masked.Store(frames, state.masked);
  coefs.Store(frames, state.coefs);
  stage.Store(frames, state.stage);
}

}  // namespace dfn
