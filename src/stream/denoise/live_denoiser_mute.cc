// Lasting quiet under profile kLibdf (mute_rule.h).
#include <algorithm>
#include <cmath>

#include "stream/denoise/live_denoiser.h"

namespace dfn {

// What counts is how loud the network hears the hop. The sum runs over the samples of one channel
// after the other, as libDF's does.
bool LiveDenoiser::IsQuiet(const float* const* input, size_t frame) const noexcept {
  float sum = 0.0f;
  for (size_t c = 0; c < options_.channels && input != nullptr; ++c) {
    const float gain = std::pow(10.0f, level_.gain_db(c) / 20.0f);
    const float* hop = input[c] + frame * config_.hop_size;
    for (size_t i = 0; i < config_.hop_size; ++i) {
      const float sample = SaneSample(hop[i]) * gain;
      sum += sample * sample;
    }
  }
  return sum / static_cast<float>(options_.channels * config_.hop_size) < kQuietMeanSquare;
}

// Whether a frame of a call cannot be decided on before those in front of it are done.
bool LiveDenoiser::Waits(const float* const* input, size_t frame) const noexcept {
  return rules_.mutes && !rules_.passes_through && IsQuiet(input, frame);
}

bool LiveDenoiser::WaitsWithin(const float* const* input, size_t frames) const noexcept {
  for (size_t frame = 1; frame < frames; ++frame) {
    if (Waits(input, frame)) return true;
  }
  return false;
}

// Returns whether a frame of the chunk is muted.
bool LiveDenoiser::MutesFrame(const Chunk& chunk, size_t frame) noexcept {
  if (!rules_.mutes) {
    mute_.Reset();
    return false;
  }
  if (IsQuiet(chunk.input, chunk.first + frame)) return mute_.MutesQuiet();
  mute_.HearLoud();
  return false;
}

// Only the first frame of a chunk can be quiet: each quiet one waits for those before it.
void LiveDenoiser::CountDone(const Chunk& chunk) noexcept {
  if (!rules_.mutes || chunk.live.empty()) return;
  if (chunk.live.back() > 0) mute_.HearLoud();
  mute_.Did(chunk.stages[chunk.rows() - 1] == Stage::kAsIs);
}

}  // namespace dfn
