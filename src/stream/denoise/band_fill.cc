#include "stream/denoise/band_fill.h"

#include <algorithm>
#include <cmath>

#include "base/float_functions.h"

namespace dfn {
namespace {

// The last part of a band below half the rate is the slope of filters.
constexpr double kBandOfHalfRate = 0.975;

// Offset and hum are no floor.
constexpr double kLowestHz = 200.0;

// How the floor is found: power is smoothed over some hops, and the floor is what it falls to and
// rises slowly from. Rises of 1 to 6 dB a second do the same.
constexpr double kSmoothSeconds = 0.045;
constexpr double kRiseDbASecond = 3.0;

// The fill is louder than the floor that is found, which lies below the noise's mean. More is better
// for DeepFilterNet3 and worse for its low-latency form.
constexpr float kAboveFloor = 7.943f;  // 9 dB in power

// White noise of the least floor, of the full band, would have -55 dBFS. With less, clean speech
// gains less, and with more it loses.
constexpr float kLeastPower = 3.162e-6f;

// Far above what samples up to kMaxSample can cause.
constexpr float kMaxPower = 1e30f;

float PowerGain(float gain_db) noexcept { return Pow10(gain_db / 10.0f); }

size_t BinFrom(const Config& config, double hz) {
  const double bin_hz =
      static_cast<double>(config.sample_rate_hz) / static_cast<double>(config.fft_size);
  return static_cast<size_t>(std::ceil(hz / bin_hz));
}

double HopSeconds(const Config& config) {
  return static_cast<double>(config.hop_size) / static_cast<double>(config.sample_rate_hz);
}

}  // namespace

size_t FilledAboveHz(const Config& config, size_t rate_hz) noexcept {
  const bool narrow = 3 * rate_hz <= 2 * config.sample_rate_hz;
  if (!narrow) return 0;
  return static_cast<size_t>(0.5 * kBandOfHalfRate * static_cast<double>(rate_hz));
}

BandFill::BandFill(const Config& config, size_t channels, size_t band_hz)
    : bins_(config.freq_bins()),
      lowest_bin_(BinFrom(config, kLowestHz)),
      first_bin_(band_hz == 0
                     ? bins_
                     : std::min(bins_, std::max(BinFrom(config, static_cast<double>(band_hz)),
                                                lowest_bin_ + 1))),
      keep_(static_cast<float>(std::exp(-HopSeconds(config) / kSmoothSeconds))),
      rise_(static_cast<float>(std::pow(10.0, kRiseDbASecond / 10.0 * HopSeconds(config)))),
      // The power that white noise has in a bin (dsp/stft.h).
      least_(kLeastPower * static_cast<float>(config.hop_size) /
             static_cast<float>(config.fft_size * config.fft_size)) {
  if (!fills()) return;
  channels_.resize(channels);
  filled_ = AlignedBuffer<float>(2 * bins_);
}

void BandFill::Hear(const float* spectrum, Channel& channel) const noexcept {
  float power = 0.0f;
  for (size_t i = 2 * lowest_bin_; i < 2 * first_bin_; ++i) power += spectrum[i] * spectrum[i];
  power /= static_cast<float>(first_bin_ - lowest_bin_);
  // Digital silence tells nothing.
  if (power == 0.0f) return;
  if (channel.floor == 0.0f) {
    channel = {power, power};
    return;
  }
  channel.smoothed = keep_ * channel.smoothed + (1.0f - keep_) * power;
  channel.floor = std::min(channel.smoothed, channel.floor * rise_);
}

// The power of the fill in a bin, as the network hears it.
float BandFill::HeardFloor(const Channel& channel, float gain_db) const noexcept {
  return std::max(channel.floor * kAboveFloor * PowerGain(gain_db), least_);
}

// The fill has the same value in all bins and frames: noise does as well, and costs a generator
// whose state would have to be saved.
const float* BandFill::Fill(size_t channel, float gain_db, const float* spectrum) noexcept {
  Channel& heard = channels_[channel];
  Hear(spectrum, heard);
  if (heard.floor == 0.0f) return spectrum;
  const float value = std::sqrt(HeardFloor(heard, gain_db) / PowerGain(gain_db));
  std::copy_n(spectrum, 2 * bins_, filled_.data());
  for (size_t bin = first_bin_; bin < bins_; ++bin) filled_[2 * bin] += value;
  return filled_.data();
}

float BandFill::ChangeDb(size_t channel, float from_db, float to_db) const noexcept {
  const Channel& heard = channels_[channel];
  if (heard.floor == 0.0f) return 0.0f;
  return 10.0f * Log10(HeardFloor(heard, to_db) / HeardFloor(heard, from_db));
}

void BandFill::Reset() noexcept { std::fill(channels_.begin(), channels_.end(), Channel{}); }

void BandFill::Save(float* state) const noexcept {
  for (const Channel& channel : channels_) {
    *state++ = channel.smoothed;
    *state++ = channel.floor;
  }
}

bool BandFill::IsState(const float* state) const noexcept {
  // False for NaN too.
  return std::all_of(state, state + state_size(),
                     [](float power) { return power >= 0.0f && power <= kMaxPower; });
}

void BandFill::Restore(const float* state) noexcept {
  for (Channel& channel : channels_) {
    channel.smoothed = *state++;
    channel.floor = *state++;
  }
}

}  // namespace dfn
