// Lasting quiet under profile kLibdf (mute_rule.h).
#include <algorithm>

#include "base/float_functions.h"

#include "stream/denoise/live_denoiser.h"

namespace dfn {

// What counts is how loud the network hears the hop: `gain_db` is a function of the channel. The sum
// runs over the samples of one channel after the other, as libDF's does.
template <class Gain>
bool LiveDenoiser::IsQuiet(const float* const* input, size_t frame,
                           const Gain& gain_db) const noexcept {
  float sum = 0.0f;
  for (size_t c = 0; c < options_.channels && input != nullptr; ++c) {
    const float gain = Pow10(gain_db(c) / 20.0f);
    const float* hop = input[c] + frame * config_.hop_size;
    for (size_t i = 0; i < config_.hop_size; ++i) {
      const float sample = SaneSample(hop[i]) * gain;
      sum += sample * sample;
    }
  }
  return sum / static_cast<float>(options_.channels * config_.hop_size) < kQuietMeanSquare;
}

// Whether a frame of a call, which the level conditioner has just heard, cannot be decided on before
// those in front of it are done.
bool LiveDenoiser::Waits(const float* const* input, size_t frame) const noexcept {
  const auto heard = [this](size_t channel) { return level_.gain_db(channel); };
  return rules_.mutes && !rules_.passes_through && IsQuiet(input, frame, heard);
}

bool LiveDenoiser::WaitsWithin(const float* const* input, size_t frames) const noexcept {
  if (!rules_.mutes || rules_.passes_through) return false;
  // None of the hops was heard yet.
  const auto to_come = [this](size_t channel) {
    return level_.ConstantGainDb(options_.controls, channel);
  };
  for (size_t frame = 1; frame < frames; ++frame) {
    if (IsQuiet(input, frame, to_come)) return true;
  }
  return false;
}

// Returns whether a frame of the chunk is muted.
bool LiveDenoiser::MutesFrame(const Chunk& chunk, size_t frame) noexcept {
  if (!rules_.mutes) {
    mute_.Reset();
    return false;
  }
  // The conditioner may have heard later frames already.
  const auto in_work = [this](size_t channel) { return gains_db_[channel]; };
  if (IsQuiet(chunk.input, chunk.first + frame, in_work)) return mute_.MutesQuiet();
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
