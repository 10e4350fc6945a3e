// How a sound, or a value that goes with it, changes over time, in bounded memory.
#ifndef DEEPFILTER_PICTURE_ENVELOPE_H_
#define DEEPFILTER_PICTURE_ENVELOPE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dfn {

// What is kept of a stretch of samples or values.
struct EnvelopeColumn {
  float low = 0.0f;
  float high = 0.0f;
  double sum = 0.0;
  double squares = 0.0;
  uint64_t count = 0;

  double mean() const { return count > 0 ? sum / static_cast<double>(count) : 0.0; }
  double mean_square() const { return count > 0 ? squares / static_cast<double>(count) : 0.0; }
};

// Takes values one after the other. Whenever there are too many columns, each two become one. Envelopes
// with the same options and number of values have the same columns.
class Envelope {
 public:
  // A column starts with `values_per_column`, at least 1; `most_columns` is even.
  explicit Envelope(size_t values_per_column, size_t most_columns = 1024)
      : per_column_(values_per_column), most_columns_(most_columns) {}

  void Hear(std::span<const float> values);
  void Hear(float value) { Hear(std::span<const float>(&value, 1)); }

  const std::vector<EnvelopeColumn>& columns() const { return columns_; }
  // Of all columns but the last, which may have fewer.
  size_t values_per_column() const { return per_column_; }
  uint64_t values() const { return values_; }

 private:
  void JoinColumns();

  size_t per_column_;
  size_t most_columns_;
  uint64_t values_ = 0;
  std::vector<EnvelopeColumn> columns_;
};

}  // namespace dfn

#endif  // DEEPFILTER_PICTURE_ENVELOPE_H_
