#include "audio/loudness.h"

#include <ebur128.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace dfn {
namespace {

// Bits of WAVE_FORMAT_EXTENSIBLE's channel mask.
constexpr uint32_t kLfe = 0x8;
constexpr uint32_t kSurround = 0x10 | 0x20 | 0x100 | 0x200 | 0x400;

// What libebur128 should take a channel for, by its bit; it has more names than weights.
int WeightOf(uint32_t bit) {
  if ((bit & kLfe) != 0) return EBUR128_UNUSED;
  return (bit & kSurround) != 0 ? EBUR128_LEFT_SURROUND : EBUR128_CENTER;
}

}  // namespace

struct Loudness::State {
  ebur128_state* meter = nullptr;
  bool range_and_peak = false;
  ~State() {
    if (meter != nullptr) ebur128_destroy(&meter);
  }
};

Loudness::Loudness(std::unique_ptr<State> state) : state_(std::move(state)) {}
Loudness::Loudness(Loudness&& other) noexcept = default;
Loudness& Loudness::operator=(Loudness&& other) noexcept = default;
Loudness::~Loudness() = default;

Result<Loudness> Loudness::Create(size_t rate_hz, size_t channels, uint32_t speakers,
                                  const LoudnessOptions& options) {
  auto state = std::make_unique<State>();
  state->range_and_peak = options.range_and_peak;
  int mode = EBUR128_MODE_I | EBUR128_MODE_HISTOGRAM;
  if (options.range_and_peak) mode |= EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK;
  state->meter =
      ebur128_init(static_cast<unsigned>(channels), static_cast<unsigned long>(rate_hz), mode);
  if (state->meter == nullptr) {
    return Error{ErrorCode::kIo, "out of memory for the loudness of a sound"};
  }
  for (unsigned c = 0; c < channels; ++c) {
    // The channels come in the order of the bits; without bits each is one in front.
    const uint32_t bit = speakers & (~speakers + 1);
    speakers &= ~bit;
    ebur128_set_channel(state->meter, c, WeightOf(bit));
  }
  return Loudness(std::move(state));
}

void Loudness::Hear(std::span<const float> interleaved) {
  // Fails for lack of memory alone, and not in this mode.
  (void)ebur128_add_frames_float(state_->meter, interleaved.data(),
                                 interleaved.size() / state_->meter->channels);
}

std::optional<double> Loudness::lufs() const {
  double lufs = 0.0;
  if (ebur128_loudness_global(state_->meter, &lufs) != EBUR128_SUCCESS || !std::isfinite(lufs)) {
    return std::nullopt;
  }
  return lufs;
}

std::optional<double> Loudness::range_lu() const {
  double range = 0.0;
  if (!state_->range_and_peak || !lufs() ||
      ebur128_loudness_range(state_->meter, &range) != EBUR128_SUCCESS || !std::isfinite(range)) {
    return std::nullopt;
  }
  return range;
}

std::optional<double> Loudness::true_peak_dbtp() const {
  if (!state_->range_and_peak) return std::nullopt;
  double most = 0.0;
  for (unsigned c = 0; c < state_->meter->channels; ++c) {
    double peak = 0.0;
    if (ebur128_true_peak(state_->meter, c, &peak) == EBUR128_SUCCESS) most = std::max(most, peak);
  }
  if (most <= 0.0) return std::nullopt;
  return 20.0 * std::log10(most);
}

}  // namespace dfn
