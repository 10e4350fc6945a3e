// Assigns the rows of a call to its streams.
#ifndef DEEPFILTER_ENGINE_NATIVE_STREAM_RANGES_H_
#define DEEPFILTER_ENGINE_NATIVE_STREAM_RANGES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/realtime.h"
#include "engine/network.h"

namespace dfn {

// The rows that a step runs on: `count` ascending indices, or all rows if there is no list.
struct RowSelection {
  const uint32_t* rows = nullptr;
  size_t count = 0;
};

// Calls f(state, begin, rows) for every stream that has any of the selected rows; those are the
// entries [begin, begin + rows) of the selection.
template <class F>
void ForEachStream(std::span<const StreamRows> streams, const RowSelection& selection,
                   F f) DFN_REALTIME {
  size_t row_end = 0;
  size_t begin = 0;
  for (const StreamRows& stream : streams) {
    row_end += stream.frames;
    size_t end = begin;
    if (selection.rows == nullptr) {
      end = row_end;
    } else {
      while (end < selection.count && selection.rows[end] < row_end) ++end;
    }
    if (end > begin) f(stream.state, begin, end - begin);
    begin = end;
  }
}

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_STREAM_RANGES_H_
