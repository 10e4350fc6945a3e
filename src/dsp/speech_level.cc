#include "dsp/speech_level.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/float_functions.h"

namespace dfn {
namespace {

constexpr double kSmoothingSeconds = 0.028;
constexpr double kWindowSeconds = 0.4;
constexpr double kMeanSeconds = 1.5;  // of active hops, as kFirstSeconds and kQuieterSeconds
constexpr double kFirstSeconds = 0.05;
constexpr double kQuieterSeconds = 2.0;
constexpr double kQuieterVoicedSeconds = 0.25;
constexpr double kFadingSeconds = 1.0;
constexpr float kRisingHops = 5.0f;  // the smoothed power rises from nothing

constexpr float kNoFloorDb = 400.0f;
constexpr float kNoPeakDb = -400.0f;
constexpr float kLeastFloorDb = -95.0f;  // below this no microphone is on
constexpr float kLeastSpeechDb = -72.0f;
constexpr float kSpeechOverFloorDb = 8.0f;  // of peaks
constexpr float kActiveOverFloorDb = 4.0f;  // of single hops
constexpr float kMostUnderLevelDb = 16.0f;
constexpr float kMostOverLevelDb = 14.0f;
constexpr float kMostVoicedOverLevelDb = 8.0f;  // beyond, the level has still to rise

float Decibels(float power) noexcept { return 10.0f * Log10(power + 1e-20f); }

// The mean of `hops` powers, from the mean of those before the last one and that one.
float MeanDb(float mean_db, float power, float hops) noexcept {
  const float mean = Pow10(mean_db / 10.0f);
  return Decibels(mean + (power - mean) / hops);
}

float HopsOf(double seconds, double hop_seconds) {
  return static_cast<float>(std::max(1.0, std::round(seconds / hop_seconds)));
}

bool Within(float value, float low, float high) noexcept { return value >= low && value <= high; }
bool IsCount(float value, float most) noexcept {
  return Within(value, 0.0f, most) && value == std::floor(value);
}

}  // namespace

SpeechLevel::SpeechLevel(double hop_seconds)
    : hop_seconds_(static_cast<float>(hop_seconds)),
      smoothing_(static_cast<float>(1.0 - std::exp(-hop_seconds / kSmoothingSeconds))),
      fading_(static_cast<float>(std::exp(-hop_seconds / kFadingSeconds))),
      window_(HopsOf(kWindowSeconds, hop_seconds)),
      mean_(HopsOf(kMeanSeconds, hop_seconds)),
      first_(HopsOf(kFirstSeconds, hop_seconds)),
      quieter_(HopsOf(kQuieterSeconds, hop_seconds)),
      quieter_voiced_(HopsOf(kQuieterVoicedSeconds, hop_seconds)),
      s_(Start()) {}

SpeechLevel::State SpeechLevel::Start() noexcept {
  State s{};
  s.floor_now = kNoFloorDb;
  s.peak_now = kNoPeakDb;
  s.floors.fill(kNoFloorDb);
  s.peaks.fill(kNoPeakDb);
  return s;
}

void SpeechLevel::Reset() noexcept { s_ = Start(); }

bool SpeechLevel::Hear(float power, bool voiced) noexcept {
  s_.smoothed = s_.heard == 0.0f ? power : s_.smoothed + smoothing_ * (power - s_.smoothed);
  s_.voiced_hops *= fading_;
  s_.quieter_voiced_hops *= fading_;
  s_.heard = std::min(s_.heard + 1.0f, kRisingHops);
  const float smoothed_db = Decibels(s_.smoothed);
  if (smoothed_db > kLeastFloorDb) s_.floor_now = std::min(s_.floor_now, smoothed_db);
  s_.peak_now = std::max(s_.peak_now, smoothed_db);
  const float floor_db =
      std::min(s_.floor_now, *std::min_element(s_.floors.begin(), s_.floors.end()));
  const float peak_db = std::max(s_.peak_now, *std::max_element(s_.peaks.begin(), s_.peaks.end()));
  s_.in_window += 1.0f;
  if (s_.in_window >= window_) EndWindow();
  const bool active = s_.heard == kRisingHops && smoothed_db > floor_db + kActiveOverFloorDb &&
                      peak_db > floor_db + kSpeechOverFloorDb && peak_db > kLeastSpeechDb;
  return active && Follow(power, smoothed_db, voiced);
}

void SpeechLevel::EndWindow() noexcept {
  std::move_backward(s_.floors.begin(), s_.floors.end() - 1, s_.floors.end());
  std::move_backward(s_.peaks.begin(), s_.peaks.end() - 1, s_.peaks.end());
  s_.floors.front() = s_.floor_now;
  s_.peaks.front() = s_.peak_now;
  s_.floor_now = kNoFloorDb;
  s_.peak_now = kNoPeakDb;
  s_.in_window = 0.0f;
}

// Takes an active hop. Returns whether it is part of sound at the level.
bool SpeechLevel::Follow(float power, float smoothed_db, bool voiced) noexcept {
  if (s_.active_hops == 0.0f || smoothed_db <= s_.level_db - kMostUnderLevelDb) {
    return FollowQuieter(power, smoothed_db, voiced);
  }
  s_.active_hops = std::min(s_.active_hops + 1.0f, mean_);
  const float mean_db = MeanDb(s_.level_db, power, s_.active_hops);
  s_.level_db = std::max(mean_db, smoothed_db - kMostOverLevelDb);
  if (voiced && smoothed_db < s_.level_db + kMostVoicedOverLevelDb) s_.voiced_hops += 1.0f;
  s_.quieter_hops = 0.0f;
  return true;
}

// The first sound is quieter than none.
bool SpeechLevel::FollowQuieter(float power, float smoothed_db, bool voiced) noexcept {
  // Hops far louder than those before them are the sound itself, and those its onset.
  if (smoothed_db > s_.quieter_db + kMostOverLevelDb) s_.quieter_hops = 0.0f;
  if (s_.quieter_hops == 0.0f) {
    s_.quieter_db = smoothed_db;
    s_.quieter_voiced_hops = 0.0f;
  }
  if (smoothed_db < s_.quieter_db - kMostUnderLevelDb) return false;
  s_.quieter_hops = std::min(s_.quieter_hops + 1.0f, quieter_);
  if (voiced) s_.quieter_voiced_hops += 1.0f;
  s_.quieter_db = MeanDb(s_.quieter_db, power, s_.quieter_hops);
  const bool first = s_.active_hops == 0.0f;
  if (s_.quieter_hops < (first ? first_ : quieter_)) return false;
  if (!first && s_.quieter_voiced_hops < quieter_voiced_) return false;
  s_.level_db = s_.quieter_db;
  s_.active_hops = std::min(s_.quieter_hops, mean_);
  s_.voiced_hops = s_.quieter_voiced_hops;
  s_.quieter_hops = 0.0f;
  return true;
}

void SpeechLevel::Save(float* state) const noexcept {
  const auto numbers = std::bit_cast<std::array<float, kState>>(s_);
  std::copy(numbers.begin(), numbers.end(), state);
}

bool SpeechLevel::Restore(const float* state) noexcept {
  std::array<float, kState> numbers;
  std::copy_n(state, kState, numbers.begin());
  const auto s = std::bit_cast<State>(numbers);
  if (!IsState(s)) return false;
  s_ = s;
  return true;
}

bool SpeechLevel::IsState(const State& s) const noexcept {
  const auto is_level = [](float db) { return Within(db, kNoPeakDb, kNoFloorDb); };
  const float most_voiced = 1.0f + 1.0f / (1.0f - fading_);
  const auto is_voiced = [=](float hops) { return Within(hops, 0.0f, most_voiced); };
  return Within(s.smoothed, 0.0f, 1e24f) && IsCount(s.heard, kRisingHops) &&
         IsCount(s.in_window, window_ - 1.0f) && is_level(s.floor_now) && is_level(s.peak_now) &&
         std::all_of(s.floors.begin(), s.floors.end(), is_level) &&
         std::all_of(s.peaks.begin(), s.peaks.end(), is_level) && is_level(s.level_db) &&
         IsCount(s.active_hops, mean_) && is_level(s.quieter_db) &&
         IsCount(s.quieter_hops, quieter_) && is_voiced(s.voiced_hops) &&
         is_voiced(s.quieter_voiced_hops);
}

}  // namespace dfn
