#include "picture/envelope.h"

#include <algorithm>

namespace dfn {

void Envelope::Hear(std::span<const float> values) {
  for (const float value : values) {
    if (columns_.empty() || columns_.back().count == per_column_) {
      if (columns_.size() == most_columns_) JoinColumns();
      columns_.push_back({.low = value, .high = value});
    }
    EnvelopeColumn& column = columns_.back();
    column.low = std::min(column.low, value);
    column.high = std::max(column.high, value);
    column.sum += value;
    column.squares += static_cast<double>(value) * value;
    ++column.count;
  }
  values_ += values.size();
}

// All columns are complete.
void Envelope::JoinColumns() {
  for (size_t i = 0; i < columns_.size() / 2; ++i) {
    const EnvelopeColumn& left = columns_[2 * i];
    const EnvelopeColumn& right = columns_[2 * i + 1];
    columns_[i] = {.low = std::min(left.low, right.low),
                   .high = std::max(left.high, right.high),
                   .sum = left.sum + right.sum,
                   .squares = left.squares + right.squares,
                   .count = left.count + right.count};
  }
  columns_.resize(columns_.size() / 2);
  per_column_ *= 2;
}

}  // namespace dfn
