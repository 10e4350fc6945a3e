#include "cli/level_option.h"

#include <cmath>
#include <system_error>

#include "base/float_chars.h"
#include "base/printable.h"
#include "stream/denoise/level_rule.h"

namespace dfn {

Result<LevelChoice> ParseLevel(const std::string& level, bool otherwise_automatic) {
  if (level.empty()) return LevelChoice{otherwise_automatic, 0.0f};
  if (level == "auto") return LevelChoice{true, 0.0f};
  if (level == "keep") return LevelChoice{false, 0.0f};
  float gain_db = 0.0f;
  const char* const end = level.data() + level.size();
  // Numbers may have a plus sign, which from_chars does not read.
  const char* const begin =
      level.data() + (level.starts_with('+') && !level.starts_with("+-") ? 1 : 0);
  const auto read = FloatFromChars(begin, end, gain_db);
  if (read.ec == std::errc() && read.ptr == end && std::fabs(gain_db) <= kMostLevelGainDb) {
    return LevelChoice{false, gain_db};
  }
  return Error{ErrorCode::kInvalidArgument, "--level is " + Printable(level) +
                                                ", expected auto, keep or a gain of -60 to 60 dB"};
}

}  // namespace dfn
