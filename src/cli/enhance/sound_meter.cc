#include "cli/enhance/sound_meter.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace dfn {
namespace {

std::optional<double> Decibels(double power) {
  if (power <= 0.0) return std::nullopt;
  return 10.0 * std::log10(power);
}

}  // namespace

SoundMeter::SoundMeter(size_t channels, WholeGains speech, Loudness loudness)
    : channels_(channels), speech_(std::move(speech)), loudness_(std::move(loudness)) {}

Result<SoundMeter> SoundMeter::Create(size_t rate_hz, size_t channels, uint32_t speakers,
                                      bool linked) {
  DFN_TRY(Loudness loudness, Loudness::Create(rate_hz, channels, speakers));
  return SoundMeter(channels, WholeGains(rate_hz, channels, linked), std::move(loudness));
}

void SoundMeter::Hear(std::span<const float> interleaved) {
  speech_.Hear(interleaved);
  loudness_.Hear(interleaved);
  double power = 0.0;
  for (const float sample : interleaved) {
    power += static_cast<double>(sample) * sample;
    peak_ = std::max(peak_, std::fabs(sample));
  }
  power_ += power;
  samples_ += interleaved.size();
}

SoundLevel SoundMeter::level() const {
  SoundLevel level;
  if (samples_ > 0) level.rms_dbfs = Decibels(power_ / static_cast<double>(samples_));
  level.peak_dbfs = Decibels(static_cast<double>(peak_) * peak_);
  for (size_t c = 0; c < channels_; ++c) level.speech_dbfs.push_back(speech_.level_db(c));
  level.lufs = loudness_.lufs();
  return level;
}

}  // namespace dfn
