// The spectrogram of a sound of any length in bounded memory.
#ifndef DEEPFILTER_PICTURE_SPECTROGRAM_H_
#define DEEPFILTER_PICTURE_SPECTROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "picture/spectrum_rows.h"

namespace dfn {

// Columns that a spectrogram has at most: as many as a wide screen shows.
inline constexpr size_t kMostColumns = 2048;

struct SpectrogramOptions {
  size_t rate_hz = 48000;
  size_t window_samples = 1920;  // PictureWindow(rate_hz)
  size_t hop_samples = 240;      // between the middles of two windows
  FrequencyAxis axis = {};
  size_t most_columns = kMostColumns;  // even
};

// Takes one channel from start to end. A column is the mean power of its hops; whenever there are
// too many columns, each two become one, so that memory is bounded: columns times rows floats.
class Spectrogram {
 public:
  explicit Spectrogram(const SpectrogramOptions& options);

  // Takes the next samples, finite, full scale 1.
  void Hear(std::span<const float> samples);
  // Ends the sound. Call once, last.
  void Finish();

  const FrequencyAxis& axis() const { return rows_.axis(); }
  size_t columns() const { return powers_.size() / axis().rows; }
  double column_seconds() const;
  // Of the samples so far.
  double seconds() const;

  // Power of a column's row against a sine at full scale.
  float power(size_t column, size_t row) const;

 private:
  void HearSamples(std::span<const float> samples);
  void AddHop();
  void JoinColumns();

  SpectrogramOptions options_;
  SpectrumRows rows_;
  std::vector<float> waiting_;  // samples from the next window's start on
  std::vector<float> hop_;      // [rows]
  std::vector<float> powers_;   // [columns, rows], sums; the last column may be incomplete
  size_t hops_per_column_ = 1;
  size_t hops_in_last_ = 0;
  uint64_t samples_ = 0;
  uint64_t hops_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_PICTURE_SPECTROGRAM_H_
