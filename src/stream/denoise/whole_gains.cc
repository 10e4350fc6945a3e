#include "stream/denoise/whole_gains.h"

#include <algorithm>

#include "stream/denoise/level_rule.h"
#include "stream/denoise/signal_path.h"

namespace dfn {
namespace {

constexpr double kHopSeconds = 0.01;

}  // namespace

WholeGains::WholeGains(size_t sample_rate_hz, size_t channels, bool linked)
    : hop_(sample_rate_hz / 100),
      linked_(linked),
      band_(sample_rate_hz),
      channels_(channels),
      levels_(linked ? 1 : channels, WholeLevel(kHopSeconds)) {
  for (Channel& channel : channels_) channel.hop.resize(hop_);
}

void WholeGains::Hear(std::span<const float> interleaved) {
  const size_t channels = channels_.size();
  while (interleaved.size() >= channels) {
    const size_t count = std::min(interleaved.size() / channels, hop_ - filled_);
    for (size_t c = 0; c < channels; ++c) {
      float* to = channels_[c].hop.data() + filled_;
      for (size_t i = 0; i < count; ++i) to[i] = SaneSample(interleaved[i * channels + c]);
    }
    interleaved = interleaved.subspan(count * channels);
    filled_ += count;
    if (filled_ == hop_) HearHop();
  }
}

// Digital silence is left out.
void WholeGains::HearHop() {
  std::vector<float> powers(levels_.size());
  std::vector<bool> silent(levels_.size(), true);
  for (size_t c = 0; c < channels_.size(); ++c) {
    Channel& channel = channels_[c];
    const size_t group = linked_ ? 0 : c;
    silent[group] = silent[group] && std::all_of(channel.hop.begin(), channel.hop.end(),
                                                 [](float sample) { return sample == 0.0f; });
    powers[group] = std::max(powers[group], band_.Power(channel.hop.data(), hop_, channel.filters));
  }
  filled_ = 0;
  for (size_t group = 0; group < levels_.size(); ++group) {
    if (!silent[group]) levels_[group].Hear(powers[group]);
  }
}

std::optional<float> WholeGains::level_db(size_t channel) const {
  return levels_[linked_ ? 0 : channel].level_db();
}

std::vector<float> WholeGains::gains_db() const {
  std::vector<float> gains(channels_.size());
  for (size_t c = 0; c < gains.size(); ++c) {
    const std::optional<float> level = level_db(c);
    gains[c] = level ? WholeGainDb(*level) : 0.0f;
  }
  return gains;
}

}  // namespace dfn
