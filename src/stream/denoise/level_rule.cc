#include "stream/denoise/level_rule.h"

#include <algorithm>
#include <cmath>

namespace dfn {
namespace {

constexpr float kTargetDb = -18.0f;
constexpr float kWholeHighDb = -12.0f;
constexpr float kStreamHighDb = -2.0f;
constexpr float kWholeLowDb = -34.0f;
constexpr float kStreamLowDb = -41.0f;
constexpr float kStreamLowAfterOrdinaryDb = -46.0f;
// Once a gain is set, it goes when the level is so far within the zone, and changes when speech is
// heard so far off the target.
constexpr float kInsideDb = 3.0f;
constexpr float kOffTargetDb = 5.0f;
// How long a voice must have been heard before a gain is set: at a level below kFarBelowDb, at other
// levels below the zone, above it.
constexpr float kFarBelowDb = -46.0f;
constexpr float kFarVoicedSeconds = 0.08f;
constexpr float kNearVoicedSeconds = 0.20f;
constexpr float kLoudVoicedSeconds = 0.05f;

float NeededSeconds(float level_db) noexcept {
  if (level_db > kStreamHighDb) return kLoudVoicedSeconds;
  return level_db < kFarBelowDb ? kFarVoicedSeconds : kNearVoicedSeconds;
}

float ToTarget(float level_db) noexcept {
  return std::clamp(kTargetDb - level_db, -kMostLevelGainDb, kMostLevelGainDb);
}

}  // namespace

float WholeGainDb(float level_db) noexcept {
  return level_db >= kWholeLowDb && level_db <= kWholeHighDb ? 0.0f : ToTarget(level_db);
}

bool IsOrdinarySpeech(float level_db, float voiced_seconds) noexcept {
  return voiced_seconds >= kNearVoicedSeconds && level_db >= kStreamLowDb &&
         level_db <= kStreamHighDb;
}

float NextGainDb(float level_db, float voiced_seconds, bool ordinary_before,
                 float gain_db) noexcept {
  const float inside = gain_db == 0.0f ? 0.0f : kInsideDb;
  const float low_db = ordinary_before ? kStreamLowAfterOrdinaryDb : kStreamLowDb;
  if (level_db >= low_db + inside && level_db <= kStreamHighDb - inside) return 0.0f;
  if (gain_db == 0.0f && voiced_seconds < NeededSeconds(level_db)) return 0.0f;
  if (gain_db != 0.0f && std::fabs(level_db + gain_db - kTargetDb) <= kOffTargetDb) return gain_db;
  return ToTarget(level_db);
}

}  // namespace dfn
