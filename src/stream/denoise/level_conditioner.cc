#include "stream/denoise/level_conditioner.h"

#include <algorithm>
#include <cmath>

#include "stream/denoise/level_rule.h"
#include "stream/denoise/signal_path.h"
#include "stream/denoise/silence.h"

namespace dfn {
namespace {

// Far above what samples up to kMaxSample leave in the filters.
constexpr float kMaxFilterState = 1e15f;

// Vowels repeat themselves better than this even in some noise, and hardly any noise does.
constexpr float kVoicedPeriodicity = 0.7f;

double HopSeconds(const Config& config) {
  return static_cast<double>(config.hop_size) / static_cast<double>(config.sample_rate_hz);
}

}  // namespace

LevelConditioner::LevelConditioner(const Config& config, size_t channels, bool linked,
                                   std::span<const float> given_db)
    : linked_(linked),
      channels_a_group_(linked ? channels : 1),
      band_(config.sample_rate_hz),
      voicing_(config.sample_rate_hz),
      groups_(channels / channels_a_group_, Group{.level = SpeechLevel(HopSeconds(config))}),
      channel_state_(SpeechBand::kState + voicing_.state_size()),
      channels_(channels * channel_state_),
      hop_(config.hop_size) {
  if (given_db.empty()) return;
  for (size_t i = 0; i < groups_.size(); ++i) groups_[i].given_db = given_db[i * channels_a_group_];
}

bool LevelConditioner::Hear(const DenoiserControls& controls, const float* const* hops) noexcept {
  bool changed = false;
  if (!controls.auto_level && heard_any_) Forget();
  for (size_t i = 0; i < groups_.size(); ++i) {
    Group& group = groups_[i];
    const float before = group.gain_db;
    if (!controls.auto_level) {
      group.gain_db = ConstantGainDb(controls, i * channels_a_group_);
    } else if (hops != nullptr) {
      HearGroup(i, hops);
    }
    changed = changed || group.gain_db != before;
  }
  return changed;
}

float LevelConditioner::ConstantGainDb(const DenoiserControls& controls,
                                       size_t channel) const noexcept {
  const float given_db = groups_[channel / channels_a_group_].given_db;
  return std::clamp(given_db + controls.level_gain_db, -kMostLevelGainDb, kMostLevelGainDb);
}

// A group hears nothing while all its channels are digitally silent, whether the denoiser skips
// such frames or not.
void LevelConditioner::HearGroup(size_t group, const float* const* hops) noexcept {
  const size_t first = group * channels_a_group_;
  const size_t end = first + channels_a_group_;
  bool silent = true;
  for (size_t c = first; c < end; ++c) silent = silent && IsSilent(hops[c], hop_.size());
  if (silent) return;
  heard_any_ = true;
  float power = -1.0f;
  const float* loudest = nullptr;
  for (size_t c = first; c < end; ++c) {
    std::transform(hops[c], hops[c] + hop_.size(), hop_.data(), SaneSample);
    float* state = channels_.data() + c * channel_state_;
    const float channel_power = band_.Power(hop_.data(), hop_.size(), state);
    voicing_.Hear(hop_.data(), hop_.size(), state + SpeechBand::kState);
    if (channel_power <= power) continue;
    power = channel_power;
    loudest = state + SpeechBand::kState;
  }
  const bool voiced = voicing_.Periodicity(loudest) > kVoicedPeriodicity;
  Group& heard = groups_[group];
  SpeechLevel& level = heard.level;
  if (!level.Hear(power, voiced)) return;
  const float level_db = level.level_db();
  const float voiced_seconds = level.voiced_seconds();
  heard.gain_db = NextGainDb(level_db, voiced_seconds, heard.ordinary_before, heard.gain_db);
  heard.ordinary_before = heard.ordinary_before || IsOrdinarySpeech(level_db, voiced_seconds);
}

void LevelConditioner::Forget() noexcept {
  heard_any_ = false;
  std::fill_n(channels_.data(), channels_.size(), 0.0f);
  for (Group& group : groups_) {
    group.level.Reset();
    group.ordinary_before = false;
  }
}

void LevelConditioner::Reset() noexcept {
  Forget();
  for (Group& group : groups_) group.gain_db = 0.0f;
}

void LevelConditioner::Save(float* state) const noexcept {
  state = std::copy_n(channels_.data(), channels_.size(), state);
  for (const Group& group : groups_) {
    *state++ = group.gain_db;
    *state++ = group.ordinary_before ? 1.0f : 0.0f;
    group.level.Save(state);
    state += SpeechLevel::kState;
  }
}

bool LevelConditioner::AreChannels(const float* channels) const noexcept {
  const float* end = channels + channels_.size();
  for (const float* state = channels; state != end; state += channel_state_) {
    const auto is_filter = [](float x) { return std::fabs(x) <= kMaxFilterState; };
    if (!std::all_of(state, state + SpeechBand::kState, is_filter)) return false;
    if (!voicing_.IsState(state + SpeechBand::kState)) return false;
  }
  return true;
}

// Groups are restored one by one, so all are checked first, in a copy of one of them.
bool LevelConditioner::Restore(const float* state) noexcept {
  if (!AreChannels(state)) return false;
  const float* group_states = state + channels_.size();
  SpeechLevel probe = groups_.front().level;
  const float* from = group_states;
  for (size_t i = 0; i < groups_.size(); ++i, from += kGroupState) {
    const bool is_flag = from[1] == 0.0f || from[1] == 1.0f;
    if (!(std::fabs(from[0]) <= kMostLevelGainDb) || !is_flag || !probe.Restore(from + 2)) {
      return false;
    }
  }
  heard_any_ = true;
  std::copy_n(state, channels_.size(), channels_.data());
  from = group_states;
  for (Group& group : groups_) {
    group.gain_db = from[0];
    group.ordinary_before = from[1] != 0.0f;
    static_cast<void>(group.level.Restore(from + 2));
    from += kGroupState;
  }
  return true;
}

}  // namespace dfn
