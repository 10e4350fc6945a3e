#include "ort/value_table.h"

#include <utility>

#include "base/checked.h"

namespace dfn::ort {

size_t ValueTable::Add(std::string name, ValueShape shape) {
  entries.push_back({.name = std::move(name), .shape = std::move(shape)});
  return entries.size() - 1;
}

RowValues::RowValues(const ValueTable& table, size_t rows) {
  size_t size = 0;
  for (const ValueTable::Entry& entry : table.entries) {
    const size_t stride = RoundUp(entry.shape.floats(), kAlignmentFloats);
    places_.push_back({.offset = size, .stride = entry.kept ? stride : 0});
    if (entry.read) size += entry.kept ? rows * stride : stride;
  }
  floats_ = AlignedBuffer<float>(size);
}

}  // namespace dfn::ort
