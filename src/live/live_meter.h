// What a screen shows of a live sound: levels, what was taken away, and two spectrograms.
#ifndef DEEPFILTER_LIVE_LIVE_METER_H_
#define DEEPFILTER_LIVE_LIVE_METER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "picture/spectrum_rows.h"

namespace dfn {

// Levels in dB against full scale: a sine of amplitude 1 has a peak of 0 and a mean of -3.
inline constexpr float kSilenceDb = -120.0f;

struct SideLevel {
  float mean_db = kSilenceDb;  // of the last 300 ms
  float peak_db = kSilenceDb;  // the highest; it sinks by 20 dB a second
  bool clipped = false;        // full scale was reached within the last second
};

struct LiveLevels {
  SideLevel before;
  SideLevel after;
  // By how much the last second is quieter after than before, aligned; 0 while it is silent.
  float taken_db = 0.0f;
};

// One moment of a spectrogram: the levels in dB of kMeterRows rows, the lowest frequency first.
inline constexpr size_t kMeterRows = 64;
struct MeterColumn {
  std::vector<float> before_db;
  std::vector<float> after_db;
};

// Takes frames of [before, after], channels of each, in order. One thread; not real-time.
class LiveMeter {
 public:
  static constexpr double kColumnSeconds = 0.04;

  // `delay_samples`: by how much what comes after is behind. `columns` are kept at most.
  LiveMeter(size_t rate_hz, size_t channels, size_t delay_samples, size_t columns);

  void Hear(std::span<const float> frames);
  const LiveLevels& levels() const { return levels_; }
  // The newest is last. Before and after of a column are the same sound.
  const std::deque<MeterColumn>& columns() const { return columns_; }
  // Columns since the start.
  uint64_t column_count() const { return column_count_; }
  const FrequencyAxis& axis() const { return rows_.axis(); }

 private:
  // Powers of parts of 10 ms, the newest last.
  struct Side {
    std::deque<double> powers;
    double sum = 0.0;  // of the part that is open
    float peak = 0.0f;
    size_t since_clip;          // parts
    std::vector<float> window;  // the newest samples, averaged over channels
  };

  void EndPart();
  void AddColumn();
  static float MeanDb(const std::deque<double>& powers, size_t skip, size_t parts);

  size_t channels_;
  size_t part_samples_;
  size_t delay_samples_;
  size_t delay_parts_;
  size_t most_columns_;
  size_t column_samples_;
  float peak_fall_;  // factor a part
  SpectrumRows rows_;
  Side before_;
  Side after_;
  size_t in_part_ = 0;
  size_t in_column_ = 0;
  size_t head_ = 0;  // of the windows, which are rings
  LiveLevels levels_;
  std::deque<MeterColumn> columns_;
  uint64_t column_count_ = 0;
  std::vector<float> straight_;
  std::vector<float> powers_;
};

}  // namespace dfn

#endif  // DEEPFILTER_LIVE_LIVE_METER_H_
