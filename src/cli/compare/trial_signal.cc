#include "cli/compare/trial_signal.h"

#include <fmt/format.h>

#include "audio/sound_file.h"
#include "base/path_text.h"
#include "verify/parity.h"

namespace dfn {
namespace {

// The audio is kept in memory, and a longer one adds no information.
constexpr size_t kMostSeconds = 30;

}  // namespace

Result<std::vector<float>> ReadTrialSignal(const std::string& path, size_t rate_hz) {
  if (path.empty()) return SyntheticSignal(rate_hz);
  DFN_TRY(const auto reader, OpenSoundFile(PathOf(path)));
  const SoundInfo& info = reader->info();
  if (info.rate_hz != rate_hz) {
    return Error{ErrorCode::kUnsupported, fmt::format("{}: has {} Hz, expected the model's {} Hz",
                                                      path, info.rate_hz, rate_hz)};
  }
  std::vector<float> interleaved(kMostSeconds * info.rate_hz * info.channels);
  DFN_TRY(const size_t frames, reader->Read(interleaved));
  DFN_CHECK(CheckWhole(*reader));
  std::vector<float> signal(frames);
  for (size_t i = 0; i < frames; ++i) signal[i] = interleaved[i * info.channels];
  return signal;
}

}  // namespace dfn
