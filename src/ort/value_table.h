// The values that the graphs of one network pass each other, and memory for them.
#ifndef DEEPFILTER_ORT_VALUE_TABLE_H_
#define DEEPFILTER_ORT_VALUE_TABLE_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "ort/value_shape.h"

namespace dfn::ort {

// The values of a network: its features and the outputs of its graphs. Graphs know a value by its
// number.
struct ValueTable {
  struct Entry {
    std::string name;
    ValueShape shape;
    bool read = false;  // by a later graph or by the network itself
    bool kept = false;  // for every row of a call; else for the row that is being run only
  };
  std::vector<Entry> entries;

  size_t Add(std::string name, ValueShape shape);
};

// Numbers of values by name, as far as a graph may read them.
using ValueNames = std::map<std::string, size_t>;

// One frame of each value that is read, for every row or for one.
class RowValues {
 public:
  RowValues(const ValueTable& table, size_t rows);
  // Real-time safe.
  float* Frame(size_t value, size_t row) noexcept DFN_REALTIME {
    return floats_.data() + places_[value].offset + row * places_[value].stride;
  }

 private:
  struct Place {
    size_t offset = 0;
    size_t stride = 0;  // floats from row to row; 0: all rows share one place
  };
  std::vector<Place> places_;
  AlignedBuffer<float> floats_;
};

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_VALUE_TABLE_H_
