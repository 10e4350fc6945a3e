#include "live/live_meter.h"

#include <algorithm>
#include <cmath>

namespace dfn {
namespace {

constexpr double kPartSeconds = 0.01;
constexpr size_t kMeanParts = 30;
constexpr size_t kTakenParts = 100;
constexpr size_t kClipParts = 100;
constexpr double kPeakFallDbPerSecond = 20.0;
// Below this, a second is silent, and its ratio says nothing.
constexpr float kQuietDb = -90.0f;
// Voices and the noises beside them; logarithmic, so that a voice fills half of it.
constexpr double kLowHz = 80.0;
constexpr double kHighHz = 16000.0;

FrequencyAxis MeterAxis(size_t rate_hz) {
  return {.rows = kMeterRows,
          .low_hz = kLowHz,
          .high_hz = std::min(kHighHz, static_cast<double>(rate_hz) / 2.0),
          .logarithmic = true};
}

float Db(double power) {
  return power <= 1e-12 ? kSilenceDb : static_cast<float>(10.0 * std::log10(power));
}

}  // namespace

LiveMeter::LiveMeter(size_t rate_hz, size_t channels, size_t delay_samples, size_t columns)
    : channels_(channels),
      part_samples_(
          std::max<size_t>(1, static_cast<size_t>(kPartSeconds * static_cast<double>(rate_hz)))),
      delay_samples_(delay_samples),
      delay_parts_((delay_samples + part_samples_ / 2) / part_samples_),
      most_columns_(columns),
      column_samples_(static_cast<size_t>(kColumnSeconds * static_cast<double>(rate_hz))),
      peak_fall_(static_cast<float>(std::pow(10.0, -kPeakFallDbPerSecond * kPartSeconds / 20.0))),
      rows_(rate_hz, PictureWindow(rate_hz), MeterAxis(rate_hz)),
      straight_(rows_.window_samples()),
      powers_(kMeterRows) {
  // The before is kept for as long as its after needs to come.
  before_.window.resize(rows_.window_samples() + delay_samples);
  after_.window.resize(before_.window.size());
  before_.since_clip = after_.since_clip = kClipParts;
}

void LiveMeter::Hear(std::span<const float> frames) {
  const size_t width = 2 * channels_;
  const float share = 1.0f / static_cast<float>(channels_);
  for (size_t begin = 0; begin + width <= frames.size(); begin += width) {
    for (Side* side : {&before_, &after_}) {
      const float* samples = frames.data() + begin + (side == &before_ ? 0 : channels_);
      float mean = 0.0f;
      for (size_t c = 0; c < channels_; ++c) {
        const float value = std::isfinite(samples[c]) ? samples[c] : 0.0f;
        side->sum += static_cast<double>(value) * value;
        side->peak = std::max(side->peak, std::fabs(value));
        if (std::fabs(value) >= 1.0f) side->since_clip = 0;
        mean += value * share;
      }
      side->window[head_] = mean;
    }
    head_ = (head_ + 1) % before_.window.size();
    if (++in_part_ == part_samples_) EndPart();
    if (++in_column_ == column_samples_) AddColumn();
  }
}

void LiveMeter::EndPart() {
  in_part_ = 0;
  const size_t keep = kTakenParts + delay_parts_;
  for (Side* side : {&before_, &after_}) {
    side->powers.push_back(side->sum / static_cast<double>(part_samples_ * channels_));
    if (side->powers.size() > keep) side->powers.pop_front();
    side->sum = 0.0;
    SideLevel& level = side == &before_ ? levels_.before : levels_.after;
    level.mean_db = MeanDb(side->powers, 0, kMeanParts);
    level.peak_db = Db(static_cast<double>(side->peak) * side->peak);
    level.clipped = side->since_clip < kClipParts;
    side->peak *= peak_fall_;
    side->since_clip = std::min(side->since_clip + 1, kClipParts);
  }
  const float before_db = MeanDb(before_.powers, delay_parts_, kTakenParts);
  const float after_db = MeanDb(after_.powers, 0, kTakenParts);
  levels_.taken_db = before_db < kQuietDb ? 0.0f : std::max(0.0f, before_db - after_db);
}

// The mean of up to `parts` parts, without the newest `skip`.
float LiveMeter::MeanDb(const std::deque<double>& powers, size_t skip, size_t parts) {
  if (powers.size() <= skip) return kSilenceDb;
  const size_t count = std::min(parts, powers.size() - skip);
  double sum = 0.0;
  for (size_t i = 0; i < count; ++i) sum += powers[powers.size() - 1 - skip - i];
  return Db(sum / static_cast<double>(count));
}

void LiveMeter::AddColumn() {
  in_column_ = 0;
  const size_t length = straight_.size();
  MeterColumn column;
  for (Side* side : {&before_, &after_}) {
    const size_t size = side->window.size();
    const size_t behind = side == &before_ ? delay_samples_ : 0;
    const size_t first = (head_ + size - behind - length + size) % size;
    for (size_t i = 0; i < length; ++i) straight_[i] = side->window[(first + i) % size];
    rows_.Measure(straight_.data(), powers_);
    std::vector<float>& levels = side == &before_ ? column.before_db : column.after_db;
    levels.resize(kMeterRows);
    for (size_t row = 0; row < kMeterRows; ++row) levels[row] = PowerDb(powers_[row], kSilenceDb);
  }
  columns_.push_back(std::move(column));
  if (columns_.size() > most_columns_) columns_.pop_front();
  ++column_count_;
}

}  // namespace dfn
