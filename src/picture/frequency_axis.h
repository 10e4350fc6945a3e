// The vertical axis of a spectrogram.
#ifndef DEEPFILTER_PICTURE_FREQUENCY_AXIS_H_
#define DEEPFILTER_PICTURE_FREQUENCY_AXIS_H_

#include <cstddef>
#include <vector>

namespace dfn {

// Where an axis's marks stand and what they say.
struct Tick {
  double value = 0.0;
  double place = 0.0;  // 0 at the axis's low end, 1 at its high end
};

// Rows of equal height between two frequencies; row 0 is the lowest.
struct FrequencyAxis {
  size_t rows = 256;
  double low_hz = 0.0;  // above 0 if it is logarithmic
  double high_hz = 24000.0;
  bool logarithmic = false;

  // From 0 at low_hz to 1 at high_hz, and back.
  double PlaceOf(double hz) const;
  double HzAt(double place) const;
};

// Round values from `low` to `high`, about as many as `wanted`, at least two if low < high.
std::vector<Tick> LinearTicks(double low, double high, size_t wanted);

// The axis's marks in Hz: LinearTicks, or 1, 2 and 5 times the powers of ten.
std::vector<Tick> FrequencyTicks(const FrequencyAxis& axis, size_t wanted);

}  // namespace dfn

#endif  // DEEPFILTER_PICTURE_FREQUENCY_AXIS_H_
