#include "stream/denoise/batch_shape.h"

namespace dfn {
namespace {

constexpr size_t kStreams = 8;
// A row of dfn3 keeps about 60 KB between its layers, of which half is used again soon.
constexpr size_t kRowBytes = 32 << 10;
// Fewer rows than this read the weights too often on any machine that was measured, more are slower
// on all of them.
constexpr size_t kLeastRows = 32;
constexpr size_t kMostRows = 64;

}  // namespace

BatchShape ChooseBatchShape(size_t cache_bytes) {
  if (cache_bytes == 0) return {.streams = kStreams, .rows = kMostRows};
  return {.streams = kStreams, .rows = std::clamp(cache_bytes / kRowBytes, kLeastRows, kMostRows)};
}

}  // namespace dfn
